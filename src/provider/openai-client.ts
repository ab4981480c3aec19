// The OpenAI SDK, loaded when it is first needed (83 ms), set up the same way for every adapter that uses it.
import type OpenAI from 'openai';
import type { Agent } from 'undici';
import { drainingBody } from './draining-body.js';
import { formBody } from './form-body.js';
import { pooledFetch } from './pooled-fetch.js';
import type { PoolOptions } from './pooled-fetch.js';

export interface OpenAiConnection extends PoolOptions {
  readonly apiKey: string;
  /** Another address of an OpenAI-compatible API, with its version: `http(s)://host:port/v1`. */
  readonly baseUrl?: string | undefined;
}

/** OpenAI's own address: without it the SDK would read OPENAI_BASE_URL from the environment. */
const BASE_URL = 'https://api.openai.com/v1';
/** Every wait has a deadline of its adapter's; the SDK's own (10 minutes, and none within a stream) only has to be longer. */
const SDK_TIMEOUT_MS = 3_600_000;

/** One SDK client with its pool of connections. Nothing is loaded or connected before `get`. */
export class OpenAiClient {
  private made: Promise<{ readonly client: OpenAI; readonly agent: Agent }> | undefined;

  constructor(private readonly connection: OpenAiConnection) {}

  async get(): Promise<OpenAI> {
    this.made ??= this.make();
    return (await this.made).client;
  }

  /** Ends all connections, running requests too. */
  async close(): Promise<void> {
    const made = this.made;
    this.made = undefined;
    if (made !== undefined) await (await made).agent.destroy();
  }

  private async make(): Promise<{ client: OpenAI; agent: Agent }> {
    const [{ default: Client }, { fetch, agent }] = await Promise.all([import('openai'), pooledFetch(this.connection)]);
    const { apiKey, baseUrl } = this.connection;
    const client = new Client({
      apiKey,
      baseURL: baseUrl ?? BASE_URL,
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
    return { client, agent };
  }
}

/** fetch, whose event streams keep their connection when the SDK leaves them at `[DONE]`, and which takes forms. */
function keepingConnections(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  const keeping: typeof globalThis.fetch = async (input, init) => {
    const response = await fetch(input, await writtenOut(init));
    const { body } = response;
    if (body !== null && response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
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
