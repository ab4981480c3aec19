import type { Lexicon } from '../lexicon/lexicon.js';
import type { TurnOptions } from '../options.js';

/** What decides besides the state: the tunables, and the caller's language. */
export interface MachineOptions extends TurnOptions {
  readonly lexicon: Lexicon;
}
