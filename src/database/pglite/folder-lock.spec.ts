import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderInUseError, lockFolder } from './folder-lock.js';

describe('lockFolder', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const leave = (holder: object, ageMs = 0) => {
    writeFileSync(path, JSON.stringify({ id: 'left-behind', born: null, ...holder }));
    const then = new Date(Date.now() - ageMs);
    utimesSync(path, then, then);
  };

  it('is held by one until it is given back', () => {
    const unlock = lockFolder(path);
    expect(() => lockFolder(path)).toThrow(FolderInUseError);
    unlock();
    lockFolder(path)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says who has it and what to do', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      leave({ pid: other.pid, host: hostname() });
      expect(() => lockFolder(path)).toThrow(
        new RegExp(`process ${other.pid} on .*PARLEY_DATA_DIR.*DATABASE_URL`, 's'),
      );
    } finally {
      other.kill();
      await new Promise((resolve) => other.once('exit', resolve));
    }
    // Now its holder is dead.
    lockFolder(path)();
  });

  it('is taken from a predecessor with our own pid, as in a container where it is always 1', () => {
    leave({ pid: process.pid, host: hostname() });
    lockFolder(path)();
  });

  it('is taken when the pid now belongs to another process', () => {
    leave({ pid: process.ppid, host: hostname(), born: '1' });
    lockFolder(path)();
  });

  it('is respected on another host as long as it is touched', () => {
    leave({ pid: 1, host: 'another-container' }, 10_000);
    expect(() => lockFolder(path)).toThrow(FolderInUseError);
    leave({ pid: 1, host: 'another-container' }, 120_000);
    lockFolder(path)();
  });

  it('is not given back by one who lost it', () => {
    const unlock = lockFolder(path);
    leave({ pid: 1, host: 'thief' });
    unlock();
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain('thief');
  });
});
