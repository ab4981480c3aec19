import { VoiceClientError } from './errors.js';

export interface RedialOptions {
  /**
   * One attempt, of so many ms at most, given up when the signal says so. Rejects with a VoiceClientError whose `retryable`
   * says whether another may do.
   */
  attempt(timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Gives up after so long, ms. */
  readonly withinMs: number;
  /** Attempts that count as made already: a server that lets go at once again is not called in a tight loop. */
  readonly madeBefore: number;
}

/** The longest attempt, ms: of a server that stood still for a moment the next one knows sooner. */
const ATTEMPT_MS = 5000;
/** The waits between attempts, ms: each is the double of the one before. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1500;

/** Calls again until somebody answers: at once, then after waits that grow and, so that not all come at once, vary. */
export class Redial {
  readonly #options: RedialOptions;
  readonly #until: number;
  #attempts: number;
  #stopped = false;
  #hurried = false;
  /** Ends the wait or the attempt of this moment. */
  #interrupt: () => void = () => undefined;

  constructor(options: RedialOptions) {
    this.#options = options;
    this.#until = performance.now() + options.withinMs;
    this.#attempts = options.madeBefore;
  }

  /** Attempts so far. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The network is back: calls at once, and anew, because what hangs in the network that was will not come through. */
  hurry(): void {
    this.#hurried = true;
    this.#interrupt();
  }

  /** Gives up; `run` rejects. */
  stop(): void {
    this.#stopped = true;
    this.#interrupt();
  }

  /** Resolves when an attempt has worked. Rejects with its error when no other may do, or when the time is over. */
  async run(): Promise<void> {
    let waitMs = this.#waitMs();
    for (;;) {
      if (waitMs > 0) await this.#wait(waitMs);
      if (this.#stopped) throw new VoiceClientError('aborted', 'connecting was given up');
      this.#attempts += 1;
      this.#hurried = false;
      try {
        return await this.#attempt();
      } catch (error) {
        waitMs = this.#hurried ? 0 : this.#waitMs();
        if (this.#hurried || this.#stopped) continue;
        if (!(error instanceof VoiceClientError && error.retryable)) throw error;
        waitMs = Math.max(waitMs, (error.retryAfter ?? 0) * 1000);
        // Nobody would answer in time.
        if (waitMs >= this.#remainingMs) throw error;
      }
    }
  }

  async #attempt(): Promise<void> {
    const current = new AbortController();
    this.#interrupt = () => current.abort();
    await this.#options.attempt(Math.min(ATTEMPT_MS, Math.max(1, this.#remainingMs)), current.signal);
  }

  get #remainingMs(): number {
    return this.#until - performance.now();
  }

  #waitMs(): number {
    if (this.#attempts === 0) return 0;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#attempts - 1));
    return longest * (0.5 + Math.random() / 2);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
