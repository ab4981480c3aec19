import { closeSync, fstatSync, openSync, readSync, statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { samplesOf } from '../audio/pcm.js';
import { mono, readWavHeader, type WavHeader } from './wav.js';

export interface WavFollowerOptions {
  /** Told of each file under the name, as soon as its header is there: what follows is at this rate, Hz. */
  readonly onFormat: (sampleRate: number) => void;
  /** What was added, one channel. */
  readonly onAudio: (samples: Int16Array) => void;
  /** Told once when it is no WAV that can be read, or the file system says no; nothing comes after it. */
  readonly onFault: (error: Error) => void;
}

/** For file systems that tell of no events (mounts over a network), ms. */
const LOOK_MS = 500;
const READ_BYTES = 65_536;
/** Longest header, bytes. */
const MOST_HEADER_BYTES = 65_536;

/**
 * Reads a WAV file while it is being written: from its beginning, what was added as soon as the file system tells of it. What
 * its header says of its length is not believed: who writes it may fill that in at the end. A file that is not there yet is
 * waited for, and one that was begun anew or put in its place is read from its own beginning.
 */
export class WavFollower {
  readonly #file: string;
  readonly #options: WavFollowerOptions;
  readonly #watcher: FSWatcher;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #descriptor: number | undefined;
  #position = 0;
  #header: WavHeader | undefined;
  /** Bytes that are not whole yet: a header, or a frame of all channels. */
  #rest: Uint8Array = new Uint8Array(0);
  #stopped = false;

  /** Throws the error of the file system when the file's folder cannot be watched. */
  constructor(file: string, options: WavFollowerOptions) {
    this.#file = file;
    this.#options = options;
    const name = basename(file);
    this.#watcher = watch(dirname(file), (_event, changed) => {
      if (changed === null || changed === name) this.#look();
    });
    this.#watcher.on('error', (error) => this.#fail(error));
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    // Whoever made it first has all of it.
    queueMicrotask(() => this.#look());
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#watcher.close();
    this.#close();
  }

  #look(): void {
    if (this.#stopped) return;
    try {
      if (this.#descriptor === undefined) this.#open();
      if (this.#descriptor === undefined) return;
      this.#readAll(this.#descriptor);
      if (this.#isAnother(this.#descriptor)) {
        this.#close();
        this.#look();
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #open(): void {
    try {
      this.#descriptor = openSync(this.#file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#position = 0;
    this.#header = undefined;
    this.#rest = new Uint8Array(0);
  }

  /** Whether the name stands for another file by now, or the file was cut and begins anew. */
  #isAnother(descriptor: number): boolean {
    const now = statSync(this.#file, { throwIfNoEntry: false });
    if (now === undefined) return false;
    const { ino, dev } = fstatSync(descriptor);
    return now.ino !== ino || now.dev !== dev || now.size < this.#position;
  }

  #readAll(descriptor: number): void {
    for (;;) {
      const bytes = readSync(descriptor, this.#buffer, 0, READ_BYTES, this.#position);
      if (bytes === 0 || this.#stopped) return;
      this.#position += bytes;
      this.#take(this.#buffer.subarray(0, bytes));
    }
  }

  #take(added: Uint8Array): void {
    const bytes = new Uint8Array(this.#rest.byteLength + added.byteLength);
    bytes.set(this.#rest);
    bytes.set(added, this.#rest.byteLength);
    if (this.#header !== undefined) return this.#pass(bytes, this.#header);
    this.#rest = bytes;
    // The first bytes may come one by one.
    if (bytes.byteLength < 44) return;
    const header = readWavHeader(bytes);
    if (header === undefined && bytes.byteLength > MOST_HEADER_BYTES) throw new Error('no audio begins in it');
    if (header === undefined) return;
    this.#header = header;
    this.#options.onFormat(header.sampleRate);
    this.#pass(bytes.subarray(header.offset), header);
  }

  #pass(bytes: Uint8Array, { channels }: WavHeader): void {
    const whole = bytes.byteLength - (bytes.byteLength % (channels * 2));
    this.#rest = bytes.slice(whole);
    // A copy, so that samples begin at an even place in memory.
    if (whole > 0) this.#options.onAudio(mono({ channels, samples: samplesOf(bytes.slice(0, whole)) }));
  }

  #fail(error: Error): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onFault(error);
  }
}
