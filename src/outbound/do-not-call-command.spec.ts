import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase } from '../../test/support/database.js';
import { SqlDoNotCallList } from '../database/outbound/sql-do-not-call.js';
import type { Database } from '../database/database.js';
import { doNotCallCommand, DoNotCallFault } from './do-not-call-command.js';

describe('npm run data -- do-not-call', () => {
  let database: Database;
  let list: SqlDoNotCallList;
  let folder: string;
  let lines: string[];
  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    list = new SqlDoNotCallList(database);
    folder = mkdtempSync(join(tmpdir(), 'parley-do-not-call-'));
  }, 60_000);
  afterAll(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const run = async (...args: string[]): Promise<readonly string[]> => {
    lines = [];
    await doNotCallCommand(args, list, (line) => lines.push(line));
    return lines;
  };
  const file = (text: string): string => {
    const path = join(folder, 'numbers.csv');
    writeFileSync(path, text);
    return path;
  };
  const numbers = async () => (await run('list')).map((line) => line.split('\t').filter((_, at) => at !== 1));

  it('adds and removes a number, however it is written', async () => {
    expect(await run('add', '+49 30 123456', '--reason', 'asked us to')).toEqual(['Not called from now on: 1.']);
    expect(await numbers()).toEqual([['+4930123456', 'asked us to']]);
    expect(await run('remove', '+4930123456')).toEqual(['Taken off the list: 1; not on it: 0.']);
    expect(await run('remove', '+4930123456')).toEqual(['Taken off the list: 0; not on it: 1.']);
    expect(await numbers()).toEqual([]);
  });

  it('adds and removes those of a file, with their reasons', async () => {
    const path = file('# a list\n+49 30 123456, wrote a letter, twice\r\n\n+1 415 555 0132\n');
    expect(await run('add', path, '--reason', 'by list')).toEqual(['Not called from now on: 2.']);
    expect(await numbers()).toEqual([
      ['+14155550132', 'by list'],
      ['+4930123456', 'wrote a letter, twice'],
    ]);
    await run('remove', path);
    expect(await numbers()).toEqual([]);
  });

  it('changes nothing by a file with a mistake, and says where it is', async () => {
    await expect(run('add', file('+4930123456\n030123456\n'))).rejects.toThrow(
      /numbers\.csv, line 2: .*Nothing was changed/,
    );
    expect(await numbers()).toEqual([]);
  });

  it.each([
    [[], /Usage/],
    [['add'], /Usage/],
    [['list', 'all'], /Usage/],
    [['remove', '+4930123456', '--reason', 'x'], /Usage/],
    [['add', '12'], /no telephone number/],
    [['add', 'no-such-file.csv'], /neither/],
    [['add', '+4930123456', '--reason', 'x'.repeat(501)], /longer/],
  ])('says what is wrong with %j', async (args, sentence) => {
    const asked = run(...args);
    await expect(asked).rejects.toThrow(DoNotCallFault);
    await expect(asked).rejects.toThrow(sentence);
  });
});
