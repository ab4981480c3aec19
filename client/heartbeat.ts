export interface HeartbeatOptions {
  /** ms between two pings. */
  readonly everyMs: number;
  ping(): void;
  /** Nothing came from the server for three pings: the connection is dead although no close arrived. */
  lost(): void;
}

/** Pings that go without any answer before the connection counts as lost. */
const MISSED_PINGS = 3;

/** Keeps a quiet session open and notices a connection that died without a word (a phone that changed networks). */
export class Heartbeat {
  readonly #timer: ReturnType<typeof setInterval>;
  #unanswered = 0;

  constructor(options: HeartbeatOptions) {
    this.#timer = setInterval(() => {
      if (this.#unanswered >= MISSED_PINGS) {
        this.stop();
        options.lost();
        return;
      }
      this.#unanswered += 1;
      options.ping();
    }, options.everyMs);
  }

  /** Call this for every frame from the server. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
