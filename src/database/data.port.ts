// What every port of data has in common: on whose behalf something is asked for, and how it fails.
import type { Caller } from '../identity/caller.port.js';

/** On whose behalf, and until when. The caller's rights decide what is there. */
export interface Access {
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

export type DataErrorCode =
  | 'unavailable' // the database cannot be reached
  | 'forbidden' // it refuses this caller, for example an expired token
  | 'timeout' // it took longer than the signal or the database allowed
  | 'cancelled' // the signal was aborted
  | 'failed'; // anything else: a fault of ours or of the set-up

/** The message never holds a caller's words or a row. */
export class DataError extends Error {
  constructor(
    readonly code: DataErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DataError';
  }
}
