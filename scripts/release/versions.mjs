// Versions as semver.org has them, of releases only: three numbers.
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** Numbers beyond what a number holds exactly are none: npm refuses them as well. */
function numbersOf(version) {
  const numbers = VERSION.exec(version)?.slice(1).map(Number);
  return numbers?.every(Number.isSafeInteger) ? numbers : undefined;
}

/** Whether it is one. */
export const isVersion = (version) => numbersOf(version) !== undefined;

/** The version that is wanted: named, or the step after `current`, which is one; undefined for what is neither. */
export function nextVersion(wanted, current) {
  const [major, minor, patch] = numbersOf(current);
  const steps = {
    patch: `${major}.${minor}.${patch + 1}`,
    minor: `${major}.${minor + 1}.0`,
    major: `${major + 1}.0.0`,
  };
  if (Object.hasOwn(steps, wanted)) return steps[wanted];
  return numbersOf(wanted) === undefined ? undefined : wanted;
}

/** The newest of them; what is no version counts for nothing. */
export function newest(versions) {
  return versions
    .filter((version) => numbersOf(version) !== undefined)
    .toSorted(compare)
    .at(-1);
}

function compare(one, other) {
  const [a, b] = [numbersOf(one), numbersOf(other)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : a[at] - b[at];
}
