// ElevenLabs' text to speech behind the TextToSpeech port: a request a sentence, with the times of its characters.
import { closedEarlyError } from '../../provider/failure.js';
import { isOneOf } from '../common/languages.js';
import { primaryLanguage } from '../../bounds/language-tag.port.js';
import { RequestStream } from '../common/request-stream.js';
import { refuseFile } from '../common/speech-body.js';
import type { SpeechPiece } from '../common/speech-request.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';
import { AlignedWords } from './aligned-words.js';
import { ElevenLabsConnection } from './elevenlabs-connection.js';
import type { SpeechParams } from './elevenlabs-connection.js';
import { ELEVENLABS, fromElevenLabsError } from './elevenlabs-error.js';

export interface ElevenLabsTtsOptions {
  readonly apiKey: string;
  readonly model: string;
  /** Another address of the API, `http(s)://host:port`. */
  readonly baseUrl?: string | undefined;
  /** Id of the voice when the agent names none. */
  readonly voice?: string;
  /** From the request to its first audio, ms. */
  readonly firstAudioTimeoutMs?: number;
  /** Between two pieces of audio, ms. */
  readonly audioTimeoutMs?: number;
  /** Audio that is read ahead for the segment after the one being spoken, ms; then its request is held back. */
  readonly maxAheadMs?: number;
}

/** "Sarah", one of the voices that every account has. */
const DEFAULT_VOICE = 'EXAVITQu4vr4xnSDxMaL';
const FIRST_AUDIO_TIMEOUT_MS = 6000;
const AUDIO_TIMEOUT_MS = 4000;
const MAX_AHEAD_MS = 10_000;
/** Of every multilingual model since v2; newer ones speak more (https://elevenlabs.io/docs/overview/models). */
const LANGUAGES = 'ar bg cs da de el en es fi fil fr hi hr id it ja ko ms nl pl pt ro ru sk sv ta tr uk zh';
/** Models that speak them. */
const MULTILINGUAL = /multilingual_v2|_v2_5|_v3/;
/** The share of the text's characters that a whole answer has times for; a few may be left out. */
const LEAST_ALIGNED = 0.8;

/** Rates of raw audio that every plan may ask for, Hz; more than the last needs a dearer plan and is resampled instead. */
const RATES = [8000, 16_000, 22_050, 24_000] as const;

export class ElevenLabsTextToSpeech implements TextToSpeech {
  readonly name = ELEVENLABS;
  readonly model: string;
  private readonly connection: ElevenLabsConnection;

  constructor(private readonly options: ElevenLabsTtsOptions) {
    this.model = options.model;
    this.connection = new ElevenLabsConnection(options.apiKey, options.baseUrl);
  }

  /** Whatever the voice: the model is what has to know the language. */
  speaks({ voice, language }: Pick<TtsOptions, 'voice' | 'language'>): boolean | undefined {
    if (!MULTILINGUAL.test(this.model)) return isOneOf(language, 'en');
    if (isOneOf(language, LANGUAGES)) return true;
    return voice === '' ? false : undefined;
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    const providerRate = RATES.find((rate) => rate >= options.sampleRate) ?? 24_000;
    const params: SpeechParams = {
      voice: options.voice === '' ? (this.options.voice ?? DEFAULT_VOICE) : options.voice,
      modelId: this.options.model,
      outputFormat: `pcm_${providerRate}`,
      // Models before 2.5 find the language out by themselves and refuse to be told.
      ...(/_v2_5|_v3/.test(this.options.model) ? { languageCode: primaryLanguage(options.language) } : {}),
    };
    const provider = {
      name: ELEVENLABS,
      source: (text: string, signal: AbortSignal) => this.ask(params, text, providerRate, signal),
      deadlines: {
        firstAudioMs: this.options.firstAudioTimeoutMs ?? FIRST_AUDIO_TIMEOUT_MS,
        audioMs: this.options.audioTimeoutMs ?? AUDIO_TIMEOUT_MS,
      },
      toError: fromElevenLabsError,
    };
    const maxAheadMs = this.options.maxAheadMs ?? MAX_AHEAD_MS;
    return new RequestStream({ provider, providerRate, maxAheadMs }, options, listener);
  }

  /** Loads the SDK ahead of the first call, so that no call waits for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await this.connection.load();
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.connection.close();
  }

  private async *ask(
    params: SpeechParams,
    text: string,
    rate: number,
    signal: AbortSignal,
  ): AsyncGenerator<SpeechPiece> {
    const words = new AlignedWords();
    let bytes = 0;
    for await (const { audio, alignment } of this.connection.speech(params, text, signal)) {
      if (bytes === 0) refuseFile(ELEVENLABS, audio);
      const audioMs = (bytes / 2 / rate) * 1000;
      bytes += audio.length;
      yield alignment === undefined ? { audio } : { audio, words: words.add(alignment, audioMs) };
    }
    // Where times come at all they come for every character: a body that ended in good order, but early, shows in them.
    if (words.characters > 0 && words.characters < text.length * LEAST_ALIGNED) {
      throw closedEarlyError(ELEVENLABS, 'the speech');
    }
  }
}
