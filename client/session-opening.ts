import type { ServerMessage } from '../src/protocol/index.js';
import type { SessionInfo } from './client-events.js';
import { VoiceClientError } from './errors.js';

export interface SessionOpeningOptions {
  /** How long to wait from now, ms. */
  readonly remainingMs: number;
  readonly signal: AbortSignal;
}

/** The wait between session.start and the server's answer to it. Settles once, at the latest when its time is over. */
export class SessionOpening {
  readonly answer: Promise<SessionInfo>;
  #settle!: (outcome: SessionInfo | VoiceClientError) => void;

  constructor({ remainingMs, signal }: SessionOpeningOptions) {
    this.answer = new Promise((resolve, reject) => {
      const giveUp = (): void => this.#settle(new VoiceClientError('aborted', 'connecting was given up'));
      const timer = setTimeout(
        () =>
          this.#settle(
            new VoiceClientError('connect_timeout', 'the server did not start the session in time', {
              retryable: true,
            }),
          ),
        Math.max(0, remainingMs),
      );
      this.#settle = (outcome) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        if (outcome instanceof VoiceClientError) reject(outcome);
        else resolve(outcome);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
  }

  receive(message: ServerMessage): void {
    if (message.type === 'session.started') this.#settle(message);
    if (message.type !== 'error') return;
    const { code, retryAfter } = message;
    this.#settle(
      new VoiceClientError('start_refused', message.message, {
        serverCode: code,
        ...(retryAfter === undefined ? {} : { retryAfter, retryable: true }),
      }),
    );
  }

  closed(code: number, meaning: string, retryable: boolean): void {
    this.#settle(
      new VoiceClientError('closed', `the server closed the socket: ${code} ${meaning}`, {
        closeCode: code,
        retryable,
      }),
    );
  }
}
