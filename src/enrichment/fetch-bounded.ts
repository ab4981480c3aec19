import { userAgent } from '../config/server-version.js';
import { fewRedirects } from '../provider/few-redirects.js';
import { EnrichmentError } from './enrichment-source.js';

/** Largest answer that is read, bytes: feeds with whole articles have some hundred kilobytes. */
const MAX_BYTES = 2_097_152;

const fetchThere = fewRedirects((input, init) => fetch(input, init));

export interface Fetched {
  readonly body: Buffer;
  readonly contentType: string;
}

/**
 * What is at an operator's address, from that server and no other.
 * @param key the setting that holds the address, for the message of an EnrichmentError
 */
export async function fetchBounded(url: URL, accept: string, key: string, signal: AbortSignal): Promise<Fetched> {
  const { host } = url;
  const fault = (what: string, cause?: unknown) => new EnrichmentError(`${host} ${what}. Check ${key}.`, { cause });
  try {
    const response = await fetchThere(url, { headers: { accept, 'user-agent': userAgent('voice agent') }, signal });
    const { status, headers } = response;
    if (status >= 300 && status < 400) throw fault(`leads elsewhere (${status}), which is not followed`);
    if (status === 429) throw new EnrichmentError(`${host} allows no more requests for now.`);
    if (status !== 200) throw fault(`answers ${status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_BYTES) throw fault('answers more than 2 MB');
      chunks.push(chunk);
    }
    return { body: Buffer.concat(chunks), contentType: headers.get('content-type') ?? '' };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof EnrichmentError) throw error;
    throw fault('cannot be reached', error);
  }
}
