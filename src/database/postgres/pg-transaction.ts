import type { Connection, Pool, PoolClient, Submittable } from 'pg';
import { sqlStateOf } from '../error-code.js';
import type { RunTransaction, SqlParameter, Statement } from '../transaction.port.js';
import { cancelQuery } from './cancel-query.js';
import { isUnreachable } from './postgres-pool.js';

type Settle = (error: Error | null, value?: string | null) => void;

/**
 * Statements that are sent together with a single Sync at the end. PostgreSQL runs what comes before a Sync as one
 * transaction, commits it at the Sync, and rolls it back and leaves out the rest at the first error (manual, "Message
 * Flow", Pipelining). So a call takes one round trip, and no fault of ours can leave a transaction or a role open on the
 * connection. Statements have no names, so that poolers that change servers between transactions can be between.
 */
class Batch implements Submittable {
  private done = 0;
  private value: string | null | undefined;

  /** `pg` puts its own function around the callback, which ends the read timeout. */
  constructor(
    private readonly statements: readonly Statement[],
    readonly callback: Settle,
  ) {}

  readonly submit = (connection: Connection): void => {
    // One packet, not one a message.
    connection.stream.cork();
    try {
      for (const { text, values } of this.statements) {
        connection.parse({ name: '', text, types: [] }, true);
        connection.bind({ values: values.map(textOfParameter) }, true);
        connection.execute({}, true);
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  };

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.value === undefined && this.done === this.statements.length - 1) this.value = fields[0] ?? null;
  }

  handleCommandComplete(): void {
    this.done += 1;
  }

  handleEmptyQuery(): void {
    this.done += 1;
  }

  /** Also when the connection is lost, or nothing came in time. */
  handleError(error: Error): void {
    this.callback(error);
  }

  /** Only now it is committed: a deferred constraint is checked after the last statement has ended. */
  handleReadyForQuery(): void {
    this.callback(null, this.value ?? null);
  }
}

const textOfParameter = (value: SqlParameter): string | null => (value === null ? null : String(value));

const BEGIN: Statement = { text: 'begin', values: [] };
const COMMIT: Statement = { text: 'commit', values: [] };

const send = (client: PoolClient, statements: readonly Statement[]): Promise<string | null> =>
  new Promise((resolve, reject) => {
    client.query(
      new Batch(statements, (error, result = null) => {
        if (error === null) resolve(result);
        else reject(error);
      }),
    );
  });

/** What nobody waits for any more ends by itself within this, most often: then the server is not bothered, ms. */
const CANCEL_AFTER_MS = 100;

/** Has the server end what it runs for the client when the signal is aborted, until `stop`. */
function cancelledBy(signal: AbortSignal | undefined, client: PoolClient) {
  let timer: NodeJS.Timeout | undefined;
  let asked: Promise<void> | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => {
      asked = cancelQuery(client);
    }, CANCEL_AFTER_MS);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    /** Resolves when nothing can be ended any more by what was asked. */
    stop: async (): Promise<void> => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      await asked;
    },
    get wasAsked() {
      return asked !== undefined;
    },
  };
}

/** The pool's limits bound the wait for a connection and for the answer. */
export const transactionsOn =
  (pool: Pool): RunTransaction =>
  async (statements, signal, commit = 'with') => {
    const client = await pool.connect();
    if (signal?.aborted === true) {
      client.release();
      throw signal.reason;
    }
    const cancelling = cancelledBy(signal, client);
    try {
      const value = await send(client, commit === 'with' ? statements : [BEGIN, ...statements]);
      // What is asked to end after this would be the commit, or somebody else's query.
      await cancelling.stop();
      if (commit === 'after') await send(client, [COMMIT]);
      // A pooler between may pass the request on late: then it must not meet who is next.
      client.release(cancelling.wasAsked);
      return value;
    } catch (error) {
      await cancelling.stop();
      // What the server refuses leaves the connection as it was, unless a transaction is open. Whatever else it is, another
      // one is safer.
      client.release(
        cancelling.wasAsked || commit === 'after' || sqlStateOf(error) === undefined || isUnreachable(error),
      );
      throw error;
    }
  };
