// What of a call may leave the memory of its process.

/**
 * `standard`: what is said and done is recorded. `minimal`: that it was, and when; no words, no arguments, no results.
 * `zero`: neither words nor who they are from; no other process gets the call.
 */
export type PrivacyLevel = 'standard' | 'minimal' | 'zero';

/** For whoever keeps something of a call. */
export interface CallPrivacy {
  readonly level: PrivacyLevel;
}

export const STANDARD_PRIVACY: CallPrivacy = { level: 'standard' };
