// What of a call may leave the memory of its process.

/**
 * `standard`: what is said and done is recorded. `minimal`: that it was, and when; no words, no arguments, no results.
 * `zero`: neither words nor who they are from; no other process gets the call.
 */
export type PrivacyLevel = 'standard' | 'minimal' | 'zero';

/** Puts tokens such as `[card_1]` in the place of a caller's values. */
export interface Redactor {
  redact(text: string): string;
  /** `heard` is the beginning of `text`, as far as it was heard. */
  redactHeard(text: string, heard: string): string;
  /** All texts in a piece of JSON. */
  redactJson(value: unknown): unknown;
}

/** For whoever keeps something of a call. */
export interface CallPrivacy {
  /** Now; it changes with the caller's consent. */
  readonly level: PrivacyLevel;
  /** What the agent's file says; `level` when absent. */
  readonly base?: PrivacyLevel;
  /** Whether its audio may be kept, now; never when absent. */
  readonly recording?: boolean;
  /** Goes over all that is kept; nothing is redacted when absent. */
  readonly redactor?: Redactor;
}

export const STANDARD_PRIVACY: CallPrivacy = { level: 'standard' };
