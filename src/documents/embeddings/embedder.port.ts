// What texts mean, as vectors: those of texts that mean the like are near each other.

export interface Embedder {
  /** Vectors of two models cannot be compared. */
  readonly model: string;
  /** One vector for each text, in order, all of one length. Throws ProviderError, and the signal's reason when it aborts. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>;
  close(): Promise<void>;
}
