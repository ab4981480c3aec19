// A worker is killed after the caller's yes: what became of the side effect is read from the row that it left, by whoever
// goes on with the call.
import { jest } from '@jest/globals';
import { z } from 'zod';
import { SqlCallStore } from '../../src/database/calls/sql-call-store.js';
import type { Database } from '../../src/database/database.js';
import type { LlmRequest } from '../../src/llm/llm.port.js';
import { ToolRegistry } from '../../src/tools/tool-runner.js';
import { defineTool } from '../../src/tools/tool.js';
import type { ToolOutcome } from '../../src/tools/tool.port.js';
import { fakeCall } from '../fakes/call.js';
import { calls, says } from '../fakes/providers.js';
import { openTestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

jest.setTimeout(60_000);

const BOOKED: ToolOutcome = { ok: true, data: { table: 7 } };

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase({ seed: false });
});
afterAll(() => database.close());

/** A worker whose bookings take as long as `booked`. */
function worker(booked: Promise<ToolOutcome>, ran: string[]) {
  const book = defineTool({
    name: 'book',
    description: 'Books a table.',
    schema: z.object({ guest: z.string() }),
    effect: 'write',
    timeoutMs: 5000,
    lateMessage: 'I do not know whether that was booked.',
    readBack: ({ guest }) => Promise.resolve({ statement: `I will book for ${guest}.`, ask: 'Shall I?' }),
    run: ({ guest }) => {
      ran.push(guest);
      return booked;
    },
  });
  return new ToolRegistry([book], { onFault: () => undefined, effects: new SqlCallStore(database) });
}

const script =
  (guest: string) =>
  ({ messages }: LlmRequest) => {
    const last = messages.at(-1);
    if (last?.role === 'user' && last.text === 'book it') return calls({ id: 'c1', name: 'book', args: { guest } });
    return says('I see.');
  };

type Call = ReturnType<typeof fakeCall>;

/** Until it is so, on the call's own clock. */
const until = (call: Call, condition: () => boolean | Promise<boolean>) =>
  waitFor(async () => {
    await call.clock.advance(100);
    return condition();
  }, 10_000);

const statusOf = async (ran: readonly string[]): Promise<string | undefined> => {
  if (ran.length === 0) return undefined;
  const rows = await database.prisma.$queryRaw<{ status: string }[]>`
    select status from side_effects order by created_at desc limit 1`;
  return rows[0]?.status;
};

it.each([
  ['Ann', 'after its effect', true, '"ok":true'],
  ['Bob', 'in the middle of it', false, 'I do not know whether that was done'],
])('a call for %s whose worker dies %s', async (guest, _when, ends, expected) => {
  const booked = Promise.withResolvers<ToolOutcome>();
  const ran: string[] = [];
  const options = { script: script(guest), turn: { idlePromptMs: 0 }, reply: { fillerAfterMs: 0 } };
  const first = fakeCall({ ...options, registry: worker(booked.promise, ran) });
  first.conversation.submitText('book it');
  await until(first, () => first.types().includes('response.completed'));
  first.conversation.submitText('yes');
  await until(first, () => ran.length === 1);
  const snapshot: unknown = JSON.parse(JSON.stringify(first.conversation.snapshot()));
  if (ends) booked.resolve(BOOKED);
  await waitFor(async () => (await statusOf(ran)) === (ends ? 'done' : 'running'), 10_000);

  const other = worker(Promise.resolve(BOOKED), ran);
  const next = fakeCall({ ...options, registry: other, before: { snapshot, tools: first.tools } });
  next.conversation.release();
  await until(next, () => next.types().includes('response.completed'));
  const last = next.model.requests.at(-1)?.messages.at(-1);
  expect(last).toMatchObject({ role: 'tool', callId: 'confirmed_1', content: expect.stringContaining(expected) });
  expect(ran).toEqual([guest]);
  next.conversation.end('client');
  await next.conversation.ended;
  booked.resolve(BOOKED);
});
