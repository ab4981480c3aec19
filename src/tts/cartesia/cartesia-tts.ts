// Cartesia's Sonic over its WebSocket, behind the TextToSpeech port: one connection for many replies, words with timings.
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { isOneOf } from '../common/languages.js';
import { primaryLanguage } from '../../bounds/language-tag.port.js';
import { CartesiaPool } from './cartesia-pool.js';
import { CartesiaStream } from './cartesia-stream.js';
import type { ContextParams } from './cartesia-stream.js';
import { CARTESIA } from './map-event.js';
import { loadSdk } from './sdk.js';

export interface CartesiaTtsOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Another address of the API, `http(s)://host:port`. */
  readonly baseUrl?: string | undefined;
  /** Id of the voice when the agent names none. */
  readonly voice?: string;
  /** Longest time for TCP, TLS and the WebSocket handshake, ms. */
  readonly connectTimeoutMs?: number;
  /** From a segment's text to its first audio, ms. */
  readonly firstAudioTimeoutMs?: number;
  /** Between two pieces of audio, ms. */
  readonly audioTimeoutMs?: number;
  /** Replies that share one connection; Cartesia's advice is "dozens". */
  readonly maxRepliesPerConnection?: number;
  /** How long an unused connection is kept, ms; Cartesia closes it after 5 minutes. */
  readonly idleMs?: number;
}

const BASE_URL = 'https://api.cartesia.ai';
/** "Katie", the voice of Cartesia's own examples for agents. */
const DEFAULT_VOICE = 'f786b574-daa5-4673-aa0c-cbe3e8534c02';
const CONNECT_TIMEOUT_MS = 5000;
const FIRST_AUDIO_TIMEOUT_MS = 5000;
const AUDIO_TIMEOUT_MS = 3000;
const MAX_REPLIES = 32;
const IDLE_MS = 240_000;

/** Of every multilingual Sonic; newer ones speak more (https://docs.cartesia.ai/build-with-cartesia/tts-models/older-models). */
const LANGUAGES = 'de en es fr hi it ja ko nl pl pt ru sv tr zh';

/** Rates of raw audio that Cartesia makes, Hz; for any other the next higher one is resampled. */
const RATES = [8000, 16_000, 22_050, 24_000, 44_100, 48_000] as const;

export class CartesiaTextToSpeech implements TextToSpeech {
  readonly name = CARTESIA;
  readonly model: string;
  private readonly pool: CartesiaPool;

  constructor(private readonly options: CartesiaTtsOptions) {
    this.model = options.model;
    this.pool = new CartesiaPool({
      apiKey: options.apiKey,
      baseUrl: options.baseUrl ?? BASE_URL,
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      maxRepliesPerConnection: options.maxRepliesPerConnection ?? MAX_REPLIES,
      idleMs: options.idleMs ?? IDLE_MS,
    });
  }

  /** A voice is told the language: the model is what has to know it. */
  speaks({ voice, language }: Pick<TtsOptions, 'voice' | 'language'>): boolean | undefined {
    if (this.model.includes('english')) return isOneOf(language, 'en');
    if (isOneOf(language, LANGUAGES)) return true;
    return voice === '' ? false : undefined;
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    const deadlines = {
      firstAudioMs: this.options.firstAudioTimeoutMs ?? FIRST_AUDIO_TIMEOUT_MS,
      audioMs: this.options.audioTimeoutMs ?? AUDIO_TIMEOUT_MS,
    };
    const { sampleRate } = options;
    return new CartesiaStream(
      { params: this.paramsFor(options), deadlines, sampleRate, connect: () => this.pool.take() },
      listener,
    );
  }

  /** Loads the SDK ahead of the first call. Connects to nothing. */
  warmUp(): Promise<void> {
    loadSdk();
    return Promise.resolve();
  }

  /** Ends the connections that replies have shared. */
  close(): void {
    this.pool.close();
  }

  private paramsFor({ voice, language, sampleRate }: TtsOptions): ContextParams {
    return {
      model_id: this.options.model,
      voice: { mode: 'id', id: voice === '' ? (this.options.voice ?? DEFAULT_VOICE) : voice },
      // Cartesia takes the language without its region.
      language: primaryLanguage(language),
      output_format: {
        container: 'raw',
        encoding: 'pcm_s16le',
        sample_rate: RATES.find((rate) => rate >= sampleRate) ?? 48_000,
      },
      add_timestamps: true,
      max_buffer_delay_ms: 0,
    };
  }
}
