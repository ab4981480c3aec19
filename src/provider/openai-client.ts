// The OpenAI SDK, loaded when it is first needed (83 ms), set up the same way for every adapter that uses it.
import type OpenAI from 'openai';
import type { Agent } from 'undici';
import { drainingBody } from './draining-body.js';

export interface OpenAiConnection {
  readonly apiKey: string;
  /** Another address of an OpenAI-compatible API, with its version: `http(s)://host:port/v1`. */
  readonly baseUrl?: string | undefined;
  /** Longest time for TCP and TLS, ms. */
  readonly connectTimeoutMs?: number;
  /**
   * How long an idle connection is kept, ms. fetch's own 4 s is shorter than most pauses between two turns, so that every
   * turn would pay for a TCP and TLS handshake.
   */
  readonly keepAliveMs?: number;
}

const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 55_000;
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
    const [{ default: Client }, { Agent, fetch }] = await Promise.all([import('openai'), import('undici')]);
    const { apiKey, baseUrl, connectTimeoutMs, keepAliveMs } = this.connection;
    const agent = new Agent({
      connect: { timeout: connectTimeoutMs ?? CONNECT_TIMEOUT_MS },
      keepAliveTimeout: keepAliveMs ?? KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
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
      // fetch and Agent must come from the same undici; its types differ from the global fetch's only in name.
      fetch: keepingConnections(fetch as unknown as typeof globalThis.fetch),
      fetchOptions: { dispatcher: agent },
    });
    return { client, agent };
  }
}

/** fetch, whose event streams keep their connection when the SDK leaves them at `[DONE]`. */
function keepingConnections(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { body } = response;
    if (body !== null && response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      Object.defineProperty(response, 'body', { value: drainingBody(body) });
    }
    return response;
  };
}
