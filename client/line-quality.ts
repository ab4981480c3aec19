/** How the connection is. */
export interface ConnectionQuality {
  /**
   * `poor`: answers take longer than 300 ms, or do not come, or what is said here waits for the network: the agent may answer
   * late, or not hear a word. `lost`: there is none at the moment; see `reconnecting`.
   */
  readonly level: 'good' | 'poor' | 'lost';
  /** From a question to its answer, as it was measured last, ms; undefined until it was. */
  readonly roundTripMs: number | undefined;
}

/** A conversation is felt to be slow from here on, ms: ITU-T G.114 allows 150 one way. */
const SLOW_MS = 300;
/** Bytes waiting for the network: half a second of a microphone at 16 kHz. */
const BACKLOG_BYTES = 16 * 1024;
/** Good beats in a row until it is good again, so that it does not flicker. */
const GOOD_BEATS = 3;

/** Judges a connection by what its heartbeat sees, and tells when the judgement changes. */
export class LineQuality {
  readonly #tell: (quality: ConnectionQuality) => void;
  #level: ConnectionQuality['level'] = 'good';
  #roundTripMs: number | undefined;
  #good = 0;

  constructor(tell: (quality: ConnectionQuality) => void) {
    this.#tell = tell;
  }

  get now(): ConnectionQuality {
    return { level: this.#level, roundTripMs: this.#roundTripMs };
  }

  /** A question was answered after so many ms. */
  answered(roundTripMs: number): void {
    this.#roundTripMs = Math.round(roundTripMs);
    if (roundTripMs > SLOW_MS) this.#become('poor');
  }

  /** Once a second or so: whether the last question has no answer, and what waits for the network, bytes. */
  beat(isUnanswered: boolean, bufferedBytes: number): void {
    const isGood = !isUnanswered && bufferedBytes <= BACKLOG_BYTES && (this.#roundTripMs ?? 0) <= SLOW_MS;
    this.#good = isGood ? this.#good + 1 : 0;
    if (!isGood) this.#become('poor');
    else if (this.#good >= GOOD_BEATS) this.#become('good');
  }

  lost(): void {
    this.#become('lost');
  }

  /** There is a connection again, of which nothing is known yet. */
  back(): void {
    this.#roundTripMs = undefined;
    this.#become('poor');
  }

  #become(level: ConnectionQuality['level']): void {
    if (level !== 'good') this.#good = 0;
    if (level === this.#level) return;
    this.#level = level;
    this.#tell(this.now);
  }
}
