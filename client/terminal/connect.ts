import type { SessionInfo } from '../client-events.js';
import type { ConnectOptions } from '../connect-options.js';
import { VoiceClientError, type HttpRefusal } from '../errors.js';
import { probeRefusal } from '../node/refusal-probe.js';
import { VoiceClient } from '../voice-client.js';
import { EXIT, TerminalFailure } from './failure.js';

/** Opens the session, or throws a TerminalFailure whose one line says what is wrong and what to do about it. */
export async function connect(options: ConnectOptions): Promise<{ client: VoiceClient; session: SessionInfo }> {
  const client = new VoiceClient({ explainRefusal: probeRefusal });
  try {
    const session = await client.connect(options);
    return { client, session };
  } catch (error) {
    if (!(error instanceof VoiceClientError)) throw error;
    if (error.code === 'invalid_argument') throw new TerminalFailure(error.message, EXIT.usage, { cause: error });
    if (error.code === 'aborted') throw new TerminalFailure('interrupted', EXIT.interrupted, { cause: error });
    throw new TerminalFailure(explain(error), EXIT.notConnected, { cause: error });
  }
}

function explain(error: VoiceClientError): string {
  const { refusal, retryAfter } = error;
  const wait = retryAfter === undefined ? '' : ` (try again in ${retryAfter} s)`;
  if (refusal !== undefined) {
    return `the server refused the call with HTTP ${refusal.status}: ${reason(refusal)}${wait}`;
  }
  if (error.code === 'connect_timeout') return `no session: ${error.message}; is --url the server's address?`;
  if (error.code === 'unreachable') return `${error.message}; is the server running? (npm start)`;
  return `no session: ${error.message}${wait}`;
}

/** What the server says, and what to do. A body that is not Parley's is not shown: it is another server's page. */
function reason({ status, code, message }: HttpRefusal): string {
  if (code === undefined) return 'this is not a Parley server, or a proxy before it; look at --url';
  const remedy =
    status === 401
      ? ' Give a token of this server (--token); `npm run token` makes one with the JWT_SECRET or PARLEY_DATA_DIR that is set.'
      : '';
  return `${message} (${code})${remedy}`;
}
