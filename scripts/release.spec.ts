import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

// The real program with the real git, in a repository of its own.

const SECTION = '- Calls are kept.\n\n### Upgrading\n\n- Say `KEEP=1`.';
const CHANGELOG = `# Changelog\n\n## Unreleased\n\n${SECTION}\n\n## 0.1.0 (2026-11-01)\n\n- The first.\n`;
const LOCK = {
  name: 'parley',
  version: '0.1.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'parley', version: '0.1.0', workspaces: ['client'] },
    client: { name: '@parley/client', version: '0.1.0' },
    'node_modules/ws': { version: '8.0.0' },
  },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-release-'));
  mkdirSync(join(folder, 'client'));
  write('package.json', `{\n  "name": "parley",\n  "version": "0.1.0",\n  "workspaces": ["client"]\n}\n`);
  write('client/package.json', `{\n  "name": "@parley/client",\n  "version": "0.1.0",\n  "files": ["dist"]\n}\n`);
  write('package-lock.json', `${JSON.stringify(LOCK, null, 2)}\n`);
  write('CHANGELOG.md', CHANGELOG);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Releaser');
  git('config', 'user.email', 'releaser@example.com');
  commit('All there is');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
/** Without the machine's own settings: whoever has none is asked for nothing. */
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, encoding: 'utf8', env }).trim();
const commit = (message: string) => {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
};
const release = (...words: string[]) => {
  const program = resolve('scripts/release.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
};
/** What a refusal must leave as it was. */
const state = () => [git('rev-parse', 'HEAD'), git('tag', '--list'), git('status', '--porcelain')];

describe('a release', () => {
  it('gives what is new a version, in every file that has one, and tags it with its text', () => {
    const { status, stdout } = release('minor');
    expect(status).toBe(0);
    expect(stdout).toContain('git push --atomic origin main v0.2.0');
    expect(stdout).toContain('nothing is pushed');
    expect(JSON.parse(read('package.json'))).toMatchObject({ version: '0.2.0' });
    // The rest is written as it was.
    expect(read('client/package.json')).toContain('"version": "0.2.0",\n  "files": ["dist"]');
    expect(JSON.parse(read('package-lock.json'))).toEqual({
      ...LOCK,
      version: '0.2.0',
      packages: {
        ...LOCK.packages,
        '': { ...LOCK.packages[''], version: '0.2.0' },
        client: { ...LOCK.packages.client, version: '0.2.0' },
      },
    });
    const now = new Date();
    const today = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    expect(read('CHANGELOG.md')).toBe(
      `# Changelog\n\n## Unreleased\n\n## 0.2.0 (${today})\n\n${SECTION}\n\n## 0.1.0 (2026-11-01)\n\n- The first.\n`,
    );
    expect(git('log', '-1', '--format=%s')).toBe('Version 0.2.0');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('cat-file', '-t', 'v0.2.0')).toBe('tag');
    expect(git('tag', '--list', '--format=%(contents)', 'v0.2.0')).toBe(`Version 0.2.0\n\n${SECTION}`);
    expect(git('rev-parse', 'v0.2.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
  });

  it.each([
    ['patch', '0.1.1'],
    ['major', '1.0.0'],
    ['0.3.0', '0.3.0'],
    // Nothing has been released yet: there is no tag.
    ['0.1.0', '0.1.0'],
  ])('%s is %s', (wanted, version) => {
    expect(release(wanted).status).toBe(0);
    expect(git('tag', '--list')).toBe(`v${version}`);
  });

  it('is shown, and not made, by a dry run', () => {
    const before = state();
    const { status, stdout } = release('patch', '--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Would release 0\.1\.1 \(now 0\.1\.0\)/);
    expect(stdout).toContain(SECTION);
    expect(state()).toEqual(before);
    expect(read('CHANGELOG.md')).toBe(CHANGELOG);
  });

  it('is asked for from a folder below as well, and says how', () => {
    const { status, stdout } = spawnSync(process.execPath, [resolve('scripts/release.mjs'), 'patch', '--dry-run'], {
      cwd: join(folder, 'client'),
      encoding: 'utf8',
      env,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^Would release 0\.1\.1/) });
    expect(release('--help')).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^npm run release -- patch/),
      stderr: '',
    });
  });

  it('of files that were written on Windows has one end of lines', () => {
    write('CHANGELOG.md', `\uFEFF${CHANGELOG.replaceAll('\n', '\r\n')}`);
    commit('From Windows');
    expect(release('patch').status).toBe(0);
    expect(read('CHANGELOG.md')).not.toMatch(/\r|\uFEFF/);
    expect(git('tag', '--list', '--format=%(contents)', 'v0.1.1')).toBe(`Version 0.1.1\n\n${SECTION}`);
  });

  it('under a heading with its version is that version', () => {
    write('CHANGELOG.md', CHANGELOG.replace('## Unreleased', '## 0.2.0 (unreleased)'));
    commit('A version in sight');
    expect(release('minor').status).toBe(0);
    expect(read('CHANGELOG.md')).toMatch(/^# Changelog\n\n## Unreleased\n\n## 0\.2\.0 \(\d/);
  });

  it('of the same changes is not made twice', () => {
    expect(release('patch').status).toBe(0);
    expect(release('patch')).toMatchObject({ status: 1, stderr: expect.stringMatching(/nothing stands under/) });
  });
});

