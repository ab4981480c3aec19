// The OpenAI SDK, loaded when it is first needed (83 ms), set up the same way for every adapter that uses it.
import type OpenAI from 'openai';
import { drainingBody } from './draining-body.js';
import { formBody } from './form-body.js';
import { PooledClient, SDK_TIMEOUT_MS } from './pooled-client.js';
import type { PoolOptions } from './pooled-fetch.js';
import { asStream, wantsStream } from './unstreamed.js';

export interface OpenAiConnection extends PoolOptions {
  readonly apiKey: string;
  /** Another address of an OpenAI-compatible API, with its version: `http(s)://host:port/v1`. */
  readonly baseUrl?: string | undefined;
}

/** OpenAI's own address: without it the SDK would read OPENAI_BASE_URL from the environment. */
const BASE_URL = 'https://api.openai.com/v1';

/** One SDK client with its pool of connections. */
export class OpenAiClient extends PooledClient<OpenAI> {
  constructor(connection: OpenAiConnection) {
    super(connection, async ({ fetch, agent }) => {
      const { default: Client } = await import('openai');
      return new Client({
        apiKey: connection.apiKey,
        baseURL: connection.baseUrl ?? BASE_URL,
        organization: null,
        project: null,
        webhookSecret: null,
        adminAPIKey: null,
        // Retries belong to one place, above the adapters.
        maxRetries: 0,
        timeout: SDK_TIMEOUT_MS,
        // The SDK would print requests and what it cannot parse.
        logLevel: 'off',
        fetch: keepingConnections(fetch),
        fetchOptions: { dispatcher: agent },
      });
    });
  }
}

/** fetch, whose event streams keep their connection when the SDK leaves them at `[DONE]`, and which takes forms. */
function keepingConnections(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  const keeping: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, await writtenOut(init));
    const { body } = response;
    const type = response.headers.get('content-type') ?? '';
    if (body !== null && response.ok && type.startsWith('application/json') && wantsStream(init)) {
      return await asStream(response);
    }
    if (body !== null && type.startsWith('text/event-stream')) {
      Object.defineProperty(response, 'body', { value: drainingBody(body) });
    }
    return response;
  };
  // The SDK looks at the Response of a fetch to see whether it takes a FormData; ours does, see below.
  return Object.assign(keeping, { Response: globalThis.Response });
}

/** Node's FormData, which the SDK makes, is not the one that undici's fetch knows: a form is turned into its bytes. */
async function writtenOut(init: RequestInit | undefined): Promise<RequestInit | undefined> {
  if (!(init?.body instanceof FormData)) return init;
  const { contentType, bytes } = await formBody(init.body);
  const headers = new Headers(init.headers);
  headers.set('content-type', contentType);
  return { ...init, headers, body: bytes };
}
