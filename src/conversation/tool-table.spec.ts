import { fakeCall } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import { serverMessageSchema } from '../protocol/index.js';
import type { ResultTable } from '../tools/tool.port.js';

const TABLE: ResultTable = {
  title: 'Transactions of client 5001',
  columns: [
    { name: 'Date', kind: 'date' },
    { name: 'Amount', kind: 'money', currency: 'USD' },
  ],
  rows: [['2026-11-20', 12.5]],
  total: 30,
};

/** A call in which a tool answers with a table. */
async function callWith(table: ResultTable) {
  const call = fakeCall({
    tools: { look: { effect: 'read', run: () => Promise.resolve({ ok: true, data: { count: 30 }, table }) } },
    script: (request) =>
      request.messages.at(-1)?.role === 'tool' ? says('Thirty.') : calls({ id: 'c1', name: 'look', args: {} }),
  });
  call.conversation.submitText('how many');
  await call.clock.advance(3000);
  return call;
}

it('sends the rows to the client right before the tool has finished, and not to the model', async () => {
  const call = await callWith(TABLE);
  expect(call.types().filter((type) => type.startsWith('tool.'))).toEqual([
    'tool.started',
    'tool.result',
    'tool.finished',
  ]);
  expect(call.last('tool.result')).toMatchObject({ callId: 'c1', name: 'look', table: TABLE });
  expect(JSON.stringify(call.model.requests)).not.toContain('2026-11-20');
});

it('sends no more of them than a message may hold', async () => {
  const long = 'x'.repeat(10_000);
  const row = Array.from({ length: 50 }, () => long);
  const columns = row.map((name) => ({ name, kind: 'text' as const }));
  const call = await callWith({ title: long, columns, rows: Array.from({ length: 5000 }, () => row), total: 5000 });
  const message = serverMessageSchema.parse(call.last('tool.result'));
  expect(message).toMatchObject({ table: { total: 5000, rows: { length: 100 }, columns: { length: 12 } } });
});
