import { closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { bytesOf } from '../audio/pcm.js';
import { wavHeader } from './wav.js';

/** Where another program reads the answer while it is written: every sample of it, silence included, at real time. */
export interface AnswerFile {
  /** What is written from now on is at this rate, Hz. */
  begin(sampleRate: number): void;
  /** Throws the error of the file system. */
  write(samples: Int16Array): void;
  /** Idempotent; never throws. */
  close(): void;
}

/** A named pipe when there is one of this name, else a WAV file, begun anew. Throws the error of the file system. */
export const openAnswer = (file: string): AnswerFile =>
  statSync(file, { throwIfNoEntry: false })?.isFIFO() === true ? new AnswerPipe(file) : new AnswerWav(file);

/** How often the header says anew how much there is, ms. */
const HEADER_MS = 1000;

/** A WAV file that grows. */
class AnswerWav implements AnswerFile {
  readonly #file: number;
  #sampleRate = 0;
  #bytes = 0;
  #measuredAt = 0;
  #closed = false;

  constructor(file: string) {
    this.#file = openSync(file, 'w');
  }

  begin(sampleRate: number): void {
    this.#sampleRate = sampleRate;
    this.#measure();
  }

  write(samples: Int16Array): void {
    const audio = bytesOf(samples);
    const header = wavHeader({ sampleRate: this.#sampleRate, channels: 1 }, 0).byteLength;
    this.#bytes += writeSync(this.#file, audio, 0, audio.byteLength, header + this.#bytes);
    if (performance.now() - this.#measuredAt >= HEADER_MS) this.#measure();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      if (this.#sampleRate > 0) this.#measure();
    } catch {
      // A disk that is full has been told of by `write`.
    }
    closeSync(this.#file);
  }

  #measure(): void {
    this.#measuredAt = performance.now();
    const header = wavHeader({ sampleRate: this.#sampleRate, channels: 1 }, this.#bytes);
    writeSync(this.#file, header, 0, header.byteLength, 0);
  }
}

/** How often it is looked whether somebody reads, ms: whoever opens a pipe waits for the other end. */
const LOOK_MS = 20;

/**
 * A named pipe, which gets the bare samples (PCM16 little-endian), from the moment at which somebody reads it: what nobody
 * has read when it was due is left out, so that no reader is late for ever.
 */
class AnswerPipe implements AnswerFile {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #file: string;
  #pipe: number | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  begin(): void {
    this.#look();
  }

  write(samples: Int16Array): void {
    if (this.#pipe === undefined) return;
    try {
      writeSync(this.#pipe, bytesOf(samples));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') this.#leave();
      else if (code !== 'EAGAIN') throw error;
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#leave();
  }

  #look(): void {
    if (this.#pipe !== undefined) return;
    try {
      this.#pipe = openSync(this.#file, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      // Nobody reads it yet (ENXIO), or it is gone: then nobody will.
    }
  }

  #leave(): void {
    if (this.#pipe !== undefined) closeSync(this.#pipe);
    this.#pipe = undefined;
  }
}
