// Who calls, and on whose behalf tools run. Every room may name the caller; how he is proved is the other files' business.

/** Row-level security is decided by these claims. */
export interface Caller {
  readonly userId: string;
  /** Claims of the verified token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The verified token itself, for services that check it again (Supabase). Never logged. */
  readonly accessToken: string;
}
