// How SQL that we write ourselves reaches the database, without an object mapper between.

export type SqlParameter = string | number | boolean | null;

export interface Statement {
  /** With $1, $2 ... for the values, each of a type that is written there or known from its place. */
  readonly text: string;
  readonly values: readonly SqlParameter[];
}

/**
 * Runs statements in their order as one transaction, in as few round trips as the database allows: all of them or none.
 * Resolves with the first column of the first row of the last one, as text; null where that is NULL or there is no row.
 * Rejects with the driver's error; where the server refused, a `code` of it or of its cause is the SQLSTATE.
 * A signal that is aborted before they have begun, as in a wait for a connection, keeps them from beginning.
 * With the commit `after` the answer, a process that is killed while the server works, or waits for a row, has changed
 * nothing; a server commits what it was sent whole although nobody is there any more.
 */
export type RunTransaction = (
  statements: readonly Statement[],
  signal?: AbortSignal,
  commit?: 'with' | 'after',
) => Promise<string | null>;
