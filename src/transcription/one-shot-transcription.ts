// One-shot transcription: an uploaded file in, its words out, from the cache when they are known. This room owns the
// request's way (upload, decoding, cache, bounds, statistics); recognition is the transcribers' business.
import { decodeAudio } from './audio/decode.js';
import type { DecodeOptions } from './audio/decode.js';
import { SPEECH_RATE } from './audio/to-speech-pcm.js';
import { cacheKey } from './cache/cache-key.js';
import type { CachedTranscript, TranscriptCache } from './cache/transcript-cache.port.js';
import type { Offers } from './offers.js';
import type { Answered, AnsweringTranscriber } from './providers/answering-transcriber.js';
import { SingleFlight } from './single-flight.js';
import { readOptions } from './transcribe-options.js';
import type { TranscribeOptions } from './transcribe-options.js';
import type { Upload } from './upload.js';
import type { WorkSlots } from './work-slots.js';

export interface OneShotParts {
  readonly offers: Offers;
  /** The transcriber for a chain of `offers`. */
  recogniser(chain: readonly string[]): AnsweringTranscriber;
  readonly cache: TranscriptCache;
  readonly slots: WorkSlots;
  readonly decoding: DecodeOptions;
}

export interface Transcribed {
  readonly transcript: CachedTranscript;
  /** From the cache: nothing was decoded and nobody was asked. */
  readonly cached: boolean;
  /** By the work of another request for the same. */
  readonly shared: boolean;
}

type Found = Omit<Transcribed, 'shared'>;

export class OneShotTranscription {
  private readonly flights = new SingleFlight<Found>();

  constructor(private readonly parts: OneShotParts) {}

  /**
   * The words of an upload. Rejects with TranscriptionError, ProviderError, or the signal's reason.
   *
   * @param caller whose request it is: only he is answered from what it leaves in the cache
   */
  async transcribe(caller: string, upload: Upload, signal: AbortSignal): Promise<Transcribed> {
    const options = readOptions(upload);
    const chain = this.parts.offers.choose(options.provider, options.model);
    const key = cacheKey({ ...options, caller, audioHash: upload.hash, providers: chain });
    const { result, joined } = await this.flights.run(key, signal, (flight) =>
      this.find(key, upload, options, chain, flight),
    );
    return { ...result, shared: joined && !result.cached };
  }

  /** The look into the cache is a part of the flight: between a miss and the work nobody else can begin the same. */
  private async find(
    key: string,
    upload: Upload,
    options: TranscribeOptions,
    chain: readonly string[],
    signal: AbortSignal,
  ): Promise<Found> {
    const known = await this.parts.cache.get(key);
    if (known !== undefined) return { transcript: known, cached: true };
    const transcript = await this.parts.slots.run(signal, () => this.recognise(upload, options, chain, signal));
    this.parts.cache.set(key, transcript);
    return { transcript, cached: false };
  }

  private async recognise(
    { file }: Upload,
    { raw, language, keyTerms }: TranscribeOptions,
    chain: readonly string[],
    signal: AbortSignal,
  ): Promise<CachedTranscript> {
    const pcm = await decodeAudio(file, raw, this.parts.decoding, signal);
    const request = { pcm, sampleRate: SPEECH_RATE, language, keyTerms };
    const answer = await this.parts.recogniser(chain).transcribe(request, signal);
    return toTranscript(answer, pcm.length / 2 / SPEECH_RATE);
  }
}

function toTranscript({ text, language, words, confidence, provider }: Answered, duration: number): CachedTranscript {
  return { text, language: language ?? null, duration, provider, words, confidence: confidence ?? null };
}
