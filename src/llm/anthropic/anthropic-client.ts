// The Anthropic SDK, loaded when it is first needed (138 ms), with its pool of connections.
import type Anthropic from '@anthropic-ai/sdk';
import type { Agent } from 'undici';
import { pooledFetch } from '../../provider/pooled-fetch.js';
import type { PoolOptions } from '../../provider/pooled-fetch.js';

export interface AnthropicConnection extends PoolOptions {
  readonly apiKey: string;
  /** Another address of the API, without `/v1`. */
  readonly baseUrl?: string | undefined;
}

/** Named here, because without it the SDK would read ANTHROPIC_BASE_URL from the environment. */
const BASE_URL = 'https://api.anthropic.com';
/** Every wait has a deadline of ours; the SDK's own (10 minutes, and none within a stream) only has to be longer. */
const SDK_TIMEOUT_MS = 3_600_000;

/** One SDK client. Nothing is loaded or connected before `get`. */
export class AnthropicClient {
  private made: Promise<{ readonly client: Anthropic; readonly agent: Agent }> | undefined;

  constructor(private readonly connection: AnthropicConnection) {}

  async get(): Promise<Anthropic> {
    this.made ??= this.make();
    return (await this.made).client;
  }

  /** Ends all connections, running requests too. */
  async close(): Promise<void> {
    const made = this.made;
    this.made = undefined;
    if (made !== undefined) await (await made).agent.destroy();
  }

  private async make(): Promise<{ client: Anthropic; agent: Agent }> {
    const [{ default: Client }, { fetch, agent }] = await Promise.all([
      import('@anthropic-ai/sdk'),
      pooledFetch(this.connection),
    ]);
    const client = new Client({
      apiKey: this.connection.apiKey,
      webhookKey: null,
      baseURL: this.connection.baseUrl ?? BASE_URL,
      // Retries belong to one place, above the adapters.
      maxRetries: 0,
      timeout: SDK_TIMEOUT_MS,
      // The SDK would print requests and what it cannot parse.
      logLevel: 'off',
      openTelemetry: false,
      fetch,
      fetchOptions: { dispatcher: agent },
    });
    return { client, agent };
  }
}
