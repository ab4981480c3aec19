import { jest } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Client } from 'pg';
import { loadConfig } from '../../src/config/load-config.js';
import { Database } from '../../src/database/database.js';
import { doctor } from '../../src/doctor/doctor.js';
import { importCommand } from '../../src/payments/import/import-command.js';
import { SUPABASE_JWT_SECRET } from '../simulators/supabase.js';
import { ParleyApp } from '../support/parley-app.js';
import { describeWithPostgres } from '../support/postgres-server.js';
import { SupabaseProject } from '../support/supabase-project.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

jest.setTimeout(60_000);

// docs/supabase.md, step by step, with what stands there: each test goes on where the one before it ended.

const ANN = 'a0000000-0000-4000-8000-00000000000a';
const PAGE = readFileSync('docs/supabase.md', 'utf8');

/** Fenced blocks of a kind in a section, as they are. */
const blocks = (section: number, kind: string): string[] => {
  const text = PAGE.split(/^## (?=\d)/m)[section] ?? '';
  return [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
};
const linesOf = (section: number, program: string): string[] =>
  blocks(section, 'sh').flatMap((block) => block.split('\n').filter((line) => line.startsWith(program)));

describeWithPostgres()('docs/supabase.md', () => {
  let project: SupabaseProject;
  let editor: Client;
  let app: ParleyApp;
  let folder: string;
  let env: Record<string, string>;
  let token: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-supabase-'));
    project = await SupabaseProject.create();
    await project.server.sql(`insert into auth.users values ('${ANN}', 'ann@example.com', 'authenticated')`);
    editor = new Client({ connectionString: project.databaseUrl });
    await editor.connect();
  });
  afterAll(async () => {
    await app.close();
    await editor.end();
    await project.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('2: names settings that there are', () => {
    const page = parseEnv(blocks(2, 'env').join('\n')) as Record<string, string>;
    const config = loadConfig({
      cwd: folder,
      env: {
        NODE_ENV: 'test',
        ...page,
        ...parseEnv(
          blocks(7, 'env')
            .join('\n')
            .replace('=SECRET', `=${'5f'.repeat(32)}`),
        ),
      },
    });
    expect(config.warnings).toEqual([]);
    expect(config.data).toMatchObject({ business: 'supabase', calls: 'postgres', notes: [] });
    // The simulated project signs with a secret, as older ones do.
    const { JWT_JWKS_URL: _, ...others } = page;
    env = {
      ...others,
      JWT_SECRET: SUPABASE_JWT_SECRET,
      SUPABASE_URL: project.api.url,
      SUPABASE_ANON_KEY: project.api.anonKey,
      DATABASE_URL: project.databaseUrl,
      STREAM_STT_PROVIDER: 'webspeech',
    };
  });

  it('3: has the first start make the tables, and no row of the demo', async () => {
    expect(linesOf(3, 'npm start')).toHaveLength(1);
    app = await ParleyApp.start({ env });
    const [open = ''] = blocks(3, 'sql');
    expect((await editor.query(open)).rows).toEqual([]);
    expect((await editor.query('select count(*)::int from public.clients')).rows).toEqual([{ count: 0 }]);
    const owners = await editor.query(`select distinct tableowner from pg_tables where schemaname = 'public'`);
    expect(owners.rows).toEqual([{ tableowner: 'postgres' }]);
  });

  it('4: finds the user, and imports rows for him', async () => {
    const [who = ''] = blocks(4, 'sql');
    expect((await project.server.query(who)).rows).toEqual([{ id: ANN }]);
    for (const [at, name] of ['clients.csv', 'transactions.csv'].entries()) {
      writeFileSync(join(folder, name), blocks(4, 'csv')[at] ?? '');
    }
    const lines: string[] = [];
    const { prisma } = app.app.get(Database);
    for (const line of linesOf(4, 'npm run data -- ')) {
      const args = line.replace('npm run data -- ', '').replace('USER_ID', ANN).split(' ');
      const run = importCommand(args.map((arg) => (arg.endsWith('.csv') ? join(folder, arg) : arg)));
      expect(await run?.(prisma, (text) => lines.push(text))).toBe(0);
    }
    expect(lines.filter((line) => line.startsWith('Imported'))).toEqual([
      'Imported: 2 new, 0 changed, 0 as they were, 0 bad.',
      'Imported: 3 new, 0 changed, 0 as they were, 0 bad.',
    ]);
  });

  it('5: shows them to that user in SQL', async () => {
    const [as = ''] = blocks(5, 'sql');
    const answers = (await editor.query(as.replaceAll('USER_ID', ANN))) as unknown as { rows: unknown[] }[];
    expect(answers.flatMap(({ rows }) => rows)).toContainEqual({
      same: true,
      clients: { count: 1, clients: [{ id: 5001, name: 'Ada Park' }] },
    });
  });

  it('5: shows them over the API with his token, and to nobody without one', async () => {
    const claims = { role: 'authenticated', iss: env['JWT_ISSUER'] ?? '', aud: env['JWT_AUDIENCE'] ?? '' };
    token = await project.api.token(ANN, 600, claims);
    const answers: unknown[] = [];
    for (const line of linesOf(5, 'curl')) {
      const filled = line
        .replaceAll('$SUPABASE_URL', project.api.url)
        .replaceAll('$SUPABASE_ANON_KEY', project.api.anonKey)
        .replaceAll('$TOKEN', token);
      const [, method = '', url = '', body = ''] = /^curl -X (\w+) "([^"]+)".* -d '([^']+)'$/.exec(filled) ?? [];
      const headers = [...filled.matchAll(/-H "([^:]+): ([^"]+)"/g)].map(([, name = '', value = '']) => [name, value]);
      const response = await fetch(url, {
        method,
        headers: Object.fromEntries(headers) as Record<string, string>,
        body,
      });
      answers.push([response.status, await response.json()]);
    }
    expect(answers).toEqual([
      [200, expect.objectContaining({ count: 2, total: 172.24, currency: 'EUR' })],
      [401, expect.objectContaining({ code: '42501' })],
    ]);
  });

  it('6: has nothing for the doctor to say, and answers in a call', async () => {
    const lines: string[] = [];
    await doctor({
      print: (line) => lines.push(line),
      source: {
        cwd: folder,
        env: { NODE_ENV: 'test', ...env, PARLEY_DATA_DIR: folder, AGENTS_DIR: join(process.cwd(), 'agents') },
      },
    });
    for (const name of ['tokens', 'data', 'database', 'rights', 'supabase']) {
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ok {2}${name}\\b`)));
    }
    const [call = ''] = linesOf(6, 'npm run client');
    const question = /--text "([^"]+)"/.exec(call)?.[1] ?? '';
    const owners = async () => (await editor.query('select owner_id from public.calls')).rows;
    const caller = await TextCaller.call({ stream: app.stream, token: () => token });
    const { tools, text } = await caller.say(question);
    expect(tools).toMatchObject([{ name: 'query_transactions', outcome: { ok: true } }]);
    expect(text).toMatch(/Ada Park.*2 transactions.*172\.24/);
    expect(project.api.requests).toContainEqual(
      expect.objectContaining({ path: '/rest/v1/rpc/report_transactions', subject: ANN }),
    );
    await caller.client.close();
    // Records are shipped beside the call.
    await waitFor(async () => (await owners()).length > 0, 20_000);
    expect(await owners()).toEqual([{ owner_id: ANN }]);
  });

  it('7: deploys a function that is there, without the check of a user’s token', () => {
    const [, name = '', workdir = ''] =
      /deploy (\S+) .*--workdir (\S+)/.exec(linesOf(7, 'supabase functions')[0] ?? '') ?? [];
    expect(readFileSync(join(workdir, 'supabase', 'functions', name, 'index.ts'), 'utf8')).toContain(
      'MAIL_FUNCTION_SECRET',
    );
    expect(readFileSync(join(workdir, 'supabase', 'config.toml'), 'utf8')).toContain(
      `[functions.${name}]\nverify_jwt = false`,
    );
  });
});
