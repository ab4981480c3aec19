export interface HeartbeatOptions {
  /** The server closes a session that says nothing for so long, ms. */
  readonly idleTimeoutMs: number;
  ping(): void;
  /** Nothing came from the server although it was asked twice: the connection is dead although no close arrived. */
  lost(): void;
  /** At each beat: whether the last question has no answer yet. */
  beat(isUnanswered: boolean): void;
  /** A question was answered after so many ms. */
  answered(roundTripMs: number): void;
}

/** How often it is looked whether anything came, ms. A dead network is noticed within four of these: under 5 s. */
const EVERY_MS = 1200;
/** While the server talks its silence asks nothing: it is asked so often all the same, to know how long answers take, ms. */
const MEASURE_EVERY_MS = 4800;
/** Pings that go without an answer, each for a beat, before the connection counts as lost. */
const MISSED_PINGS = 2;

/**
 * Keeps a quiet session open and notices a connection that died without a word (a phone that changed networks). It counts
 * unanswered pings, not time: the timers of a page in the background run late, and what answered meanwhile is alive.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #everyMs: number;
  readonly #measureEveryMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Something came since the last beat. */
  #heard = true;
  #unanswered = 0;
  #quietMs = 0;
  /** When the oldest question without an answer was asked, ms of performance.now. */
  #askedAt: number | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#everyMs = Math.min(EVERY_MS, options.idleTimeoutMs / 3);
    this.#measureEveryMs = Math.min(MEASURE_EVERY_MS, options.idleTimeoutMs / 3);
    this.#start();
  }

  /** Call this for every frame from the server. */
  heard(): void {
    this.#heard = true;
    this.#unanswered = 0;
  }

  /** Call this for each pong. */
  pong(): void {
    if (this.#askedAt === undefined) return;
    this.#options.answered(performance.now() - this.#askedAt);
    this.#askedAt = undefined;
  }

  /** Something hints at a lost network: asks at once, and gives the answer one beat. */
  doubt(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#start();
    this.#ping();
    this.#unanswered = MISSED_PINGS;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#timer = setInterval(() => this.#beat(), this.#everyMs);
  }

  #beat(): void {
    if (this.#unanswered >= MISSED_PINGS) {
      this.stop();
      this.#options.lost();
      return;
    }
    this.#options.beat(this.#askedAt !== undefined);
    // The server hears pings only: a client that listens for long says something now and then.
    this.#quietMs += this.#everyMs;
    if (!this.#heard || this.#quietMs >= this.#measureEveryMs) this.#ping();
    this.#heard = false;
  }

  #ping(): void {
    this.#unanswered += 1;
    this.#quietMs = 0;
    this.#askedAt ??= performance.now();
    this.#options.ping();
  }
}
