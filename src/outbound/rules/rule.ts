// May this number be called now? Each rule is a pure function in a file of its own; index.ts says in which order they are asked.
import type { DialCounts } from '../../database/outbound/outbound-book.port.js';
import type { HoursOfDay } from '../../config/hours-of-day.js';

export interface DialFacts extends DialCounts {
  readonly now: Date;
  /** IANA names of where the callee may be; empty where nobody knows. */
  readonly zones: readonly string[];
  /** Whether there is anything left of what the calls of whoever asks may cost today. */
  readonly hasBudget: boolean;
}

export interface DialLimits {
  readonly hours: HoursOfDay;
  /** In 24 hours, to one number. */
  readonly attempts: number;
  /** Placed calls at once. */
  readonly concurrent: number;
}

export interface Refused {
  readonly rule: 'do_not_call' | 'hours' | 'budget' | 'attempts' | 'callee_busy' | 'concurrency';
  /** For whoever asked. */
  readonly message: string;
  /** HTTP status. */
  readonly status: 403 | 409 | 422 | 429;
}

/** Undefined: it does not object. */
export type Rule = (facts: DialFacts, limits: DialLimits) => Refused | undefined;
