import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BYTES_PER_SAMPLE } from '../../src/protocol/index.js';
import type { AudioCommand } from './audio-programs.js';

const MAX_ERROR_CHARS = 500;
/** How long a program may take to stop when asked, ms. */
const STOP_TIMEOUT_MS = 1000;

/** The machine's microphone, through a program that records to its standard output. */
export class ProgramMicrophone {
  /** Resolves when the program has ended: undefined when `stop` was called, otherwise what it said. */
  readonly ended: Promise<string | undefined>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  /** The first byte of a sample that a chunk split. */
  #odd: Uint8Array = new Uint8Array(0);
  #stopped = false;

  /** @param onAudio takes PCM16, whole samples */
  constructor(command: AudioCommand, onAudio: (pcm: Uint8Array) => void) {
    this.#child = spawn(command.program, command.args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    this.#child.stderr.setEncoding('utf8');
    this.#child.stderr.on('data', (text: string) => {
      complaint = (complaint + text).slice(-MAX_ERROR_CHARS);
    });
    this.#child.stdout.on('data', (chunk: Uint8Array) => {
      const whole = this.#wholeSamples(chunk);
      if (whole.byteLength > 0 && !this.#stopped) onAudio(whole);
    });
    this.ended = new Promise((resolve) => {
      const settle = (reason: string): void => resolve(this.#stopped ? undefined : reason);
      this.#child.once('error', (error) => settle(`${command.program} could not be run: ${error.message}`));
      this.#child.once('close', (code) =>
        settle(`${command.program} ended (${code}): ${complaint.trim().split('\n').at(-1) ?? ''}`),
      );
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#child.kill('SIGTERM');
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended;
    clearTimeout(force);
  }

  #wholeSamples(chunk: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(this.#odd.byteLength + chunk.byteLength);
    bytes.set(this.#odd);
    bytes.set(chunk, this.#odd.byteLength);
    const end = bytes.byteLength - (bytes.byteLength % BYTES_PER_SAMPLE);
    this.#odd = bytes.slice(end);
    return bytes.subarray(0, end);
  }
}
