// The Anthropic SDK, loaded when it is first needed (138 ms), with its pool of connections.
import type Anthropic from '@anthropic-ai/sdk';
import { PooledClient, SDK_TIMEOUT_MS } from '../../provider/pooled-client.js';
import type { PoolOptions } from '../../provider/pooled-fetch.js';

export interface AnthropicConnection extends PoolOptions {
  readonly apiKey: string;
  /** Another address of the API, without `/v1`. */
  readonly baseUrl?: string | undefined;
}

/** Named here, because without it the SDK would read ANTHROPIC_BASE_URL from the environment. */
const BASE_URL = 'https://api.anthropic.com';

/** One SDK client with its pool of connections. */
export class AnthropicClient extends PooledClient<Anthropic> {
  constructor(connection: AnthropicConnection) {
    super(connection, async ({ fetch, agent }) => {
      const { default: Client } = await import('@anthropic-ai/sdk');
      return new Client({
        apiKey: connection.apiKey,
        webhookKey: null,
        baseURL: connection.baseUrl ?? BASE_URL,
        // Retries belong to one place, above the adapters.
        maxRetries: 0,
        timeout: SDK_TIMEOUT_MS,
        // The SDK would print requests and what it cannot parse.
        logLevel: 'off',
        openTelemetry: false,
        fetch,
        fetchOptions: { dispatcher: agent },
      });
    });
  }
}
