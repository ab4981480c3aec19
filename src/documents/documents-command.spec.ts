import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { loadConfig } from '../config/load-config.js';
import { Database } from '../database/database.js';
import { documentsCommand } from './documents-command.js';

// The command on an embedded database in a folder, as it is run in a terminal.

describe('npm run documents', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-documents-'));
    mkdirSync(join(folder, 'files', 'more'), { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(folder, 'files', name), text);
    write('zoo.md', '# Zoo rules\n\nDo not feed the lions.\n\n## Hours\n\nWe open at nine.');
    write('more/seals.txt', 'Seals are fed at two.');
    write('more/empty.txt', ' \n ');
    write('more/picture.png', 'no document');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const config = (env: Readonly<Record<string, string>> = {}) =>
    loadConfig({
      cwd: folder,
      env: {
        JWT_SECRET: 'a secret for tests, long enough for HS256',
        PARLEY_DATA_DIR: join(folder, 'data'),
        EMBEDDINGS_PROVIDER: 'none',
        ...env,
      },
    });
  const run = async (command: string, names: readonly string[] = [], env?: Readonly<Record<string, string>>) => {
    const lines: string[] = [];
    const code = await documentsCommand({ command, names, config: config(env), print: (line) => lines.push(line) });
    return { code, lines };
  };

  it('adds a folder, says what it cannot take, lists, replaces and removes', async () => {
    const files = join(folder, 'files');
    const nameOf = (file: string) => relative(process.cwd(), join(files, file));
    const added = await run('add', [files, join(folder, 'nothing.md')]);
    expect(added).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(/^failed {4}.*empty\.txt: .* holds no text\./),
        expect.stringMatching(/^added {5}seals-[0-9a-f]{8} {2}"seals", 1 chunk$/),
        expect.stringMatching(/^added {5}zoo-[0-9a-f]{8} {2}"Zoo rules", 2 chunks$/),
        expect.stringMatching(/^failed {4}.*nothing\.md: There is no file or folder/),
      ],
    });
    const listed = await run('list');
    expect(listed.lines).toHaveLength(2);
    expect(listed.lines[1]).toMatch(
      new RegExp(
        `^zoo-\\S+ {2}"Zoo rules", 2 chunks \\(0 embedded\\), of \\d{4}-\\d{2}-\\d{2}, from ${nameOf('zoo.md')}$`,
      ),
    );
    writeFileSync(join(files, 'zoo.md'), '# Zoo rules\n\nDo not feed anybody.');
    expect((await run('add', [join(files, 'zoo.md')])).lines).toEqual([expect.stringMatching(/^replaced {2}zoo-/)]);
    expect(await run('remove', [nameOf('zoo.md'), 'nobody'])).toEqual({
      code: 1,
      lines: [`removed   ${nameOf('zoo.md')}`, expect.stringMatching(/^failed {4}nobody: there is no document/)],
    });
  }, 60_000);

  it('says how to give it to a server that has the database open', async () => {
    const open = await Database.open({
      dataDir: join(folder, 'data'),
      log: { info: () => undefined, warn: () => undefined },
    });
    try {
      await expect(run('list')).rejects.toThrow(/curl --data-binary @FILE .*\/v1\/admin\/documents\?name=FILE/s);
    } finally {
      await open.close();
    }
  }, 60_000);

  it('asks for an admin’s token where the documents are on Supabase', async () => {
    const supabase = { SUPABASE_URL: 'http://127.0.0.1:9', SUPABASE_ANON_KEY: 'anon', DATABASE_URL: 'memory://' };
    await expect(run('list', [], supabase)).rejects.toThrow(/--token needs the access token/);
  });

  it('fetches no address inside our own network, and no file by an address', async () => {
    const names = ['http://169.254.169.254/latest/meta-data', 'http://127.0.0.1:5432/', 'file:///etc/passwd'];
    expect(await run('add', names, { DATABASE_URL: 'memory://' })).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(/private network/),
        expect.stringMatching(/private network/),
        expect.stringMatching(/Only http and https/),
      ],
    });
  }, 60_000);
});
