// The web, for questions that the business's own documents do not answer. What comes back is data from strangers: plain
// text of bounded length, never markup and never instructions.

export interface WebResult {
  readonly title: string;
  /** http or https. */
  readonly url: string;
  readonly snippet: string;
}

export interface WebAnswer {
  /** The search engine's own answer, where it gives one. */
  readonly answer?: string;
  readonly results: readonly WebResult[];
  /** ISO 8601: it was asked for then, and cannot be asked for now. */
  readonly asOf?: string;
}

export interface WebSearch {
  readonly name: string;
  /** Throws WebSearchError, and the signal's reason when it aborts. */
  search(query: string, limit: number, signal: AbortSignal): Promise<WebAnswer>;
}

export type WebSearchErrorCode =
  | 'unreachable' // no connection, no answer, a fault of the service
  | 'unauthorized' // the key is missing, wrong or used up
  | 'rate_limited'
  | 'protocol'; // it answered something that its interface does not say

/** The message holds neither the key nor the query. */
export class WebSearchError extends Error {
  constructor(
    readonly code: WebSearchErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'WebSearchError';
  }
}
