// One kind of thing to know, from one public place.

/** A line of it. Text by strangers: plain, and of bounded length. */
export interface Fact {
  readonly text: string;
  /** Who says so. */
  readonly source: string;
  /** ISO 8601: when it was so; without it, when it was fetched. */
  readonly at?: string;
}

export interface EnrichmentSource {
  readonly name: string;
  /** How long it is as good as new, ms. */
  readonly freshMs: number;
  /** How long it is better than nothing, ms. */
  readonly keepMs: number;
  /** Most important first. Throws EnrichmentError, and the signal's reason when it aborts. */
  fetch(signal: AbortSignal): Promise<readonly Fact[]>;
}

/** The message says what is wrong and what to do, and holds no address with a password. */
export class EnrichmentError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnrichmentError';
  }
}
