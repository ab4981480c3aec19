// `npm run doctor`: asks everything that this server is configured with whether it works, and says in one line each what to
// do about what does not. Owns the questions; the answers are those of the real providers, databases and servers.
import { outcomeWithin } from '../deadline/within.js';
import { ProviderError } from '../provider/provider.port.js';

export interface Check {
  /** What is checked, as the line says it. */
  readonly name: string;
  /**
   * Resolves with what is worth saying when it works, or nothing, or with a Warning. Rejects with a Fault, a ProviderError,
   * or anything else. Cut off when the signal aborts.
   */
  run(signal: AbortSignal): Promise<string | Warning | undefined>;
  /** What to do about a provider's failure. */
  readonly advise?: (error: ProviderError) => string;
}

/** What is wrong and what to do, in one line that holds no secret. */
export class Fault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Fault';
  }
}

/** It works, and somebody should look at it. In one line, without a secret. */
export class Warning {
  constructor(readonly message: string) {}
}

export interface DoctorOptions {
  /** For each check, ms. */
  readonly deadlineMs?: number;
  readonly print: (line: string) => void;
}

/** A recogniser that has to load its models first needs some of it. */
const DEADLINE_MS = 20_000;

interface Finding {
  readonly isOk: boolean;
  readonly line: string;
}

/** Runs all checks at the same time and prints their lines in order. Resolves with whether all is well. Never rejects. */
export async function runChecks(checks: readonly Check[], options: DoctorOptions): Promise<boolean> {
  const findings = checks.map((check) => examine(check, options.deadlineMs ?? DEADLINE_MS));
  let isWell = true;
  for (const finding of findings) {
    const { isOk, line } = await finding;
    options.print(line);
    isWell &&= isOk;
  }
  return isWell;
}

async function examine(check: Check, deadlineMs: number): Promise<Finding> {
  const controller = new AbortController();
  const begun = performance.now();
  try {
    const answer = check.run(controller.signal).then((note) => ({ note }));
    const answered = await outcomeWithin(answer, deadlineMs);
    if (answered === undefined) {
      throw new Fault(`gave no answer within ${deadlineMs} ms. Check its address and the network in between.`);
    }
    const { note } = answered;
    const ms = Math.round(performance.now() - begun);
    if (note instanceof Warning) return { isOk: true, line: `warn ${check.name}: ${note.message}` };
    return { isOk: true, line: `ok  ${check.name}${note === undefined ? '' : `: ${note}`} (${ms} ms)` };
  } catch (error) {
    return { isOk: false, line: `BAD ${check.name}: ${explain(check, error)}` };
  } finally {
    controller.abort();
  }
}

/** Messages of our own errors hold no secret; of others, only the name and the code are safe to show. */
function explain({ advise }: Check, error: unknown): string {
  if (error instanceof Fault) return error.message;
  if (error instanceof ProviderError) return advise?.(error) ?? `${error.message}.`;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  return `failed (${[name, code].filter((part) => typeof part === 'string').join(' ') || 'unknown reason'}).`;
}
