// `npm run release -- patch|minor|major|X.Y.Z [--dry-run]`: gives what stands on top of CHANGELOG.md a version. Writes the
// version where it belongs, commits, and makes an annotated tag with the section as its text. Pushes nothing: whoever
// releases looks at it first.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cutSection } from './release/changelog.mjs';
import { isVersion, nextVersion, newest } from './release/versions.mjs';

const CHANGELOG = 'CHANGELOG.md';
const LOCK = 'package-lock.json';
const BRANCH = 'main';
/** Git waits for nobody here: an editor or a password would be asked for in vain, ms. */
const GIT_MS = 30_000;
const USAGE = 'npm run release -- patch|minor|major|X.Y.Z [--dry-run]';

/** Why nothing is released; the message is for whoever asked. */
class Refused extends Error {}

/** As text with \n at the ends of lines, and no mark of its byte order: git turns what is written back where it is asked to. */
function read(file) {
  try {
    return readFileSync(file, 'utf8')
      .replace(/^\uFEFF/, '')
      .replaceAll('\r\n', '\n');
  } catch (error) {
    throw new Refused(`${file} cannot be read (${error.code}): it is part of every release.`);
  }
}

function readJson(file) {
  try {
    return JSON.parse(read(file));
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(`${file} is no JSON: ${error.message}`);
  }
}

function git(words, input) {
  try {
    return execFileSync('git', words, { encoding: 'utf8', input: input ?? '', timeout: GIT_MS, stdio: 'pipe' }).trim();
  } catch (error) {
    const why = error.code === 'ENOENT' ? 'is not installed' : (error.stderr || error.message).trim();
    throw new Refused(`git ${words[0]}: ${why}`);
  }
}

/** What the command line asks for. */
function asked(words) {
  const [wanted, ...more] = words.filter((word) => word !== '--dry-run');
  if (wanted === undefined || more.length > 0) throw new Refused(USAGE);
  return { wanted, isDry: words.includes('--dry-run') };
}

function refuseUnlessClean() {
  // A repository without a commit has a branch, too.
  const branch = git(['branch', '--show-current']);
  if (branch !== BRANCH) {
    const here = branch === '' ? 'No branch is checked out (a detached HEAD)' : `This is the branch ${branch}`;
    throw new Refused(`${here}; releases are made of ${BRANCH}. git switch ${BRANCH}`);
  }
  const changed = git(['status', '--porcelain']);
  if (changed !== '')
    throw new Refused(`There are changes that are not committed:\n${changed}\nCommit or stash them first.`);
}

/** The files with the version, as they are to be: packages of the workspace go with it. */
function versioned(version) {
  const root = readJson('package.json');
  const folders = (root.workspaces ?? []).map((folder) => `${folder}/package.json`);
  const lock = readJson(LOCK);
  lock.version = version;
  for (const folder of ['', ...(root.workspaces ?? [])]) {
    if (lock.packages?.[folder] === undefined) throw new Refused(`${LOCK} does not know "${folder}": npm install`);
    lock.packages[folder].version = version;
  }
  return [
    ...['package.json', ...folders].map((file) => ({ file, text: withVersion(file, version) })),
    { file: LOCK, text: `${JSON.stringify(lock, null, 2)}\n` },
  ];
}

/** The first `version` is the package's own; the rest of the file stays as it was written. */
function withVersion(file, version) {
  if (!isVersion(readJson(file).version)) {
    throw new Refused(`${file}: its "version" is none such as 1.2.3: write the one that it has now.`);
  }
  return read(file).replace(/("version":\s*")[^"]*"/, (_, before) => `${before}${version}"`);
}

function commitAndTag(files, version, section) {
  const names = files.map(({ file }) => file);
  let isCommitted = false;
  try {
    for (const { file, text } of files) writeFileSync(file, text);
    git(['add', '--', ...names]);
    git(['commit', '--quiet', '--message', `Version ${version}`]);
    isCommitted = true;
    // Verbatim: lines that begin with # are headings here and no comments.
    git(['tag', '--annotate', `v${version}`, '--cleanup=verbatim', '--file=-'], `Version ${version}\n\n${section}\n`);
  } catch (error) {
    // A hook, or git without a name to write down, has stopped it: all is as before.
    try {
      if (isCommitted) git(['reset', '--quiet', '--soft', 'HEAD~1']);
      git(['restore', '--staged', '--worktree', '--', ...names]);
    } catch (second) {
      const undo = `git ${isCommitted ? 'reset --hard HEAD~1' : `restore --staged --worktree -- ${names.join(' ')}`}`;
      throw new Refused(`${error.message}\nIt could not be undone (${second.message}).\nWhen git works again: ${undo}`);
    }
    throw error;
  }
}

function release(words) {
  if (words.includes('--help') || words.includes('-h')) return USAGE;
  const { wanted, isDry } = asked(words);
  // Names of files are those of the repository's own folder, wherever it is asked from.
  process.chdir(git(['rev-parse', '--show-toplevel']));
  refuseUnlessClean();
  const { version: current } = readJson('package.json');
  if (!isVersion(current)) {
    throw new Refused('package.json: its "version" is none such as 1.2.3: write the one that it has now.');
  }
  const tags = git(['tag', '--list', 'v*'])
    .split('\n')
    .map((tag) => tag.slice(1));
  const version = nextVersion(wanted, current);
  if (version === undefined)
    throw new Refused(`"${wanted}" is no version such as 1.2.3, and none of patch, minor, major.\n${USAGE}`);
  if (tags.includes(version)) throw new Refused(`There is a tag v${version} already: a version is released once.`);
  const latest = newest([...tags, current]);
  if (newest([version, latest]) !== version)
    throw new Refused(`${version} is older than ${latest}, which there is already.`);
  const { text, section, fault } = cutSection(read(CHANGELOG), version, today());
  if (fault !== undefined) throw new Refused(`${CHANGELOG}: ${fault}`);
  const files = [...versioned(version), { file: CHANGELOG, text }];
  if (isDry) {
    return `Would release ${version} (now ${current}), change ${files.map(({ file }) => file).join(', ')}, and tag v${version} with:\n\n${section}`;
  }
  commitAndTag(files, version, section);
  return [
    `Version ${version} is committed and tagged as v${version}; nothing is pushed.`,
    `  look:  git show v${version}`,
    `  push:  git push --atomic origin ${BRANCH} v${version}`,
    `  undo:  git tag --delete v${version} && git reset --hard HEAD~1`,
    `Then replace the workers: docs/operations.md, "Upgrade and rollback".`,
  ].join('\n');
}

/** Of whoever releases, YYYY-MM-DD. */
function today() {
  const now = new Date();
  const two = (value) => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

try {
  console.log(release(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
