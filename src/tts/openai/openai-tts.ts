// OpenAI's audio/speech, and every API that speaks the same wire, behind the TextToSpeech port.
import type { OpenAI } from 'openai';
import { OpenAiClient } from '../../provider/openai-client.js';
import type { OpenAiConnection } from '../../provider/openai-client.js';
import { fromOpenAiError } from '../../provider/openai-error.js';
import { isOneOf } from '../common/languages.js';
import { RequestStream } from '../common/request-stream.js';
import { speechOf } from '../common/speech-body.js';
import type { SpeechPiece } from '../common/speech-request.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';

export interface OpenAiTtsOptions extends OpenAiConnection {
  readonly model: string;
  /** The voice when the agent names none. */
  readonly voice?: string;
  /** How to speak ("calmly"), for models that take instructions. */
  readonly instructions?: string;
  /** From the request to its first audio, ms. */
  readonly firstAudioTimeoutMs?: number;
  /** Between two pieces of audio, ms. */
  readonly audioTimeoutMs?: number;
  /** Audio that is read ahead for the segment after the one being spoken, ms; then its request is held back. */
  readonly maxAheadMs?: number;
}

/** `response_format: "pcm"` has this rate, Hz, 16 bit, mono, little-endian; a server that answers otherwise has to say so. */
const PROVIDER_RATE = 24_000;

const OPENAI = 'openai';
const FIRST_AUDIO_TIMEOUT_MS = 8000;
const AUDIO_TIMEOUT_MS = 4000;
const MAX_AHEAD_MS = 10_000;
const DEFAULT_VOICE = 'alloy';
/** Of every voice of OpenAI's own: those of Whisper (https://platform.openai.com/docs/guides/text-to-speech). */
const LANGUAGES =
  'af ar az be bg bs ca cs cy da de el en es et fa fi fr gl he hi hr hu hy id is it ja kk kn ko lt lv mi mk mr ms ne nl no ' +
  'pl pt ro ru sk sl sr sv sw ta th tl tr uk ur vi zh';

export class OpenAiTextToSpeech implements TextToSpeech {
  readonly name = OPENAI;
  readonly model: string;
  private readonly client: OpenAiClient;

  constructor(private readonly options: OpenAiTtsOptions) {
    this.model = options.model;
    this.client = new OpenAiClient(options);
  }

  /** What another server speaks, only whoever has named its voice can know. */
  speaks({ voice, language }: Pick<TtsOptions, 'voice' | 'language'>): boolean | undefined {
    if (this.options.baseUrl === undefined) return isOneOf(language, LANGUAGES);
    return voice === '' ? false : undefined;
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    const { model, instructions, voice } = this.options;
    const params = {
      model,
      voice: options.voice === '' ? (voice ?? DEFAULT_VOICE) : options.voice,
      response_format: 'pcm' as const,
      ...(instructions === undefined ? {} : { instructions }),
    };
    const provider = {
      name: OPENAI,
      source: (input: string, signal: AbortSignal) => this.ask({ ...params, input }, signal),
      deadlines: {
        firstAudioMs: this.options.firstAudioTimeoutMs ?? FIRST_AUDIO_TIMEOUT_MS,
        audioMs: this.options.audioTimeoutMs ?? AUDIO_TIMEOUT_MS,
      },
      toError: (error: unknown) => fromOpenAiError(OPENAI, error),
    };
    const maxAheadMs = this.options.maxAheadMs ?? MAX_AHEAD_MS;
    return new RequestStream({ provider, providerRate: PROVIDER_RATE, maxAheadMs }, options, listener);
  }

  /** Loads the SDK ahead of the first call, so that the call does not wait for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await this.client.get();
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.client.close();
  }

  private async *ask(params: OpenAI.Audio.SpeechCreateParams, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    const client = await this.client.get();
    const { body, headers } = await client.audio.speech.create(params, { signal });
    if (body === null) return;
    yield* speechOf({
      provider: OPENAI,
      contentType: headers.get('content-type'),
      bytes: body as AsyncIterable<Uint8Array>,
      sampleRate: PROVIDER_RATE,
    });
  }
}
