// CHANGELOG.md: a heading of the second level for each version, the newest first; on top what is not released.
const HEADING = /^## .*$/gm;
const UNRELEASED = '## Unreleased';

/**
 * Puts what stands under the first heading under the version and its date, and a new heading for what comes before it.
 * `section`: that text; `fault`: why it cannot be done.
 */
export function cutSection(changelog, version, date) {
  const [first, second] = [...changelog.matchAll(HEADING)];
  if (first === undefined || !/unreleased/i.test(first[0])) {
    return { fault: `the first heading has to be "${UNRELEASED}", with what is new below it.` };
  }
  const end = second?.index ?? changelog.length;
  const section = changelog.slice(first.index + first[0].length, end).trim();
  if (section === '') return { fault: `nothing stands under "${first[0]}": there is nothing to release.` };
  const before = changelog.slice(0, first.index);
  const after = changelog.slice(end);
  const text = `${before}${UNRELEASED}\n\n## ${version} (${date})\n\n${section}\n${after === '' ? '' : `\n${after}`}`;
  return { text, section };
}
