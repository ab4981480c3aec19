import { openTestDatabase } from '../../../test/support/database.js';
import type { Database } from '../database.js';
import { SqlWebhookQueue } from '../webhooks/sql-webhook-queue.js';
import type { PlanStep } from './rollout-journal.port.js';
import { PLANS, RELEASES, SqlRolloutJournal } from './sql-rollout-journal.js';

const step = (share: number): PlanStep => ({
  at: '2026-11-30T10:00:00.000Z',
  status: 'running',
  share,
  why: 'Step.',
  by: 'ann',
  plan: 'careful',
  canary: 'openai',
  baseline: 'rules',
});

describe('the journal of rollouts', () => {
  let database: Database;
  let journal: SqlRolloutJournal<PlanStep>;
  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    journal = new SqlRolloutJournal(database, PLANS);
    await new SqlWebhookQueue(database).setEndpoints(['http://127.0.0.1:1/hook']);
  }, 180_000);
  afterAll(() => database.close());

  it('lets one of many who have seen the same take a step, and tells of it once', async () => {
    const moves = (revision: number, share: number) =>
      Promise.all([1, 2, 3].map((worker) => journal.move('llm', revision, { share, worker }, step(share))));
    expect((await moves(0, 10)).filter((revision) => revision !== undefined)).toEqual([1]);
    expect((await moves(1, 25)).filter((revision) => revision !== undefined)).toEqual([2]);
    expect(await journal.move('llm', 1, { late: true }, step(50))).toBeUndefined();
    expect(await journal.move('stt', 7, { never: true }, step(50))).toBeUndefined();
    const [row, ...others] = await journal.list();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ name: 'llm', revision: 2, state: { share: 25 }, history: [step(10), step(25)] });
    const told = await new SqlWebhookQueue(database).list({});
    expect(told.map(({ type, callSid, status }) => [type, callSid, status])).toEqual(
      [1, 2].map(() => ['rollout.step', null, 'queued']),
    );
    const { payload } = await database.prisma.webhookDelivery.findFirstOrThrow({ orderBy: { seq: 'asc' } });
    expect(payload).toMatchObject({ type: 'rollout.step', data: { target: 'llm', ...step(10) } });
  });

  it('keeps plans and releases of the same name apart, and tells of each by its own name', async () => {
    const releases = new SqlRolloutJournal(database, RELEASES);
    const released = { at: '2026-11-30T11:00:00.000Z', baseline: 1, canary: 2, share: 10, why: 'Tried.', by: 'ann' };
    await journal.move('julia', 0, { plan: true }, step(10));
    expect(await releases.move('julia', 0, { plan: false }, released)).toBe(1);
    expect(await releases.list()).toEqual([
      { name: 'julia', revision: 1, state: { plan: false }, history: [released] },
    ]);
    const { payload } = await database.prisma.webhookDelivery.findFirstOrThrow({ orderBy: { seq: 'desc' } });
    expect(payload).toMatchObject({ type: 'agent.release', data: { agent: 'julia', ...released } });
  });

  it('keeps the last hundred steps', async () => {
    for (let revision = 0; revision < 105; revision += 1) await journal.move('tts', revision, {}, step(revision));
    const row = (await journal.list()).find(({ name }) => name === 'tts');
    expect(row?.revision).toBe(105);
    expect(row?.history.map(({ share }) => share)).toEqual(Array.from({ length: 100 }, (_, n) => n + 5));
  }, 60_000);
});
