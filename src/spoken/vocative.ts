// The name of whoever is spoken to, which says nothing of what is wanted.
import { findAddresses } from './email-address.js';
import { behindTitled } from './titled.js';

type Words = readonly string[];

/** Before the name of whoever is spoken to. */
const CALLS =
  /^(hi|hello|hey|ok|okay|thanks|thank|you|please|so|um|uh|yes|yeah|no|well|and|morning|afternoon|evening)$/;

/** Whoever talks to Julia says her name; in an address, with a name behind it, or as an owner it is somebody else's. */
export function withoutVocative(words: Words, name: string, written: string): Words {
  if (name === '' || !words.includes(name)) return words;
  const addresses = findAddresses(words);
  const isInAddress = (at: number): boolean => addresses.some(({ start, end }) => at >= start && at < end);
  const isSomebody = behindTitled(name, written).some((rest) => /^(?:['’]s| \p{Lu}\p{Ll})/u.test(rest));
  const isCalled = (at: number): boolean => at === 0 || at === words.length - 1 || CALLS.test(words[at - 1] ?? '');
  return words.filter((word, at) => word !== name || isInAddress(at) || isSomebody || !isCalled(at));
}
