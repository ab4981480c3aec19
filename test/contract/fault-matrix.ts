// The fault matrix: every fault that a provider may have, when it comes, and what the adapter makes of it. A spec lists its
// cases and runs them under titles of one form, from which the table in the docs can be made.
import type { ProviderError, ProviderErrorCode } from '../../src/provider/provider.port.js';

export type FaultPhase =
  | 'connect' // before the connection stands, or the request is accepted
  | 'first byte' // it stands, and nothing of the answer has come
  | 'mid-stream'; // a part of the answer has come

/** What the adapter reports. `none`: nothing, the fault is survived. */
export interface FaultOutcome {
  readonly code: ProviderErrorCode | 'none';
  /** Whether the same request may succeed when it is made again. */
  readonly retryable?: boolean;
  /** HTTP status or close code that it passes on. */
  readonly status?: number;
}

export interface FaultCase<Knobs> {
  /** As an operator would call it. */
  readonly fault: string;
  readonly phase: FaultPhase;
  /** What makes the simulator behave so. */
  readonly knobs: Knobs;
  readonly outcome: FaultOutcome;
}

function outcomeText({ code, retryable, status }: FaultOutcome): string {
  if (code === 'none') return 'survived';
  return `${code}${status === undefined ? '' : ` (${status})`}, ${retryable === true ? 'retryable' : 'not retryable'}`;
}

/** `fault matrix › <adapter> › <fault> › <phase>: <outcome>`. */
export function faultTitle(adapter: string, { fault, phase, outcome }: FaultCase<unknown>): string {
  return `fault matrix › ${adapter} › ${fault} › ${phase}: ${outcomeText(outcome)}`;
}

/** An error in the form of an outcome, to be compared with the expected one. */
export function outcomeOf({ code, retryable, status }: ProviderError): FaultOutcome {
  return { code, retryable, ...(status === undefined ? {} : { status }) };
}
