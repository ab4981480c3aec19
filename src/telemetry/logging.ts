import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Params } from 'nestjs-pino';
import type { DestinationStream, LogFn, Logger } from 'pino';
import { FaultBoundary } from '../calls/fault-boundary.js';
import type { Config } from '../config/config.token.js';

/** Never logged, at the top of a line or one level down. Nobody logs them on purpose; this is the net below. */
const SECRET_FIELDS = ['authorization', 'token', 'accessToken', 'password', 'secret', 'apiKey'];

/** pino's number of `debug`. */
const DEBUG_LEVEL = 20;
/** Who logs what happens to each call. */
export const CALL_TRACE = 'CallTrace';

/** Requests that load balancers and scrapers make all the time. */
const QUIET_PATHS = new Set(['/health', '/metrics']);

/**
 * JSON lines on stdout; readable ones when a developer looks on. A log line holds ids, names of agents and addresses, and
 * never a token, a key or a word that somebody said.
 */
export async function loggerParams(config: Config): Promise<Params> {
  const level = config.STREAM_DEBUG !== 'off' ? 'debug' : config.NODE_ENV === 'test' ? 'silent' : 'info';
  const stream = config.NODE_ENV === 'development' && process.stdout.isTTY ? await prettyStream() : process.stdout;
  return {
    pinoHttp: {
      level,
      stream,
      mixin: callOfLine,
      ...(config.STREAM_DEBUG === 'calls' ? { hooks: { logMethod: callsOnly } } : {}),
      redact: {
        paths: ['req.headers', 'res.headers', ...SECRET_FIELDS, ...SECRET_FIELDS.map((field) => `*.${field}`)],
        remove: true,
      },
      serializers: { req: describeRequest },
      autoLogging: { ignore: (request) => QUIET_PATHS.has(pathOf(request.url)) },
      customLogLevel: (_request: IncomingMessage, response: ServerResponse, error?: Error) =>
        error !== undefined || response.statusCode >= 500 ? 'error' : 'debug',
    },
  };
}

/** Every line of a call has its `callSid`, whoever writes it. */
function callOfLine(line: object): object {
  const callSid = 'sessionId' in line ? line.sessionId : FaultBoundary.currentCall();
  return callSid === undefined ? {} : { callSid };
}

/** Of lines at debug level, those about calls. */
function callsOnly(this: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void {
  const [line] = args as [unknown];
  const context = typeof line === 'object' && line !== null && 'context' in line ? line.context : undefined;
  if (level > DEBUG_LEVEL || context === CALL_TRACE) method.apply(this, args);
}

/** Only what says which request it was: a token may stand in the query, and in the headers. */
function describeRequest(request: { id?: unknown; method?: string; url?: string }): Record<string, unknown> {
  return { id: request.id, method: request.method, path: pathOf(request.url) };
}

function pathOf(url = ''): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

/** pino-pretty is a development dependency: where it is missing, JSON does as well. */
async function prettyStream(): Promise<DestinationStream> {
  try {
    const { default: pretty } = await import('pino-pretty');
    return pretty({ sync: true, ignore: 'pid,hostname,context,req', singleLine: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return process.stdout;
    throw error;
  }
}
