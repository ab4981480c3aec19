// Amazon Polly behind the TextToSpeech port: a request a sentence, answered with raw audio as it is made.
import type { ClientHttp2Stream } from 'node:http2';
import type { Engine, PollyClient, SynthesizeSpeechCommandInput, VoiceId } from '@aws-sdk/client-polly';
import { connectionError } from '../../provider/failure.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { isOneOf } from '../common/languages.js';
import { RequestStream } from '../common/request-stream.js';
import { speechOf } from '../common/speech-body.js';
import type { SpeechPiece } from '../common/speech-request.js';
import { fromPollyError, POLLY } from './polly-error.js';

export interface PollyTtsOptions {
  readonly region: string;
  /** Without them the SDK looks where AWS programs look: a profile, the role of the machine or the container. */
  readonly credentials?:
    { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string } | undefined;
  readonly engine: Engine;
  /** Another address of the API, `http(s)://host:port`. */
  readonly endpoint?: string | undefined;
  /** The voice when the agent names none; it must speak with the engine. */
  readonly voice?: string;
  /** From the request to its first audio, ms. */
  readonly firstAudioTimeoutMs?: number;
  /** Between two pieces of audio, ms. */
  readonly audioTimeoutMs?: number;
  /** Audio that is read ahead for the segment after the one being spoken, ms; then its request is held back. */
  readonly maxAheadMs?: number;
}

/** The highest rate of Polly's raw audio, Hz; it makes 8000 as well. */
const HIGHEST_RATE = 16_000;
/** Speaks with every engine but long-form. */
const DEFAULT_VOICE = 'Joanna';
const LONG_FORM_VOICE = 'Danielle';
const FIRST_AUDIO_TIMEOUT_MS = 6000;
const AUDIO_TIMEOUT_MS = 4000;
const MAX_AHEAD_MS = 10_000;
/** How long the connection is kept when nothing is asked for, ms. */
const SESSION_TIMEOUT_MS = 120_000;
/** RFC 9113 section 7. */
const NGHTTP2_NO_ERROR = 0;

export class PollyTextToSpeech implements TextToSpeech {
  readonly name = POLLY;
  /** Prices go by the engine. */
  readonly model: string;
  private loaded: Promise<PollyClient> | undefined;

  constructor(private readonly options: PollyTtsOptions) {
    this.model = options.engine;
  }

  /** Each voice has its language, which its name does not say. */
  speaks({ voice, language }: Pick<TtsOptions, 'voice' | 'language'>): boolean | undefined {
    return voice === '' && this.options.voice === undefined ? isOneOf(language, 'en') : undefined;
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    const { engine, voice = engine === 'long-form' ? LONG_FORM_VOICE : DEFAULT_VOICE } = this.options;
    const providerRate = options.sampleRate <= 8000 ? 8000 : HIGHEST_RATE;
    const params = {
      Engine: engine,
      OutputFormat: 'pcm' as const,
      SampleRate: `${providerRate}`,
      TextType: 'text' as const,
      VoiceId: (options.voice === '' ? voice : options.voice) as VoiceId,
    };
    const provider = {
      name: POLLY,
      source: (Text: string, signal: AbortSignal) => this.ask({ ...params, Text }, signal),
      deadlines: {
        firstAudioMs: this.options.firstAudioTimeoutMs ?? FIRST_AUDIO_TIMEOUT_MS,
        audioMs: this.options.audioTimeoutMs ?? AUDIO_TIMEOUT_MS,
      },
      toError: fromPollyError,
    };
    const maxAheadMs = this.options.maxAheadMs ?? MAX_AHEAD_MS;
    return new RequestStream({ provider, providerRate, maxAheadMs }, options, listener);
  }

  /** Loads the SDK ahead of the first call, so that the call does not wait for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await this.client();
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const { loaded } = this;
    this.loaded = undefined;
    (await loaded)?.destroy();
  }

  private client(): Promise<PollyClient> {
    this.loaded ??= this.make();
    return this.loaded;
  }

  private async make(): Promise<PollyClient> {
    const { PollyClient: Client } = await import('@aws-sdk/client-polly');
    const { region, credentials, endpoint } = this.options;
    return new Client({
      region,
      ...(credentials === undefined ? {} : { credentials }),
      ...(endpoint === undefined ? {} : { endpoint }),
      // Retries belong to one place, above the adapters.
      maxAttempts: 1,
      // One HTTP/2 connection for all requests, which is the SDK's own choice for Polly.
      requestHandler: { sessionTimeout: SESSION_TIMEOUT_MS },
    });
  }

  private async *ask(params: SynthesizeSpeechCommandInput, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    const client = await this.client();
    const { SynthesizeSpeechCommand } = await import('@aws-sdk/client-polly');
    const { AudioStream, ContentType } = await client.send(new SynthesizeSpeechCommand(params), {
      abortSignal: signal,
    });
    if (AudioStream === undefined) return;
    // On Node it is the HTTP/2 stream itself, which ends as if it were complete when its connection is lost.
    const body = AudioStream as unknown as ClientHttp2Stream;
    const { session } = body;
    yield* speechOf({
      provider: POLLY,
      contentType: ContentType,
      bytes: body as AsyncIterable<Uint8Array>,
      sampleRate: Number(params.SampleRate),
    });
    if (session?.closed !== false || body.rstCode !== NGHTTP2_NO_ERROR) throw connectionError(POLLY, undefined);
  }
}
