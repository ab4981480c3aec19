// A call whose caller is heard in a WAV file that another program writes, and whose answer is written for it to play.
import { SAMPLE_RATES } from '../../src/protocol/index.js';
import { bytesOf, toFloat32, toInt16 } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';
import { openAnswer, type AnswerFile } from '../node/answer-file.js';
import { FileSpeaker } from '../node/file-speaker.js';
import { LineFeed } from '../node/line-feed.js';
import { VirtualSpeaker } from '../node/virtual-speaker.js';
import { WavFollower } from '../node/wav-follower.js';
import type { CallReport } from './call.js';
import { EXIT, TerminalFailure, usageFailure } from './failure.js';
import { allOf } from './observer.js';
import { DEFAULT_SAMPLE_RATE } from './prepare.js';
import { talk, type Source, type TalkOptions } from './talk.js';

export interface FollowCallOptions extends TalkOptions {
  /** The WAV that grows; it need not be there yet. */
  readonly file: string;
  /** Where the answer grows, as a WAV, or goes into a named pipe; nowhere when absent. */
  readonly answer?: string;
  /** Without growing for so long it is over, ms. */
  readonly idleMs: number;
}

/** Audio of before the session is there, ms: the feed keeps no more either. */
const MOST_EARLY_MS = 10_000;

/** Throws a TerminalFailure when nothing begins to grow, it is no WAV, the answer cannot be written, or there is no session. */
export async function followCall(options: FollowCallOptions): Promise<CallReport> {
  const observer = allOf(options.observers);
  // Before anything is read: a program that is about to read the answer may write nothing until it can.
  const answer = options.answer === undefined ? undefined : opened(options.answer);
  const followed = new FollowedFile(options);
  try {
    const fileRate = await followed.format;
    const sampleRate = (SAMPLE_RATES as readonly number[]).includes(fileRate) ? fileRate : DEFAULT_SAMPLE_RATE;
    return await talk(options, {
      sampleRate,
      source: (session, send) => followed.feed(session.audio.input.sampleRate, send),
      speaker: (speakerOptions) => {
        if (answer === undefined) return new VirtualSpeaker(speakerOptions);
        return new FileSpeaker(answer, speakerOptions, (reason) => observer.note(reason));
      },
      hint: `follows ${options.file} (${fileRate} Hz) until it has not grown for ${options.idleMs / 1000} s. Ctrl-C hangs up`,
    });
  } finally {
    followed.stop();
    answer?.close();
  }
}

function opened(file: string): AnswerFile {
  try {
    return openAnswer(file);
  } catch (error) {
    throw usageFailure(`--answer: ${(error as Error).message}`);
  }
}

/** The file as a source of the caller's voice. */
class FollowedFile {
  /** Its rate, Hz, once its header is there. */
  readonly format: Promise<number>;
  readonly #over = Promise.withResolvers<Error | undefined>();
  readonly #follower: WavFollower;
  readonly #watch: ReturnType<typeof setInterval>;
  readonly #began = Promise.withResolvers<number>();
  #rate = 0;
  #grewAt = performance.now();
  /** What came before there was a session. */
  #early: Int16Array[] = [];
  #earlyMs = 0;
  #take: ((samples: Int16Array) => void) | undefined;
  #resampler: Resampler | undefined;
  #feed: LineFeed | undefined;
  #feedRate = 0;

  constructor({ file, idleMs, signal }: FollowCallOptions) {
    this.format = this.#began.promise;
    // Whoever waits for neither has been told of the other.
    this.format.catch(() => undefined);
    try {
      this.#follower = new WavFollower(file, {
        onFormat: (rate) => this.#begin(rate),
        onAudio: (samples) => this.#add(samples),
        onFault: (error) => this.#fail(usageFailure(`${file} cannot be followed: ${error.message}`)),
      });
    } catch (error) {
      throw usageFailure(`${file} cannot be followed: ${(error as Error).message}`);
    }
    this.#watch = setInterval(() => {
      if (performance.now() - this.#grewAt < idleMs) return;
      this.#began.reject(usageFailure(`${file} did not begin to grow within ${idleMs / 1000} s`));
      this.#over.resolve(undefined);
    }, 100);
    const interrupted = () => this.#began.reject(new TerminalFailure('interrupted', EXIT.interrupted));
    if (signal.aborted) interrupted();
    signal.addEventListener('abort', interrupted, { once: true });
  }

  feed(sampleRate: number, send: (pcm: Uint8Array) => void): Source {
    this.#feedRate = sampleRate;
    const feed = new LineFeed({ sampleRate, send: (frame) => send(bytesOf(frame)) });
    this.#feed = feed;
    this.#take = (samples) => feed.add(this.#atRate(samples));
    this.#resampler = undefined;
    for (const samples of this.#early.splice(0)) this.#take(samples);
    return { ended: this.#over.promise, stop: async () => this.stop() };
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#follower.stop();
    this.#feed?.stop();
  }

  #begin(rate: number): void {
    this.#rate = rate;
    this.#resampler = undefined;
    this.#grewAt = performance.now();
    this.#began.resolve(rate);
  }

  #add(samples: Int16Array): void {
    this.#grewAt = performance.now();
    if (this.#take !== undefined) return this.#take(samples);
    this.#early.push(samples);
    this.#earlyMs += (samples.length * 1000) / this.#rate;
    while (this.#earlyMs > MOST_EARLY_MS) this.#earlyMs -= ((this.#early.shift()?.length ?? 0) * 1000) / this.#rate;
  }

  #atRate(samples: Int16Array): Int16Array {
    if (this.#rate === this.#feedRate) return samples;
    this.#resampler ??= new Resampler(this.#rate, this.#feedRate);
    return toInt16(this.#resampler.process(toFloat32(samples)));
  }

  #fail(failure: Error): void {
    this.#began.reject(failure);
    this.#over.resolve(failure);
  }
}
