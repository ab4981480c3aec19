// RFC 3261 table 4, ms.

/** Estimate of a round trip: the first retransmission. */
export const T1_MS = 500;
/** Retransmissions are at most so far apart. */
export const T2_MS = 4000;
/** How long anybody is waited for. */
export const GIVE_UP_MS = 64 * T1_MS;
/** How long a message may stay in the network. */
export const T4_MS = 5000;

/** Sends again and again, each time after twice as long, until it is stopped. Holds no process open. */
export class Resending {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: () => void) {
    this.again(T1_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private again(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.send();
      this.again(Math.min(T2_MS, 2 * afterMs));
    }, afterMs).unref();
  }
}
