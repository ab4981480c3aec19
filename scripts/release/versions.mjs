// Versions as semver.org has them, of releases only: three numbers.
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

const numbersOf = (version) => VERSION.exec(version)?.slice(1).map(Number);

/** The version that is wanted: named, or the step after `current`; undefined for what is neither. */
export function nextVersion(wanted, current) {
  const [major = 0, minor = 0, patch = 0] = numbersOf(current) ?? [];
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
