import type { z } from 'zod';
import { userAgent } from '../../config/server-version.js';
import { fewRedirects } from '../../provider/few-redirects.js';
import { WebSearchError } from './web-search.port.js';

/** Largest answer that is read, bytes. */
const MAX_BYTES = 1_048_576;

/** A key and a question go to the server that was named, and to no other that it points at. */
const fetchThere = fewRedirects((input, init) => fetch(input, init));

export interface JsonRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * One request to a search service, checked against the schema of its answer. Plain fetch instead of the services' SDKs:
 * Tavily's loses the HTTP status, takes no AbortSignal and waits 60 s, and the others have none.
 * Throws WebSearchError, and the signal's reason when it aborts.
 */
export async function fetchJson<T>(request: JsonRequest, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
  const { url, method = 'GET', headers = {}, body } = request;
  let response: Response;
  let text: string;
  try {
    response = await fetchThere(url, {
      method,
      headers: { accept: 'application/json', 'user-agent': userAgent('voice agent'), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    text = await readText(response);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof WebSearchError) throw error;
    throw new WebSearchError('unreachable', `${url.host} cannot be reached.`, { cause: error });
  }
  const { status } = response;
  if (status === 401 || status === 402 || status === 403 || status === 432 || status === 433) {
    throw new WebSearchError('unauthorized', `${url.host} refuses the key (${status}).`);
  }
  if (status === 429) throw new WebSearchError('rate_limited', `${url.host} allows no more searches for now.`);
  if (status >= 500) throw new WebSearchError('unreachable', `${url.host} has a fault (${status}).`);
  if (status >= 300 && status < 400) {
    throw new WebSearchError('unreachable', `${url.host} leads elsewhere (${status}), which is not followed.`);
  }
  const parsed = schema.safeParse(status === 200 ? parseJson(text) : undefined);
  if (!parsed.success) throw new WebSearchError('protocol', `${url.host} answered something unexpected (${status}).`);
  return parsed.data;
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new WebSearchError('protocol', 'The answer of the search service is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
