// CHANGELOG.md: a heading of the second level for each version, the newest first; on top what is not released.
const HEADING = /^## .*$/gm;
const IS_UNRELEASED = /unreleased/i;
const SUBHEADING = /^#+ .*$/gm;
const UNRELEASED = '## Unreleased';

/**
 * Puts what stands under the first heading under the version and its date, and a new heading for what comes before it.
 * `section`: that text; `fault`: why it cannot be done.
 */
export function cutSection(changelog, version, date) {
  const [first, second, ...older] = [...changelog.matchAll(HEADING)];
  if (first === undefined || !IS_UNRELEASED.test(first[0])) {
    return { fault: `the first heading has to be "${UNRELEASED}", with what is new below it.` };
  }
  if ([second, ...older].some((heading) => heading !== undefined && IS_UNRELEASED.test(heading[0]))) {
    return { fault: `two headings say that they are not released: put what is new under one.` };
  }
  const [named] = /\d+\.\d+\.\d+/.exec(first[0]) ?? [];
  if (named !== undefined && named !== version) {
    return { fault: `"${first[0]}" is to become ${named}, not ${version}: npm run release -- ${named}, or change it.` };
  }
  const end = second?.index ?? changelog.length;
  const section = changelog.slice(first.index + first[0].length, end).trim();
  if (section.replaceAll(SUBHEADING, '').trim() === '')
    return { fault: `nothing stands under "${first[0]}": there is nothing to release.` };
  const before = changelog.slice(0, first.index);
  const after = changelog.slice(end);
  const text = `${before}${UNRELEASED}\n\n## ${version} (${date})\n\n${section}\n${after === '' ? '' : `\n${after}`}`;
  return { text, section };
}
