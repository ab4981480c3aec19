import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Writable } from 'node:stream';
import { bytesOf } from '../audio/pcm.js';
import type { AudioCommand } from './audio-programs.js';
import { SteadySpeaker } from './steady-speaker.js';
import type { VirtualSpeakerOptions } from './virtual-speaker.js';

/** Audio that may wait in the pipe to the program, ms; a program that takes no more is not fed. */
const MAX_PIPE_MS = 500;
const STOP_TIMEOUT_MS = 1000;

/** The machine's loudspeaker, through a program that plays its standard input. */
export class ProgramSpeaker extends SteadySpeaker {
  readonly #child: ChildProcessByStdio<Writable, null, null>;
  #failed = false;

  /** @param failed told once when the program cannot be run or ends by itself; playback goes on unheard */
  constructor(command: AudioCommand, options: VirtualSpeakerOptions, failed: (reason: string) => void) {
    super(options, (frame) => this.#play(frame));
    this.#child = spawn(command.program, command.args, { stdio: ['pipe', 'ignore', 'ignore'] });
    const fail = (reason: string): void => {
      if (this.#failed) return;
      this.#failed = true;
      failed(`${command.program} ${reason}; the reply is not heard`);
    };
    this.#child.once('error', (error) => fail(`could not be run: ${error.message}`));
    this.#child.once('close', (code) => fail(`ended (${code})`));
    this.#child.stdin.on('error', (error) => fail(`takes no audio: ${error.message}`));
  }

  override async close(): Promise<void> {
    await super.close();
    if (this.#failed) return;
    this.#failed = true;
    const ended = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    const force = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.#child.stdin.end();
    this.#child.kill('SIGTERM');
    await ended;
    clearTimeout(force);
  }

  #play(frame: Int16Array): void {
    const waiting = this.#child.stdin.writableLength / 2 / this.sampleRate;
    if (!this.#failed && waiting * 1000 <= MAX_PIPE_MS) this.#child.stdin.write(bytesOf(frame));
  }
}
