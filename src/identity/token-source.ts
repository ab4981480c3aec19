import type { IncomingMessage } from 'node:http';
import { BEARER_SUBPROTOCOL_PREFIX } from '../protocol/index.js';

/** Longer ones are not looked at; Node's own limit for all headers together is 16 KiB. */
const MAX_TOKEN_CHARS = 8192;
/** RFC 6750 section 2.1: the characters of a bearer token. */
const BEARER_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * The bearer token of a request: the Authorization header, else a `bearer.<jwt>` subprotocol (browsers cannot set headers
 * on a WebSocket), else `?token=`. Undefined when there is none, or none that has the form of a token.
 */
export function findToken(request: Pick<IncomingMessage, 'headers' | 'url'>): string | undefined {
  const token = fromHeader(request) ?? fromSubprotocol(request) ?? fromQuery(request);
  return token !== undefined && token.length <= MAX_TOKEN_CHARS && BEARER_TOKEN.test(token) ? token : undefined;
}

function fromHeader({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

function fromSubprotocol({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return headers['sec-websocket-protocol']
    ?.split(',')
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(BEARER_SUBPROTOCOL_PREFIX))
    ?.slice(BEARER_SUBPROTOCOL_PREFIX.length);
}

function fromQuery({ url }: Pick<IncomingMessage, 'url'>): string | undefined {
  const query = url?.indexOf('?') ?? -1;
  return query === -1 ? undefined : (new URLSearchParams(url?.slice(query)).get('token') ?? undefined);
}
