/** A codec that answers nothing for so long has failed, ms: it takes a fraction of one for a packet. */
const STALLED_MS = 5000;

interface Waiting {
  /** Packets that have to be done before it. */
  readonly after: number;
  readonly step: () => void;
}

/** Keeps what is said in its place while audio is in a codec, which answers later than it is asked, and in order. */
export class InOrder {
  readonly #stalled: () => void;
  #asked = 0;
  #done = 0;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stalled: () => void) {
    this.#stalled = stalled;
  }

  /** Packets that are in the codec. */
  get pending(): number {
    return this.#asked - this.#done;
  }

  /** A packet was given to the codec. */
  ask(): void {
    this.#asked += 1;
    this.#timer ??= setTimeout(this.#stalled, STALLED_MS);
  }

  /** The codec has answered to the oldest packet. */
  answer(): void {
    this.#done += 1;
    clearTimeout(this.#timer);
    this.#timer = this.pending > 0 ? setTimeout(this.#stalled, STALLED_MS) : undefined;
    while ((this.#waiting[0]?.after ?? Infinity) <= this.#done) this.#waiting.shift()?.step();
  }

  after(step: () => void): void {
    if (this.pending === 0 && this.#waiting.length === 0) step();
    else this.#waiting.push({ after: this.#asked, step });
  }

  /** Nothing that was asked for will be answered: whatever waits is done. */
  forget(): void {
    this.#done = this.#asked;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { step } of this.#waiting.splice(0)) step();
  }

  /** Nothing is done any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }
}
