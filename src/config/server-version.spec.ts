import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVersion, serverVersion, userAgent } from './server-version.js';

describe('the version of the server', () => {
  let folder: string;
  let config: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-version-'));
    config = join(folder, 'dist', 'src', 'config');
    mkdirSync(config, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3"}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the number of package.json, and the commit that the build has written down', () => {
    expect(readVersion(config)).toEqual({ number: '1.2.3', built: undefined });
    writeFileSync(join(folder, 'dist', '.commit'), 'f8876851a2b3-dirty\n');
    expect(readVersion(config)).toEqual({ number: '1.2.3', built: 'f8876851a2b3-dirty' });
    writeFileSync(join(folder, 'dist', '.commit'), 'fatal: not a git repository');
    expect(readVersion(config).built).toBeUndefined();
  });

  it('cannot be told where package.json is left out', () => {
    expect(() => readVersion('/proc')).toThrow(/deploy it beside dist/);
  });

  it('has the commit of the environment before that of the build', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(serverVersion('abcdef1')).toEqual({ number: version, commit: 'abcdef1', full: `${version}+abcdef1` });
    expect(serverVersion()).toEqual({ number: version, commit: undefined, full: version });
    expect(userAgent('voice agent')).toBe(`Parley/${version} (voice agent)`);
  });
});
