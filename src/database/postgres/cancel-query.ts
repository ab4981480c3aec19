import { Connection } from 'pg';
import type { PoolClient } from 'pg';

/** What of a client names its server process, as `pg` keeps it. */
interface Backend {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean | object;
  readonly sslNegotiation?: string;
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** What of a connection that is not in its types. */
interface CancelConnection {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

/** Longest wait for the server to take the request, ms. */
const TIMEOUT_MS = 2_000;

/**
 * Asks the server to end what it is running for this client, over a connection of its own (PostgreSQL manual, "Canceling
 * Requests in Progress"): it needs no place in the pool, and goes through poolers that know the protocol. Resolves when the
 * request was taken, or could not be made in time; the statement's own limit ends it then. Never rejects. (`Client.cancel`
 * of `pg` says nothing over TLS.)
 */
export function cancelQuery(client: PoolClient): Promise<void> {
  const { host, port, ssl, sslNegotiation, processID, secretKey } = client as unknown as Backend;
  if (processID === null || secretKey === null) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const connection = new Connection({ ssl, sslNegotiation } as object);
  const cancelling = connection as unknown as CancelConnection;
  const cancel = (): void => cancelling.cancel(processID, secretKey);
  connection.once('connect', () => {
    if (ssl === false) cancel();
    else if (sslNegotiation !== 'direct') cancelling.requestSsl();
  });
  connection.once('sslconnect', cancel);
  connection.once('error', () => resolve());
  // The server closes it when it has taken the request.
  connection.once('end', () => resolve());
  const timer = setTimeout(resolve, TIMEOUT_MS);
  if (host.startsWith('/')) cancelling.connect(`${host}/.s.PGSQL.${port}`);
  else cancelling.connect(port, host);
  return promise.finally(() => {
    clearTimeout(timer);
    connection.on('error', () => undefined); // nobody waits for it any more
    connection.stream.destroy();
  });
}
