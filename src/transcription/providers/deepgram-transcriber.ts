// Deepgram's recognition of recorded audio (POST /v1/listen), through its SDK.
import type { DeepgramClient } from '@deepgram/sdk';
import type { Agent } from 'undici';
import { encodeWav } from '../../audio/wav.js';
import { connectionError, statusError, timeoutError } from '../../provider/failure.js';
import { pooledFetch } from '../../provider/pooled-fetch.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { Transcriber, TranscriberRequest, Transcription } from '../../stt/transcriber.port.js';
import { DEEPGRAM, faultName, mapResponse } from './deepgram-response.js';

export interface DeepgramTranscriberOptions {
  readonly apiKey: string;
  /** One of Deepgram's models for recorded audio; Flux is for live audio only. */
  readonly model: string;
  /** Another address of the API (self-hosted, a test), `http(s)://host:port`. */
  readonly baseUrl?: string | undefined;
  /** The longest wait for an answer, to which a quarter of the audio's length is added, ms. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
/** Ours is shorter, and covers the body too, which the SDK's does not, s. */
const SDK_TIMEOUT_S = 3600;
/** Deepgram refuses more (500 tokens in all; a term is a few). */
const MAX_KEY_TERMS = 100;

interface Connection {
  readonly client: DeepgramClient;
  readonly agent: Agent;
}

export class DeepgramTranscriber implements Transcriber {
  readonly name = DEEPGRAM;
  private made: Promise<Connection> | undefined;

  constructor(private readonly options: DeepgramTranscriberOptions) {}

  /** Loads the SDK (0.2 s, 27 MB). Connects to nothing. */
  async warmUp(): Promise<void> {
    await this.connection();
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const made = this.made;
    this.made = undefined;
    if (made !== undefined) await (await made).agent.destroy();
  }

  async transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Transcription> {
    signal.throwIfAborted();
    const { client } = await this.connection();
    const durationMs = (request.pcm.length / 2 / request.sampleRate) * 1000;
    const ms = Math.round((this.options.timeoutMs ?? TIMEOUT_MS) + durationMs / 4);
    const deadline = AbortSignal.timeout(ms);
    try {
      const body = await client.listen.v1.media.transcribeFile(
        { data: encodeWav(request.pcm, request.sampleRate), contentType: 'audio/wav' },
        this.query(request),
        {
          maxRetries: 0,
          timeoutInSeconds: SDK_TIMEOUT_S,
          abortSignal: AbortSignal.any([signal, deadline]),
        },
      );
      return mapResponse(body, request.language);
    } catch (error) {
      signal.throwIfAborted();
      throw deadline.aborted ? timeoutError(DEEPGRAM, 'transcript', ms) : toProviderError(error);
    }
  }

  private query({ language, keyTerms }: TranscriberRequest) {
    const { model } = this.options;
    const terms = keyTerms.slice(0, MAX_KEY_TERMS);
    return {
      model: model as 'nova-3',
      // Amounts, dates and addresses as they are written: recorded audio does not wait for them as live audio would.
      smart_format: true,
      ...(language === undefined ? { detect_language: true } : { language }),
      // Models before Nova-3 know the older parameter only.
      ...(terms.length === 0 ? {} : model.startsWith('nova-3') ? { keyterm: terms } : { keywords: terms }),
    };
  }

  private connection(): Promise<Connection> {
    this.made ??= this.connect();
    return this.made;
  }

  private async connect(): Promise<Connection> {
    const [{ DeepgramClient }, { fetch, agent }] = await Promise.all([import('@deepgram/sdk'), pooledFetch({})]);
    const { apiKey, baseUrl } = this.options;
    const client = new DeepgramClient({
      apiKey,
      ...(baseUrl === undefined ? {} : { baseUrl }),
      // The SDK would print what it asks for.
      logging: { silent: true },
      // The Agent is undici's own; Node's types for it differ in name only.
      fetch: (input, init) =>
        fetch(input, { ...init, dispatcher: agent } as unknown as RequestInit).catch(asAnswerThatBreaksOff),
    });
    return { client, agent };
  }
}

/**
 * A request that fails before its answer leaves the SDK's timer running for its whole time, and one that fails in the middle
 * of it does not.
 */
function asAnswerThatBreaksOff(error: unknown): Response {
  return new Response(new ReadableStream({ start: (controller) => controller.error(error) }));
}

/** What the SDK's DeepgramError has, read by shape: the class itself is loaded lazily. */
interface SdkError {
  readonly statusCode: number;
  readonly body?: unknown;
  readonly rawResponse?: { readonly headers: { get(name: string): string | null } };
}

const hasStatus = (error: unknown): error is SdkError =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';

function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (!hasStatus(error)) return connectionError(DEEPGRAM, error);
  return statusError(DEEPGRAM, error.statusCode, {
    detail: faultName(error.body),
    retryAfter: error.rawResponse?.headers.get('retry-after'),
  });
}
