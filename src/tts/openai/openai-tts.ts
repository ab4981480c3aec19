// OpenAI's audio/speech, and every API that speaks the same wire, behind the TextToSpeech port.
import { Resampler } from '../../audio/resampler.js';
import { OpenAiClient } from '../../provider/openai-client.js';
import type { OpenAiConnection } from '../../provider/openai-client.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { OpenAiTtsStream } from './openai-tts-stream.js';
import { OPENAI, SpeechRequest } from './speech-request.js';

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

/** `response_format: "pcm"` has this rate, Hz, 16 bit, mono, little-endian. */
const PROVIDER_RATE = 24_000;
const BYTES_PER_MS = (PROVIDER_RATE * 2) / 1000;

const FIRST_AUDIO_TIMEOUT_MS = 8000;
const AUDIO_TIMEOUT_MS = 4000;
const MAX_AHEAD_MS = 10_000;
const DEFAULT_VOICE = 'alloy';

export class OpenAiTextToSpeech implements TextToSpeech {
  readonly name = OPENAI;
  private readonly client: OpenAiClient;

  constructor(private readonly options: OpenAiTtsOptions) {
    this.client = new OpenAiClient(options);
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    const { model, instructions, voice } = this.options;
    const deadlines = {
      firstAudioMs: this.options.firstAudioTimeoutMs ?? FIRST_AUDIO_TIMEOUT_MS,
      audioMs: this.options.audioTimeoutMs ?? AUDIO_TIMEOUT_MS,
    };
    const params = {
      model,
      voice: options.voice === '' ? (voice ?? DEFAULT_VOICE) : options.voice,
      response_format: 'pcm' as const,
      ...(instructions === undefined ? {} : { instructions }),
    };
    return new OpenAiTtsStream(
      {
        speaker: (text, handlers) => new SpeechRequest(this.client, { ...params, input: text }, deadlines, handlers),
        makeResampler: () => new Resampler(PROVIDER_RATE, options.sampleRate),
        maxAheadBytes: (this.options.maxAheadMs ?? MAX_AHEAD_MS) * BYTES_PER_MS,
      },
      listener,
    );
  }

  /** Loads the SDK ahead of the first call, so that the call does not wait for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await this.client.get();
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.client.close();
  }
}
