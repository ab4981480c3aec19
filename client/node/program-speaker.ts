import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Writable } from 'node:stream';
import { bytesOf } from '../audio/pcm.js';
import type { Speaker } from '../playback/speaker.js';
import type { AudioCommand } from './audio-programs.js';
import { VirtualSpeaker, type VirtualSpeakerOptions } from './virtual-speaker.js';

/** How often audio goes to the program, ms. */
const FRAME_MS = 20;
/** Audio that may wait in the pipe to the program, ms; a program that takes no more is not fed. */
const MAX_PIPE_MS = 500;
const STOP_TIMEOUT_MS = 1000;

/**
 * The machine's loudspeaker, through a program that plays its standard input. What is due by the clock is handed over in
 * small frames, with silence in between: so that little is in the program's own buffer when the agent is interrupted,
 * and the program never runs dry.
 */
export class ProgramSpeaker implements Speaker {
  readonly sampleRate: number;
  readonly #virtual: VirtualSpeaker;
  readonly #child: ChildProcessByStdio<Writable, null, null>;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #startedAt = performance.now();
  #due: Int16Array[] = [];
  #dueSamples = 0;
  #fedSamples = 0;
  #failed = false;

  /** @param failed told once when the program cannot be run or ends by itself; playback goes on unheard */
  constructor(command: AudioCommand, options: VirtualSpeakerOptions, failed: (reason: string) => void) {
    this.sampleRate = options.sampleRate;
    this.#virtual = new VirtualSpeaker({
      ...options,
      heard: (samples, atMs) => {
        this.#due.push(samples);
        this.#dueSamples += samples.length;
        options.heard?.(samples, atMs);
      },
    });
    this.#child = spawn(command.program, command.args, { stdio: ['pipe', 'ignore', 'ignore'] });
    const fail = (reason: string): void => {
      if (this.#failed) return;
      this.#failed = true;
      failed(`${command.program} ${reason}; the reply is not heard`);
    };
    this.#child.once('error', (error) => fail(`could not be run: ${error.message}`));
    this.#child.once('close', (code) => fail(`ended (${code})`));
    this.#child.stdin.on('error', (error) => fail(`takes no audio: ${error.message}`));
    this.#timer = setInterval(() => this.#feed(), FRAME_MS);
  }

  write(pcm: Uint8Array): void {
    this.#virtual.write(pcm);
  }

  pause(): void {
    this.#virtual.pause();
  }

  resume(): void {
    this.#virtual.resume();
  }

  flush(): void {
    this.#virtual.flush();
  }

  heardSamples(): number {
    return this.#virtual.heardSamples();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#virtual.close();
    if (this.#failed) return;
    this.#failed = true;
    const ended = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.#child.stdin.end();
    this.#child.kill('SIGTERM');
    await ended;
    clearTimeout(force);
  }

  #feed(): void {
    this.#virtual.heardSamples();
    const elapsed = Math.floor(((performance.now() - this.#startedAt) * this.sampleRate) / 1000);
    const frame = new Int16Array(Math.max(elapsed - this.#fedSamples, this.#dueSamples));
    let filled = 0;
    for (const piece of this.#due) {
      frame.set(piece, filled);
      filled += piece.length;
    }
    this.#due = [];
    this.#dueSamples = 0;
    this.#fedSamples = Math.max(elapsed, this.#fedSamples + frame.length);
    const waiting = this.#child.stdin.writableLength / 2 / this.sampleRate;
    if (this.#failed || frame.length === 0 || waiting * 1000 > MAX_PIPE_MS) return;
    this.#child.stdin.write(bytesOf(frame));
  }
}
