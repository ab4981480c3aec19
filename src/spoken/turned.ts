// What may mean the opposite of what is named: "pretend that rent does not exist", "with Metro Cab airbrushed out".
type Words = readonly string[];

/** How far away a word may stand that turns round what is named, words. */
const NEAR = 3;
/** How far behind it a verb may stand that takes it out: "Corner Grocer I would rather you skipped", words. */
const BEHIND = 5;
const NOT = /^(not|never)$/;
const AWAY = /^(out|aside|away)$/;
/** Verbs that take out what they are said of, wherever they stand behind it. */
const REMOVED =
  /^(?:(?:excepted|excluded?|omit(?:ted)?|disregard(?:ed)?|skip(?:ped)?|ignored?|drop(?:ped)?|struck|stricken|scrap(?:ped)?|barred|discount(?:ed)?|removed?|dismiss(?:ed)?|deduct(?:ed)?|subtract(?:ed)?)|notwithstanding|wayside)$/;
/** Behind these, AWAY stands farther off: "dining and all that set aside". */
const PUTS = /^(?:set|left|leave|put|lay|laid|cast|kept)$/;
/** What is said of a thing that was named begins with these: "can sit this one out", "being none of my concern", "taken off". */
const PREDICATE =
  /^(?:can|could|may|might|should|shall|must|needs?|is|are|was|were|being|be|does|do|did|has|have|had|having|will|would|you|i|we|taken|gone|thrown|cut|\p{L}{3,}ed)$/u;
/** "Please not to count it." */
const COUNTED = /^(?:(?:to )?(?:be )?)(?:count|counted|counting|include|included|including|add|added)\b/;
const AUXILIARY = /^(do|does|did|is|are|was|were|be|has|have|had|should|shall|must|may|might|can|could|will|would)$/;
/** "Does not matter": what turns nothing round. */
const INDIFFERENT = /^(matter|mind|care|know|sure|worry|sorry)$/;

/**
 * Whether a word that `isOpen`, which nothing else has understood, may turn round what is named at these words. `isUnread`: it
 * has a meaning of its own, which nobody knows.
 */
export function isTurned(
  words: Words,
  { start, end }: { readonly start: number; readonly end: number },
  isOpen: (at: number) => boolean,
  isUnread: (at: number) => boolean,
): boolean {
  if (end <= start) return false;
  const isThere = (kind: RegExp, at: number): boolean =>
    kind.test(words[at] ?? '') && isOpen(at) && !INDIFFERENT.test(words[at + 1] ?? '');
  if (Array.from({ length: BEHIND }).some((_, n) => isThere(REMOVED, end + n))) return true;
  const behind = Array.from({ length: BEHIND }, (_, n) => end + n);
  if (PREDICATE.test(words[end] ?? '') && behind.slice(0, stretch(behind, isOpen)).some(isUnread)) return true;
  if (behind.some((at) => isThere(AWAY, at) && PUTS.test(words[at - 1] ?? ''))) return true;
  return Array.from({ length: NEAR }).some(
    (_, n) =>
      isThere(NOT, start - 1 - n) ||
      // "The dentist, not the pharmacy" says it once more: only a verb is turned after its detail.
      (isThere(NOT, end + n) &&
        (AUXILIARY.test(words[end + n - 1] ?? '') || COUNTED.test(words.slice(end + n + 1, end + n + 4).join(' ')))) ||
      (n < NEAR - 1 && isThere(AWAY, end + n)),
  );
}

/** How many of the places come before the first that something else has understood. */
function stretch(places: readonly number[], isOpen: (at: number) => boolean): number {
  const first = places.findIndex((at) => !isOpen(at));
  return first < 0 ? places.length : first;
}
