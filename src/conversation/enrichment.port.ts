// What the model may know of the world beside the talk: prices, headlines. Somebody else keeps it; a conversation says when
// somebody speaks, and takes what is there.

export interface Enrichment {
  /** Somebody is about to ask: what has grown old is fetched anew, beside the talk. Returns at once; never throws. */
  refresh(): void;
  /** What is known now, for the model; undefined when nothing is. Never waits, never throws. */
  text(): string | undefined;
}
