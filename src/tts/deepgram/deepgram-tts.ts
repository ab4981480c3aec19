// Deepgram's Aura over v1/speak, behind the TextToSpeech port. It tells no timings of words.
import { DEEPGRAM, SocketTransport } from '../../provider/deepgram-transport.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { isOneOf } from '../common/languages.js';
import { DeepgramTtsStream } from './deepgram-tts-stream.js';
import type { ClientFactory } from './deepgram-tts-stream.js';

export interface DeepgramTtsOptions {
  readonly apiKey: string;
  /** The voice when the agent names none; Deepgram calls it a model: `aura-2-thalia-en`. */
  readonly model: string;
  /** Another address of the API (self-hosted, a test), `http(s)://host:port`. */
  readonly baseUrl?: string | undefined;
  /** Longest time for TCP, TLS and the WebSocket handshake, ms. */
  readonly connectTimeoutMs?: number;
  /** From a segment's text to its first audio, ms. */
  readonly firstAudioTimeoutMs?: number;
  /** Between two pieces of audio, ms. */
  readonly audioTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5000;
const FIRST_AUDIO_TIMEOUT_MS = 5000;
const AUDIO_TIMEOUT_MS = 3000;

/** Rates of linear16 that Aura makes, Hz; for any other the next higher one is resampled. */
const RATES = [8000, 16_000, 24_000, 32_000, 48_000];

export class DeepgramTextToSpeech implements TextToSpeech {
  readonly name = DEEPGRAM;
  readonly model: string;

  constructor(private readonly options: DeepgramTtsOptions) {
    this.model = options.model;
  }

  /** By the end of the voice's name, which is its language: `aura-2-celeste-es`. */
  speaks({ voice, language }: Pick<TtsOptions, 'voice' | 'language'>): boolean | undefined {
    const own = /-([a-z]{2})$/.exec(voice === '' ? this.options.model : voice)?.[1];
    if (own !== undefined) return isOneOf(language, own);
    return voice === '' ? false : undefined;
  }

  open({ voice, sampleRate }: TtsOptions, listener: TtsListener): TtsStream {
    return new DeepgramTtsStream(
      {
        model: voice === '' ? this.options.model : voice,
        providerRate: RATES.find((rate) => rate >= sampleRate) ?? 48_000,
        sampleRate,
        connectTimeoutMs: this.options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        deadlines: {
          firstAudioMs: this.options.firstAudioTimeoutMs ?? FIRST_AUDIO_TIMEOUT_MS,
          audioMs: this.options.audioTimeoutMs ?? AUDIO_TIMEOUT_MS,
        },
        makeClient: this.makeClient,
      },
      listener,
    );
  }

  /** Loads the SDK ahead of the first call, so that the call does not wait for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await import('@deepgram/sdk');
  }

  private readonly makeClient: ClientFactory = async ({ made, ended, audio }) => {
    const { DeepgramClient } = await import('@deepgram/sdk');
    const { apiKey, baseUrl } = this.options;
    return new DeepgramClient({
      apiKey,
      ...(baseUrl === undefined ? {} : { baseUrl }),
      transportFactory: (url, headers) => {
        const transport = new SocketTransport(url, headers, ended, audio);
        made(transport);
        return transport;
      },
    });
  };
}
