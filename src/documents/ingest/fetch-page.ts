// Fetches what an admin names by its address, and nothing inside our own network: the address is judged where the connection
// is made, so that neither a redirect nor a name server that answers twice leads anywhere else (OWASP, "Server Side Request
// Forgery Prevention").
import { lookup as lookUp } from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { userAgent } from '../../config/server-version.js';
import { DocumentError } from '../document-error.js';

/** Most redirects that are followed. */
const MAX_REDIRECTS = 5;
const TIMEOUT_MS = 20_000;

export interface FetchedPage {
  /** Where it was in the end. */
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly type: string;
  /** YYYY-MM-DD, as its server says. */
  readonly updated?: string;
}

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

export interface FetchOptions {
  /** Largest page, bytes. */
  readonly maxBytes: number;
  /** Which addresses may be connected to; those of the public internet when absent. */
  readonly allows?: (address: string) => boolean;
  /** Who tells the addresses of a name; this machine's own service when absent. */
  readonly lookup?: (name: string, options: LookupAllOptions, done: Found) => void;
  /** Longest fetch with all its redirects, ms. */
  readonly timeoutMs?: number;
}

/** Loopback, private, link-local, mapped, reserved and multicast addresses are not public. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';

/** Throws DocumentError. */
export async function fetchPage(
  address: string,
  { maxBytes, allows = isPublicAddress, lookup = lookUp, timeoutMs = TIMEOUT_MS }: FetchOptions,
): Promise<FetchedPage> {
  // Loaded late: it is large, and few servers ever fetch a page.
  const { Agent, fetch } = await import('undici');
  const agent = new Agent({ connect: { lookup: guarded(lookup, allows), timeout: 5_000 }, keepAliveTimeout: 1 });
  const signal = AbortSignal.timeout(timeoutMs);
  let url = checked(address, allows);
  try {
    for (let left = MAX_REDIRECTS; ; left -= 1) {
      const response = await fetch(url, {
        dispatcher: agent,
        redirect: 'manual',
        signal,
        headers: {
          'user-agent': userAgent('documents'),
          accept: 'text/html, text/markdown, application/pdf, */*;q=0.5',
        },
      });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        if (left === 0) throw new DocumentError('unreachable', `${url.host} redirects too often.`);
        await response.body?.cancel();
        url = checked(new URL(location, url).href, allows);
        continue;
      }
      if (!response.ok)
        throw new DocumentError('unreachable', `${url.host} answers ${response.status} for this address.`);
      const modified = Date.parse(response.headers.get('last-modified') ?? '');
      return {
        url: url.href,
        bytes: await readBounded(response.body ?? [], maxBytes, url.host),
        type: response.headers.get('content-type') ?? '',
        ...(Number.isNaN(modified) ? {} : { updated: new Date(modified).toISOString().slice(0, 10) }),
      };
    }
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof DocumentError) throw cause;
    const why = signal.aborted ? 'does not answer in time' : 'cannot be reached';
    throw new DocumentError('unreachable', `${url.host} ${why}.`, { cause: error });
  } finally {
    await agent.destroy();
  }
}

/** All of a stream, or DocumentError `too_large` as soon as there is more. */
export async function readBounded(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
  name: string,
) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new DocumentError('too_large', `${name} is larger than ${Math.floor(maxBytes / 1_000_000)} MB: split it.`);
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** A name is judged when it is looked up; an address that stands in the URL itself never is. */
function checked(address: string, allows: (address: string) => boolean): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DocumentError('bad_address', 'Only http and https addresses are fetched.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new DocumentError('bad_address', 'An address with a password in it is not fetched.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !allows(host)) throw refusedHost(url.hostname);
  return url;
}

const refusedHost = (host: string) =>
  new DocumentError('bad_address', `${host} is an address inside a private network, which is not fetched.`);

/** A name with one address that may not be connected to is refused whole. */
const guarded =
  (lookup: NonNullable<FetchOptions['lookup']>, allows: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      if (found.length === 0 || !found.every(({ address }) => allows(address))) {
        return callback(refusedHost(hostname), []);
      }
      if (options.all === true) callback(null, found);
      else callback(null, found[0]?.address ?? '', found[0]?.family);
    });
  };
