// Versions of an agent on two instances that share PostgreSQL and Redis: published, shared out, kept by the calls that have
// them, rolled back, taken away by the guard and grown by a plan; by the command that operators use.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { agentsCommand } from '../../scripts/agents/agents-command.js';
import { numberFor } from '../../src/agents/releases/release.js';
import { RELEASE_BOOK } from '../../src/database/releases/release-book.port.js';
import type { ReleaseBook } from '../../src/database/releases/release-book.port.js';
import { Database } from '../../src/database/database.js';
import { CALL_STORE } from '../../src/database/calls/call-store.port.js';
import type { CallStore } from '../../src/database/calls/call-store.port.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { describeWithPostgres, postgresPrograms, PostgresServer } from '../support/postgres-server.js';
import { RedisServer } from '../support/redis-server.js';
import { ResumingCaller } from '../support/resuming-caller.js';
import { waitFor } from '../support/wait-for.js';

jest.setTimeout(180_000);
const PATIENCE_MS = 60_000;

const file = (greeting: string, more = '') => `name: Nina\ninstructions: You are Nina.\ngreeting: ${greeting}\n${more}`;
const SHARES = { baseline: 1, canary: 2, share: 30, since: 0, hold: null };
const userOf = (number: number): string =>
  Array.from({ length: 1000 }, (_, n) => `user-${n}`).find((user) => numberFor(SHARES, 'nina', user) === number) ?? '';
const [OLD_USER, NEW_USER] = [userOf(1), userOf(2)];

const describeShared = postgresPrograms() === undefined ? describeWithPostgres() : describeWith(['redis']);

