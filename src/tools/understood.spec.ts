import { z } from 'zod';
import { MemoryEffects } from '../../test/fakes/side-effects.js';
import { caller } from '../../test/fakes/call.js';
import { limit, period, query } from './arguments.js';
import { defineTool } from './tool.js';
import { ToolRegistry } from './tool-runner.js';

const CLIENT = 'I need the number of the client.';
const tool = defineTool({
  name: 'look',
  description: '',
  schema: z.object({
    client_id: z.coerce.number({ error: CLIENT }).int({ error: CLIENT }).min(1, { error: CLIENT }),
    ...period(),
    category: z.string().optional(),
    what: query('What?').optional(),
    limit: limit(5),
  }),
  effect: 'read',
  timeoutMs: 1000,
  lateMessage: 'Late.',
  run: (args) => Promise.resolve({ ok: true, data: args }),
});
const registry = new ToolRegistry([tool], { onFault: () => undefined, effects: new MemoryEffects() });
const run = (args: unknown) =>
  registry.run(
    { id: 'a', name: 'look', arguments: JSON.stringify(args) },
    { caller, sessionId: 's', signal: new AbortController().signal },
  );

it.each<[unknown, object]>([
  [{ client_id: 'client 5001' }, {}],
  [{ client_id: '#5001' }, {}],
  [{ client_id: 'Client no. 5001' }, {}],
  [{ client_id: '5,001' }, {}],
  [{ client_id: '5001.0' }, {}],
  [{ client_id: [5001] }, {}],
  [{ clientId: 5001 }, {}],
  [{ name: 'look', arguments: { client_id: 5001 } }, {}],
  [{ parameters: { client_id: '5,001' } }, {}],
  [{ client_id: 5001, from: null, to: 'None', category: 'null', limit: '' }, {}],
  [{ client_id: 5001, from: 'all', category: 'all', limit: 'all' }, {}],
  [{ client_id: 5001, from: '2026-03-01T00:00:00Z' }, { from: '2026-03-01' }],
  [
    { client_id: 5001, from: '2026-03-01 12:30:00', to: '2026/3/9' },
    { from: '2026-03-01', to: '2026-03-09' },
  ],
  [{ client_id: 5001, from: '20260301' }, { from: '2026-03-01' }],
  [{ client_id: 5001, what: 2026 }, { what: '2026' }],
  [{ client_id: 5001, limit: '10' }, { limit: 10 }],
  [{ client_id: 5001, limit: true }, {}],
])('means client 5001: %j', async (args, more) => {
  expect(await run(args)).toEqual({ ok: true, data: { client_id: 5001, limit: 5, ...more } });
});

it.each<[unknown, RegExp]>([
  ...[true, 'all', 'true', {}, [], [5001, 5002], '5001 and 5002', '5001.5', -1, '-5001', 'everyone', '1e3', null].map(
    (id): [unknown, RegExp] => [{ client_id: id }, /^I need the number of the client\.$/],
  ),
  [{}, /^I need the number/],
  [{ client_id: 5001, from: '03/01/2026' }, /^I did not understand the date/],
  [{ client_id: 5001, from: '2026-13-41' }, /^I did not understand the date/],
  [{ client_id: 5001, to: true }, /^I did not understand the date/],
  [{ client_id: 5001, category: { a: 1 } }, /^I mixed something up there/],
  ['client 5001', /^I mixed something up there/],
  [[1, 2], /^I mixed something up there/],
])('is refused in words for the caller: %j', async (args, message) => {
  expect(await run(args)).toMatchObject({
    ok: false,
    code: 'invalid_arguments',
    message: expect.stringMatching(message) as string,
  });
});
