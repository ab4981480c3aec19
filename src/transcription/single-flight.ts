import { untilAborted } from '../deadline/until-aborted.js';

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  passengers: number;
}

/** Work that several ask for at once is done once. */
export class SingleFlight<T> {
  private readonly flights = new Map<string, Flight<T>>();

  /**
   * The result of `work` for `key`: of the one that runs already, or of a new one. Rejects with the signal's reason as soon
   * as it aborts; the work itself is aborted when nobody waits for it any more.
   */
  async run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly result: T; readonly joined: boolean }> {
    signal.throwIfAborted();
    const running = this.flights.get(key);
    const flight = running ?? this.start(key, work);
    flight.passengers += 1;
    try {
      return { result: await untilAborted(flight.result, signal), joined: running !== undefined };
    } finally {
      flight.passengers -= 1;
      if (flight.passengers === 0) this.land(key, flight);
    }
  }

  private start(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = { result: work(controller.signal), controller, passengers: 0 };
    this.flights.set(key, flight);
    const landed = (): void => this.land(key, flight);
    flight.result.then(landed, landed);
    return flight;
  }

  /** Whoever asks from now on starts anew: this one is over, or will be aborted. */
  private land(key: string, flight: Flight<T>): void {
    if (this.flights.get(key) === flight) this.flights.delete(key);
    flight.controller.abort(new Error('nobody waits for this any more'));
  }
}
