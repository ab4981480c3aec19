import { openTestDatabase } from '../../../test/support/database.js';
import type { Database } from '../database.js';
import { SqlWebhookQueue } from '../webhooks/sql-webhook-queue.js';
import type { PlanStep } from './plan-book.port.js';
import { SqlPlanBook } from './sql-plan-book.js';

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

describe('the book of rollout plans', () => {
  let database: Database;
  let book: SqlPlanBook;
  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    book = new SqlPlanBook(database);
    await new SqlWebhookQueue(database).setEndpoints(['http://127.0.0.1:1/hook']);
  }, 180_000);
  afterAll(() => database.close());

  it('lets one of many who have seen the same take a step, and tells of it once', async () => {
    const moves = (revision: number, share: number) =>
      Promise.all([1, 2, 3].map((worker) => book.move('llm', revision, { share, worker }, step(share))));
    expect((await moves(0, 10)).filter((revision) => revision !== undefined)).toEqual([1]);
    expect((await moves(1, 25)).filter((revision) => revision !== undefined)).toEqual([2]);
    expect(await book.move('llm', 1, { late: true }, step(50))).toBeUndefined();
    expect(await book.move('stt', 7, { never: true }, step(50))).toBeUndefined();
    const [row, ...others] = await book.list();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ target: 'llm', revision: 2, run: { share: 25 }, history: [step(10), step(25)] });
    const told = await new SqlWebhookQueue(database).list({});
    expect(told.map(({ type, callSid, status }) => [type, callSid, status])).toEqual(
      [1, 2].map(() => ['rollout.step', null, 'queued']),
    );
    const { payload } = await database.prisma.webhookDelivery.findFirstOrThrow({ orderBy: { seq: 'asc' } });
    expect(payload).toMatchObject({ type: 'rollout.step', data: { target: 'llm', ...step(10) } });
  });

  it('keeps the last hundred steps', async () => {
    for (let revision = 0; revision < 105; revision += 1) await book.move('tts', revision, {}, step(revision));
    const row = (await book.list()).find(({ target }) => target === 'tts');
    expect(row?.revision).toBe(105);
    expect(row?.history.map(({ share }) => share)).toEqual(Array.from({ length: 100 }, (_, n) => n + 5));
  }, 60_000);
});
