import { timeoutError } from '../../provider/failure.js';
import type { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';

/** How far an answer has come. */
export interface AnswerProgress {
  /** Whether a token has come: text, a thought or the beginning of a tool call. */
  readonly hasToken: boolean;
  /** Whether the model has said that it is done; nothing that matters can come any more. */
  readonly isFinished: boolean;
}

export interface TokenDeadlines {
  /** From the request to the first text, thought or tool call, ms. */
  readonly firstTokenTimeoutMs?: number;
  /** Between two chunks after that, ms. The SDK has no deadline within a stream. */
  readonly tokenTimeoutMs?: number;
  /** How long the usage may take after the model's last word, ms; the answer is whole without it. */
  readonly usageTimeoutMs?: number;
}

const FIRST_TOKEN_TIMEOUT_MS = 15_000;
const TOKEN_TIMEOUT_MS = 5000;
const USAGE_TIMEOUT_MS = 500;

/** The deadlines of one answer, and the signal that ends its request. Time in which nobody reads does not count. */
export class TokenWait {
  /** Why the request was ended, when a deadline ended it. */
  expired: ProviderError | undefined;
  private readonly controller = new AbortController();
  private readonly watchdog: Watchdog;
  private phase: 'first token' | 'further token' | 'usage' = 'first token';
  private isPaused = false;
  private missed = false;

  constructor(
    provider: string,
    private readonly deadlines: TokenDeadlines,
  ) {
    this.watchdog = new Watchdog((what, ms) => {
      if (this.isPaused) {
        this.missed = true;
        return;
      }
      this.expired = timeoutError(provider, what, ms);
      this.controller.abort();
    });
    this.expect();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  chunkCame(answer: AnswerProgress): void {
    const phase = answer.isFinished ? 'usage' : answer.hasToken ? 'further token' : 'first token';
    if (phase !== this.phase) {
      this.phase = phase;
      this.expect();
    } else if (phase === 'further token') {
      this.watchdog.touch(); // whatever comes shows that the model is at work
    }
  }

  /** The reader has the word. */
  pause(): void {
    this.isPaused = true;
  }

  /** The reader asks for more. */
  resume(): void {
    this.isPaused = false;
    if (!this.missed) return;
    this.missed = false;
    this.expect();
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.watchdog.stop();
  }

  /** Ends the request and all waits. Idempotent. */
  cancel(): void {
    this.stop();
    this.controller.abort();
  }

  private expect(): void {
    const { firstTokenTimeoutMs, tokenTimeoutMs, usageTimeoutMs } = this.deadlines;
    switch (this.phase) {
      case 'first token':
        return this.watchdog.expect('first token', firstTokenTimeoutMs ?? FIRST_TOKEN_TIMEOUT_MS);
      case 'further token':
        return this.watchdog.expect('further token', tokenTimeoutMs ?? TOKEN_TIMEOUT_MS);
      case 'usage':
        return this.watchdog.expect('usage', usageTimeoutMs ?? USAGE_TIMEOUT_MS);
    }
  }
}
