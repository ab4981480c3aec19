import { BEARER_SUBPROTOCOL_PREFIX } from '../src/protocol/constants.js';
import type { HttpRefusal } from './errors.js';
import { refusalOf } from './refusal.js';

const TIMEOUT_MS = 5000;
const MAX_BODY_CHARS = 4096;
/** RFC 9110 section 15.5.22: "come by WebSocket", which is what the server says to whom it would let in. */
const UPGRADE_REQUIRED = 426;

/**
 * Asks by a plain GET of the same address why a WebSocket could not be opened: pages and phones are not told. The server
 * judges it as it would a handshake, and it counts as one. Resolves with the refusal; undefined when the server would
 * let this client in now, or when nothing is known: no network, no such server, a page of an origin that may not ask.
 */
export async function fetchRefusal(
  url: string,
  protocols: readonly string[],
  signal: AbortSignal,
): Promise<HttpRefusal | undefined> {
  if (typeof fetch !== 'function') return undefined;
  const bearer = protocols.find((name) => name.startsWith(BEARER_SUBPROTOCOL_PREFIX));
  const token = bearer?.slice(BEARER_SUBPROTOCOL_PREFIX.length);
  const giveUp = new AbortController();
  const abort = (): void => giveUp.abort();
  const timer = setTimeout(abort, TIMEOUT_MS);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const response = await fetch(url.replace(/^ws/, 'http'), {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      signal: giveUp.signal,
      cache: 'no-store',
      credentials: 'omit',
    });
    const body = (await response.text()).slice(0, MAX_BODY_CHARS);
    if (response.ok || response.status === UPGRADE_REQUIRED) return undefined;
    const { status, statusText } = response;
    return refusalOf({ status, statusText, retryAfter: response.headers.get('retry-after'), body });
  } catch {
    // The handshake has failed, and the caller says so; why it did stays unknown.
    return undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
