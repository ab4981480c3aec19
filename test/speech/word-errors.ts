/** Words that must be inserted, deleted or replaced to turn `heard` into `spoken` (Levenshtein). */
export function wordErrors(spoken: readonly string[], heard: readonly string[]): number {
  let row = heard.map((_, at) => at + 1);
  spoken.forEach((word, line) => {
    let diagonal = line;
    row = row.map((above, at) => {
      const left = at === 0 ? line + 1 : (row[at - 1] ?? 0);
      const cost = Math.min(above + 1, left + 1, diagonal + (heard[at] === word ? 0 : 1));
      diagonal = above;
      row[at] = cost;
      return cost;
    });
  });
  return row.at(-1) ?? spoken.length;
}
