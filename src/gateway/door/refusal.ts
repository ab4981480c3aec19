import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { REFUSALS } from '../../protocol/index.js';
import type { RefusalCode } from '../../protocol/index.js';
import { PROBLEM_TYPE, problemOf } from '../../rest/problem.js';

/** How long a refused client may take to read the answer, ms. */
const LINGER_MS = 1000;

/** For a client that met a full server, or one that stops: how long to wait, s. */
export const RETRY_SOON = { 'Retry-After': '5' };
export const RETRY_NOW = { 'Retry-After': '0' };

/** The handshake is answered with plain HTTP, and problem details (RFC 9457). */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** For the operator's log, when the message does not say it all. Holds nothing of a token. */
    readonly why = message,
  ) {
    super(message);
    this.name = 'Refusal';
  }

  get status(): number {
    return REFUSALS[this.code].status;
  }
}

/** Answers a request whose socket has left Node's HTTP server, and closes the socket within a bounded time. */
export function writeRefusal(socket: Socket, refusal: Refusal): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemOf(refusal.status, { error: refusal.code, message: refusal.message }));
  const headers = {
    'Content-Type': `${PROBLEM_TYPE}; charset=utf-8`,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
    ...refusal.headers,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`;
  // Closing with unread bytes in the kernel would reset the connection, and the client could lose the answer: read them away.
  socket.resume();
  socket.once('end', () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.end([status, ...head, '', body].join('\r\n'));
}
