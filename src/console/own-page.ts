// Whether a request comes from a page of this server that is open in a browser of this machine, or from a program here.
import type { Request } from 'express';
import { isOwnAddress } from '../config/origins.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** Whoever stands between us and the client says so in one of these. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * A strange page can send requests here too, and a name of its own that leads to 127.0.0.1 makes it look like ours: the
 * name asked for has to be this machine's, and the browser has to say that the page is of the same origin.
 */
export function isOwnPage(request: Request): boolean {
  const { headers, socket } = request;
  const { host = '' } = headers;
  if (!LOOPBACK.test(socket.remoteAddress ?? '')) return false;
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  if (!isOwnAddress(`http://${host}`)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return headers.origin === undefined || headers.origin === `http://${host}` || headers.origin === `https://${host}`;
}
