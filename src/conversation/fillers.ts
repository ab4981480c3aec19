// What the agent says while a tool or the model keeps the caller waiting: a word now and then, never two at a time, and
// nothing at all for what is quick or while something else is still being said.
import type { Clock } from './clock.port.js';
import type { ReplyOptions } from './options.js';

/** The fillers of one call, in turn, so that no two in a row are the same. */
export class FillerPhrases {
  private used = 0;

  constructor(private readonly phrases: readonly string[]) {}

  next(): string | undefined {
    const phrase = this.phrases[this.used % this.phrases.length];
    this.used += 1;
    return phrase;
  }
}

export interface FillerListener {
  /** Nothing is being said, and nothing of the reply is about to be. */
  silent(): boolean;
  say(phrase: string): void;
}

/** Watches the waits of one reply. */
export class Fillers {
  private cancel: (() => void) | undefined;
  private afterMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly options: Pick<ReplyOptions, 'fillerEveryMs'>,
    private readonly phrases: FillerPhrases,
    private readonly listener: FillerListener,
  ) {}

  /** The reply waits for something: a word is due after so long, ms; 0 says none. */
  waiting(afterMs: number): void {
    this.stop();
    this.afterMs = afterMs;
    if (afterMs > 0) this.schedule(afterMs);
  }

  /** The wait is over. */
  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private schedule(ms: number): void {
    this.cancel = this.clock.after(ms, () => this.due());
  }

  private due(): void {
    // The silence is counted from the end of whatever is being said.
    if (!this.listener.silent()) return this.schedule(this.afterMs);
    const phrase = this.phrases.next();
    if (phrase === undefined) return;
    this.listener.say(phrase);
    this.schedule(this.options.fillerEveryMs);
  }
}