describeShared('versions of an agent', () => {
  let redis: RedisServer;
  let postgres: PostgresServer;
  let one: ParleyApp;
  let two: ParleyApp;
  const callers: ResumingCaller[] = [];
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([RedisServer.start(), PostgresServer.create()]);
    const env = { REDIS_URL: redis.url, DATABASE_URL: postgres.url(), DEFAULT_AGENT: 'nina' };
    const start = () => ParleyApp.start({ env, agents: { nina: file('I am the file.') } });
    one = await start();
    two = await start();
  });
  afterEach(async () => {
    for (const caller of callers.splice(0)) await caller.hangUp();
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await Promise.all([redis.destroy(), postgres.destroy()]);
  });

  const admin = (app: ParleyApp) => app.token('ops', { claims: { role: 'admin' } });
  /** As from the shell; resolves with what it prints. */
  const agents = async (words: string, share?: string): Promise<string> => {
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const agentsDir = () => join(one.folderOfAgents);
    await agentsCommand({ words: words.split(' '), share, url: one.http, token: admin(one), agentsDir, print });
    return lines.join('\n');
  };
  const write = (text: string) => writeFileSync(join(one.folderOfAgents, 'nina.yaml'), text);
  const call = async (app: ParleyApp, user: string): Promise<ResumingCaller> => {
    const caller = await ResumingCaller.start(app.stream, app.token(user));
    callers.push(caller);
    return caller;
  };
  const greeted = async (app: ParleyApp, user: string): Promise<string> => {
    const caller = await ResumingCaller.start(app.stream, app.token(user));
    // Whoever waits for another instance greets it a hundred times a second, and a user may have so many calls at once.
    await caller.hangUp();
    return caller.messages.flatMap((message) => (message.type === 'response.text' ? [message.delta] : [])).join('');
  };
  const get = async (app: ParleyApp, path: string, token = admin(app)) =>
    (await (await fetch(`${app.http}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })).json()) as Record<
      string,
      unknown
    >;
  const plans = async (method: string, body?: object, step = '') => {
    const response = await fetch(`${one.http}/v1/admin/rollout-plans/agent:nina${step}`, {
      method,
      headers: { authorization: `Bearer ${admin(one)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as { runs: object[]; error?: string } };
  };
  /** Until the other instance has heard of it. */
  const seenByTwo = (text: string, user: string) =>
    waitFor(async () => (await greeted(two, user)).includes(text), PATIENCE_MS);

  it('are files until one is published, and then the same on every instance', async () => {
    expect(await greeted(one, OLD_USER)).toContain('I am the file.');
    expect(await agents('list')).toMatch(/Nothing is published/);
    write(file('I am the first.'));
    expect(await agents('publish nina')).toMatch(
      /^nina: version 1 is published\.\nnina: version 1 for all\n +1  [\da-f]{12}  /,
    );
    expect(await greeted(one, OLD_USER)).toContain('I am the first.');
    await seenByTwo('I am the first.', OLD_USER);
    // The same again is no other version.
    expect(await agents('publish nina')).toContain('version 1 for all');
    // What is not published is a draft.
    write(file('I am a draft.'));
    expect(await agents('diff nina')).toContain('-greeting: I am the first.\n+greeting: I am a draft.');
    expect(await greeted(one, OLD_USER)).toContain('I am the first.');
  });

  it('are refused where they are broken, with the line', async () => {
    write(file('Hello.', 'turn:\n  mode: telepathy\n'));
    await expect(agents('publish nina')).rejects.toThrow(/^nina\.yaml: turn\.mode: .* \(line 5\)$/);
    write(file('Hello.', 'tools: [web_search, launch_rocket]\n'));
    await expect(agents('publish nina')).rejects.toThrow(/there is no tool "launch_rocket".*\(line 4\)$/);
    write('name: [Nina\n');
    await expect(agents('publish nina')).rejects.toThrow(/^nina\.yaml: .*line [12]/);
    write('');
    await expect(agents('publish nina')).rejects.toThrow(/^nina\.yaml: file: is empty/);
    // Every call of it would fail.
    write(file('Hello.', 'providers: { llm: [anthropic, rules] }\n'));
    await expect(agents('publish nina')).rejects.toThrow(
      /^ANTHROPIC_API_KEY: is missing\. Set it, or take the provider/,
    );
    // It unfolds to more than memory holds.
    const tens = (name: string, of: string) => `${name}: &${name} [${`${of},`.repeat(9)}]\n`;
    write(`${tens('a', 'x')}${tens('b', '*a')}${tens('c', '*b')}${tens('d', '*c')}`);
    await expect(agents('publish nina')).rejects.toThrow(/^nina\.yaml: its anchors and aliases/);
    write(file('x'.repeat(250_000)));
    await expect(agents('publish nina')).rejects.toThrow(/^The file is larger than an agent’s may be/);
    expect(await agents('list nina')).not.toMatch(/^ +2 /m);
    for (const [words, why] of [
      ['rollback max', /No version of max has been published/],
      ['rollback nina 9', /no version 9 of nina/],
      ['list max', /^There is no agent max; there are julia, nina/],
      ['share nina 20', /All callers of nina have the same version/],
      ['publish', /^Usage/],
    ] as const) {
      await expect(agents(words)).rejects.toThrow(why);
    }
    const refused = await fetch(`${one.http}/v1/admin/agents`, {
      headers: { authorization: `Bearer ${one.token('ann')}` },
    });
    expect(refused.status).toBe(403);
  });

  it('are shared out by the user, and kept by a call that goes on elsewhere after a rollback', async () => {
    write(file('I am the second.'));
    expect(await agents('publish nina', '30')).toContain('nina: version 2 for 30 %, version 1 for the rest');
    await seenByTwo('I am the second.', NEW_USER);
    for (const app of [one, two]) {
      expect(await greeted(app, NEW_USER)).toContain('I am the second.');
      expect(await greeted(app, OLD_USER)).toContain('I am the first.');
    }
    const { versions } = (await get(one, 'admin/agents/nina')) as unknown as { versions: { version: string }[] };
    const caller = await call(one, NEW_USER);
    expect(await agents('rollback nina')).toContain('nina: version 1 for all');
    await seenByTwo('I am the first.', NEW_USER);
    await caller.resume(two.stream);
    const events = async () =>
      (await get(two, `calls/${caller.id}`, two.token(NEW_USER))) as unknown as {
        agentVersion: string;
        serverVersion: string;
        events?: { kind: string; data: object }[];
      };
    await waitFor(async () => (await events()).events?.some(({ kind }) => kind === 'moved') === true, PATIENCE_MS);
    const { agentVersion, serverVersion, events: trail = [] } = await events();
    expect(agentVersion).toBe(versions[0]?.version);
    expect(trail.find(({ kind }) => kind === 'moved')?.data).toEqual({ agentVersion, serverVersion });
    expect(await agents('diff nina 1 2')).toContain('--- nina 1\n+++ nina 2\n@@ -1,3 +1,3 @@');
    expect(await agents('rollback nina file')).toContain('nina: the file for all');
    expect(await agents('rollback nina 1')).toContain('nina: version 1 for all');
  });

  it('lose their callers when their calls fail, until a person lifts that', async () => {
    await agents('rollback nina 1');
    write(file('I am the third.'));
    await agents('publish nina', '50');
    const { versions } = (await get(one, 'admin/agents/nina')) as unknown as { versions: { version: string }[] };
    const store = one.app.get<CallStore>(CALL_STORE, { strict: false });
    for (let n = 0; n < 3; n += 1) {
      const base = { callSid: randomUUID(), at: new Date(Date.now() + 1_000).toISOString() };
      const status = (wanted: 'in_progress' | 'failed') =>
        ({ ...base, type: 'status', id: randomUUID(), status: wanted }) as const;
      const agentVersion = versions[0]?.version ?? '';
      const opened = {
        ...base,
        type: 'opened',
        direction: 'inbound',
        channel: 'web',
        agent: 'nina',
        agentVersion,
      } as const;
      await store.write([opened, status('in_progress'), status('failed')]);
    }
    await waitFor(async () => (await agents('list nina')).includes('held back'), PATIENCE_MS);
    expect(await agents('list nina')).toMatch(
      /version 3 for 50 %.*held back, .*: 3 of 3 calls failed: 100 %, over 1 %\./,
    );
    const told = (await get(one, 'admin/agents')) as unknown as {
      releases: { history: { by: string; why: string }[] }[];
    };
    expect(told.releases[0]?.history[0]).toMatchObject({ by: expect.stringMatching(/^guard:/) });
    await agents('lift nina');
    expect(await agents('list nina')).not.toContain('held back');
    expect(await agents('share nina 100')).toContain('nina: version 3 for all');
  });

  it('grow by a plan', async () => {
    expect((await plans('PUT', { plan: 'careful', canary: '99', baseline: '3' })).body.error).toBe('invalid_shares');
    expect((await plans('PUT', { plan: 'careful', canary: '3', baseline: '3' })).body.error).toBe('invalid_shares');
    const begun = await plans('PUT', { plan: 'careful', canary: '2', baseline: '3' });
    expect(begun.body.runs).toMatchObject([{ target: 'agent:nina', status: 'running', share: 10 }]);
    expect(await agents('list nina')).toContain('version 2 for 10 %, version 3 for the rest');
    await expect(agents('share nina 50')).rejects.toThrow(/The plan careful has these shares/);
    // It goes back also where its canary cannot be read any more, as after an older program took over.
    const { prisma } = one.app.get(Database, { strict: false });
    const where = { agent_number: { agent: 'nina', number: 2 } };
    const { content } = await prisma.agentVersion.findUniqueOrThrow({ where });
    // Rows of versions are never changed otherwise.
    await prisma.$executeRawUnsafe('ALTER TABLE agent_versions DISABLE TRIGGER USER');
    await prisma.agentVersion.update({ where, data: { content: file('Hi.', 'turn: { mode: telepathy }\n') } });
    const back = await plans('POST', undefined, '/roll-back');
    expect(back.body.runs).toMatchObject([{ status: 'rolled_back', share: 0 }]);
    expect(await agents('list nina')).toContain('version 2 for 0 %');
    await prisma.agentVersion.update({ where, data: { content } });
    await plans('DELETE');
    expect(await agents('share nina 50')).toContain('version 2 for 50 %');
  });

  it('get no callers where their calls would fail: published by a server that has a key, or a newer one', async () => {
    await agents('rollback nina 1');
    const book = one.app.get<ReleaseBook>(RELEASE_BOOK, { strict: false });
    const keyed = await book.publish('nina', 'keyed', file('Hi.', 'providers: { llm: [anthropic] }\n'), 'another');
    const newer = await book.publish('nina', 'newer', file('Hi.', 'turn: { mode: telepathy }\n'), 'another');
    await expect(agents(`rollback nina ${keyed}`)).rejects.toThrow(/^ANTHROPIC_API_KEY: is missing/);
    await expect(agents(`rollback nina ${newer}`)).rejects.toThrow(
      new RegExp(`^version ${newer} of nina: turn\\.mode: .*line 4`),
    );
    expect((await plans('PUT', { plan: 'careful', canary: `${newer}`, baseline: '1' })).body).toMatchObject({
      error: 'invalid_shares',
      message: expect.stringContaining('turn.mode'),
    });
    expect((await plans('PUT', { plan: 'careful', canary: `${keyed}`, baseline: '1' })).body.error).toBe(
      'provider_not_usable',
    );
    expect(await agents('list nina')).toContain('version 1 for all');
  });
});
