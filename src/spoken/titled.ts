// Whether a word stands somewhere as a name does. Words come from whoever speaks, so no pattern is made of them.

/** What follows each place where the word, given in lower case, begins a word with a capital: "'s card" for "hale" in "Hale's card". */
export function behindTitled(word: string, written: string): string[] {
  const titled = `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
  const found: string[] = [];
  if (titled === '') return found;
  for (let at = written.indexOf(titled); at >= 0; at = written.indexOf(titled, at + 1)) {
    const before = written.slice(Math.max(0, at - 2), at);
    if (!/\p{L}$/u.test(before)) found.push(written.slice(at + titled.length));
  }
  return found;
}

/** Whether it stands there as a word of its own, with a capital. */
export const isTitled = (word: string, written: string): boolean =>
  behindTitled(word, written).some((rest) => !/^\p{L}/u.test(rest));
