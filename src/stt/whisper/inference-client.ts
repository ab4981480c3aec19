import type { Agent } from 'undici';
import { connectionError, protocolError, statusError } from '../../provider/failure.js';
import { formBody } from '../../provider/form-body.js';
import { ProviderError } from '../../provider/provider.port.js';

export interface InferenceClientOptions {
  /** Name of the provider, for its errors. */
  readonly provider: string;
  readonly url: string;
  /** Sent as a bearer token, for a proxy in front: the server itself knows no keys. */
  readonly apiKey: string | undefined;
  /** Longest time for TCP and TLS, ms. */
  readonly connectTimeoutMs: number;
  /** How long an idle connection is kept, ms. */
  readonly keepAliveMs: number;
}

/** An utterance's answer has a few kilobytes; anything near this is not one, bytes. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** whisper.cpp's `POST /inference`, over connections of its own. */
export class InferenceClient {
  private agent: Agent | undefined;

  constructor(private readonly options: InferenceClientOptions) {}

  /** The answer's JSON. Rejects with a ProviderError, or with whatever an aborted fetch rejects with. */
  async post(form: FormData, signal: AbortSignal): Promise<unknown> {
    const { provider, url, apiKey } = this.options;
    const { fetch, Agent } = await import('undici');
    this.agent ??= new Agent({
      connect: { timeout: this.options.connectTimeoutMs },
      keepAliveTimeout: this.options.keepAliveMs,
      maxResponseSize: MAX_ANSWER_BYTES,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const { contentType, bytes } = await formBody(form);
    const headers = {
      'content-type': contentType,
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
    try {
      const response = await fetch(url, { method: 'POST', headers, body: bytes, signal, dispatcher: this.agent });
      const text = await response.text();
      if (!response.ok)
        throw statusError(provider, response.status, { retryAfter: response.headers.get('retry-after') });
      return JSON.parse(text);
    } catch (error) {
      if (error instanceof ProviderError || signal.aborted) throw error;
      throw error instanceof SyntaxError
        ? protocolError(provider, 'an answer that is not JSON')
        : connectionError(provider, error);
    }
  }

  /** Loads what the first request would wait for. Connects to nothing. */
  async warmUp(): Promise<void> {
    await import('undici');
  }

  /** Ends all connections, running requests too. */
  async close(): Promise<void> {
    const { agent } = this;
    this.agent = undefined;
    await agent?.destroy();
  }
}