describe('nothing is released', () => {
  const refused = (words: readonly string[], why: RegExp) => {
    const before = state();
    const { status, stdout, stderr } = release(...words);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(why);
    // A sentence, no stack.
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(state()).toEqual(before);
  };

  it.each(['a changed file', 'a new file', 'a staged file'])('of a tree with %s', (what) => {
    write(what === 'a new file' ? 'new.txt' : 'client/package.json', '{}');
    if (what === 'a staged file') git('add', '--all');
    refused(['patch'], /changes that are not committed:\n.*(new\.txt|client\/package\.json)/);
    refused(['patch', '--dry-run'], /not committed/);
  });

  it('of another branch, or of none', () => {
    git('switch', '--quiet', '--create', 'feature');
    refused(['patch'], /the branch feature; releases are made of main/);
    git('switch', '--quiet', '--detach');
    refused(['patch'], /^No branch is checked out \(a detached HEAD\); releases are made of main\. git switch main/);
  });

  it('under a version that is tagged, or older than one that is', () => {
    git('tag', 'v0.1.1');
    refused(['patch'], /tag v0\.1\.1 already/);
    refused(['0.1.0'], /0\.1\.0 is older than 0\.1\.1/);
  });

  it.each([
    '# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-11-01)\n\n- The first.\n',
    '# Changelog\n\n## Unreleased\n',
  ])('where nothing is new: %j', (text) => {
    write('CHANGELOG.md', text);
    commit('Nothing new');
    refused(['patch'], /CHANGELOG\.md: nothing stands under "## Unreleased"/);
  });

  it('where what is new has no heading', () => {
    write('CHANGELOG.md', '# Changelog\n\n## 0.1.0 (2026-11-01)\n\n- The first.\n');
    commit('No heading');
    refused(['patch'], /the first heading has to be "## Unreleased"/);
  });

  it.each([
    [
      'under a heading of another version',
      '## 0.2.0 (unreleased)\n\n- A.\n',
      /is to become 0\.2\.0, not 0\.1\.1: npm run release -- 0\.2\.0/,
    ],
    [
      'under two headings',
      '## Unreleased\n\n- A.\n\n## Unreleased\n\n- B.\n',
      /two headings say that they are not released/,
    ],
    ['but a heading', '## Unreleased\n\n### Fixed\n\n## 0.1.0\n\n- A.\n', /nothing stands under "## Unreleased"/],
  ])('where what is new stands %s', (_where, text, why) => {
    write('CHANGELOG.md', `# Changelog\n\n${text}`);
    commit('Another changelog');
    refused(['patch'], why);
  });

  it.each([
    ['CHANGELOG.md', undefined, /^CHANGELOG\.md cannot be read \(ENOENT\)/],
    ['package-lock.json', undefined, /^package-lock\.json cannot be read \(ENOENT\)/],
    ['client/package.json', undefined, /^client\/package\.json cannot be read \(ENOENT\)/],
    ['package.json', '{', /^package\.json is no JSON: /],
    ['package-lock.json', '<<<<<<< HEAD', /^package-lock\.json is no JSON: /],
    ['package-lock.json', '{"packages": {"": {}}}', /^package-lock\.json does not know "client": npm install/],
    [
      'package.json',
      '{ "version": "soon", "workspaces": ["client"] }',
      /^package\.json: its "version" is none such as/,
    ],
    ['package.json', '{ "workspaces": ["client"] }', /^package\.json: its "version" is none such as/],
    ['client/package.json', '{ "name": "x" }', /^client\/package\.json: its "version" is none such as/],
  ])('where %s is %j', (file, text, why) => {
    if (text === undefined) rmSync(join(folder, file));
    else write(file, text);
    commit('Broken');
    refused(['patch'], why);
  });

  it('where there is no repository, or no commit', () => {
    rmSync(join(folder, '.git'), { recursive: true });
    expect(release('patch')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^git rev-parse: fatal: not a git/),
    });
    git('init', '--quiet', '--initial-branch=main');
    expect(release('patch')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^There are changes that are not/),
    });
  });

  it('and it is said what to do where it could not be undone', () => {
    // As by a git that was killed.
    writeFileSync(join(folder, '.git', 'index.lock'), '');
    const { status, stderr } = release('patch');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^git add: [^]*index\.lock[^]*It could not be undone[^]*When git works again: git restore --staged/,
    );
    rmSync(join(folder, '.git', 'index.lock'));
    const [undo = ''] = /git restore .*$/m.exec(stderr) ?? [];
    git(...undo.split(' ').slice(1));
    expect(git('status', '--porcelain')).toBe('');
  });

  it('under what is no version', () => {
    for (const words of [
      ['1.2'],
      ['v1.2.3'],
      ['01.2.3'],
      ['1.2.3-rc.1'],
      ['constructor'],
      ['99999999999999999999.0.0'],
    ]) {
      refused(words, /no version such as 1\.2\.3/);
    }
    for (const words of [[], ['--dry-run'], ['patch', 'minor']]) refused(words, /^npm run release -- patch/);
  });

  it('and nothing is left behind where a hook refuses the commit, or git the tag', () => {
    const hook = join(folder, '.git', 'hooks', 'pre-commit');
    mkdirSync(join(folder, '.git', 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho not today >&2\nexit 1\n', { mode: 0o755 });
    refused(['patch'], /git commit: not today/);
    rmSync(hook);
    // A folder where the tag's file would be.
    mkdirSync(join(folder, '.git', 'refs', 'tags', 'v0.1.1', 'x'), { recursive: true });
    writeFileSync(join(folder, '.git', 'refs', 'tags', 'v0.1.1', 'x', 'y'), git('rev-parse', 'HEAD'));
    const head = git('rev-parse', 'HEAD');
    expect(release('patch')).toMatchObject({ status: 1, stderr: expect.stringMatching(/^git tag: /) });
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), read('CHANGELOG.md')]).toEqual([
      head,
      '',
      CHANGELOG,
    ]);
    expect(existsSync(join(folder, '.git', 'index.lock'))).toBe(false);
  });
});
