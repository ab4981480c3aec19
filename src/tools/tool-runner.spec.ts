import { z } from 'zod';
import { callOf, contextOf, registryOf } from '../../test/support/tools.js';
import { DataError } from '../database/data.port.js';
import { IN_ORDER, inOrder, limit, period } from './arguments.js';
import { SpokenFailure } from './say.js';
import { defineTool } from './tool.js';
import type { ToolRun } from './tool.js';
import type { ToolEffect, ToolOutcome } from './tool.port.js';

const CLIENT = 'I need the number of the client, for example 5001.';
const clientId = () =>
  z.coerce
    .number({ error: CLIENT })
    .int({ error: CLIENT })
    .min(1, { error: CLIENT })
    .max(2 ** 31 - 1, { error: CLIENT });
const schema = z.object({ client_id: clientId(), ...period(), limit: limit(5) }).refine(inOrder, IN_ORDER);

/** A tool that does what it is told. */
const toolThat = (
  run: (args: z.output<typeof schema>, run: ToolRun) => Promise<ToolOutcome>,
  effect: ToolEffect = 'read',
) =>
  defineTool({ name: 'probe', description: 'Probes.', schema, effect, timeoutMs: 50, lateMessage: 'Too slow.', run });

const echo = toolThat((args) => Promise.resolve({ ok: true, data: args }));
const never = () => new Promise<never>(() => undefined);

describe('ToolRegistry', () => {
  it('describes a tool to the model as a JSON schema', () => {
    const [spec] = registryOf(echo).registry.specs(['probe', 'no-such-tool']);
    expect(spec).toMatchObject({
      name: 'probe',
      parameters: {
        type: 'object',
        required: ['client_id'],
        properties: { client_id: { type: 'integer' }, from: { type: 'string', format: 'date' } },
      },
    });
    expect(JSON.stringify(spec)).not.toContain('pattern');
  });

  describe('arguments', () => {
    const run = (args: object | string) => registryOf(echo).registry.run(callOf('probe', args), contextOf());

    it.each([
      ['numbers as text', { client_id: '5001' }, { client_id: 5001, limit: 5 }],
      [
        'nulls and blanks for what is not given',
        { client_id: 5001, from: null, to: ' ' },
        { client_id: 5001, limit: 5 },
      ],
      ['keys that do not exist', { client_id: 5001, color: 'red' }, { client_id: 5001, limit: 5 }],
      ['a limit beyond the bounds', { client_id: 5001, limit: 9999 }, { client_id: 5001, limit: 50 }],
      ['a limit that is none', { client_id: 5001, limit: 'all' }, { client_id: 5001, limit: 5 }],
      [
        'a leap day',
        { client_id: 5001, from: '2028-02-29', to: '2028-02-29' },
        { client_id: 5001, from: '2028-02-29', to: '2028-02-29', limit: 5 },
      ],
    ])('forgives %s', async (_what, args, expected) => {
      expect(await run(args)).toEqual({ ok: true, data: expected });
    });

    it.each([
      ['no client', {}, /number of the client/],
      ['a client in words', { client_id: 'five thousand one' }, /number of the client/],
      ['half a client', { client_id: 50.5 }, /number of the client/],
      ['a client below one', { client_id: 0 }, /number of the client/],
      ['a client that no column holds', { client_id: 99999999999 }, /number of the client/],
      ['a day that does not exist', { client_id: 1, from: '2026-02-30' }, /did not understand the date/],
      ['a day in words', { client_id: 1, to: 'yesterday' }, /did not understand the date/],
      ['a period backwards', { client_id: 1, from: '2026-03-02', to: '2026-03-01' }, /ends before it begins/],
      ['no JSON', '{"client_id": 50', /say that once more/],
      ['JSON that is no object', '[5001]', /./],
    ])('answers %s with a sentence', async (_what, args, sentence) => {
      const outcome = await run(args);
      expect(outcome).toMatchObject({ ok: false, code: 'invalid_arguments' });
      expect(outcome).toHaveProperty('message', expect.stringMatching(sentence));
    });
  });

  it('leaves what keeps something away from an agent that keeps nothing', async () => {
    const agent = { reads: [], clientTools: [] };
    const { registry } = registryOf({ ...echo, keeps: true });
    expect(registry.forAgent({ ...agent, keeps: 'effects' }).specs(['probe'])).toHaveLength(1);
    const nothing = registry.forAgent({ ...agent, keeps: 'nothing' });
    expect(nothing.specs(['probe'])).toEqual([]);
    expect(await nothing.run(callOf('probe', { client_id: 1 }), contextOf())).toMatchObject({ code: 'unknown_tool' });
  });

  it('answers for a tool that does not exist', async () => {
    const { registry } = registryOf(echo);
    expect(await registry.run(callOf('fly', {}), contextOf())).toMatchObject({ ok: false, code: 'unknown_tool' });
    expect(registry.effect('fly')).toBe('read');
  });

  describe('failures', () => {
    const outcomeOf = async (thrown: unknown) => {
      const { registry, faults } = registryOf(toolThat(() => Promise.reject(thrown)));
      return { outcome: await registry.run(callOf('probe', { client_id: 1 }), contextOf()), faults };
    };

    it.each([
      ['unavailable', 'unavailable', /cannot reach our records .* again/, 0],
      ['timeout', 'timeout', /slow/, 0],
      ['forbidden', 'forbidden', /sign in again/, 1],
      ['failed', 'failed', /records/, 1],
    ] as const)('of the database: %s', async (code, expected, sentence, reported) => {
      const { outcome, faults } = await outcomeOf(new DataError(code, 'technical words'));
      expect(outcome).toMatchObject({ ok: false, code: expected, message: expect.stringMatching(sentence) });
      expect(JSON.stringify(outcome)).not.toContain('technical');
      expect(faults).toHaveLength(reported);
    });

    it('of a tool: its sentence is spoken and its cause is reported', async () => {
      const cause = new Error('socket');
      const { outcome, faults } = await outcomeOf(new SpokenFailure('unavailable', 'Not now.', { cause }));
      expect(outcome).toEqual({ ok: false, code: 'unavailable', message: 'Not now.' });
      expect(faults).toEqual([cause]);
    });

    it('of ours: an apology, and the error for operators', async () => {
      const bug = new TypeError('x is not a function');
      const { outcome, faults } = await outcomeOf(bug);
      expect(outcome).toMatchObject({ ok: false, code: 'failed' });
      expect(JSON.stringify(outcome)).not.toContain('function');
      expect(faults).toEqual([bug]);
    });

    it('thrown before the first await does not escape', async () => {
      const { registry } = registryOf(
        toolThat(() => {
          throw new Error('at once');
        }),
      );
      expect(await registry.run(callOf('probe', { client_id: 1 }), contextOf())).toMatchObject({ code: 'failed' });
    });
  });

  describe('time', () => {
    it('ends a tool that is too slow, and tells it', async () => {
      let told: AbortSignal | undefined;
      const slow = toolThat((_args, run) => {
        told = run.signal;
        return never();
      });
      const outcome = await registryOf(slow).registry.run(callOf('probe', { client_id: 1 }), contextOf());
      expect(outcome).toEqual({ ok: false, code: 'timeout', message: 'Too slow.' });
      expect(told?.aborted).toBe(true);
    });

    it('ends a read when its caller interrupts, and does not begin one after that', async () => {
      const stop = new AbortController();
      let begun = 0;
      const slow = toolThat(() => {
        begun += 1;
        return never();
      });
      const { registry } = registryOf(slow);
      const pending = registry.run(callOf('probe', { client_id: 1 }), contextOf('demo', stop.signal));
      stop.abort();
      expect(await pending).toMatchObject({ ok: false, code: 'cancelled' });
      expect(await registry.run(callOf('probe', { client_id: 1 }), contextOf('demo', stop.signal))).toMatchObject({
        code: 'cancelled',
      });
      expect(begun).toBe(1);
    });

    it('lets a write run to its end when its caller interrupts', async () => {
      const stop = new AbortController();
      const write = toolThat(async (_args, run) => {
        stop.abort();
        await Promise.resolve();
        return { ok: true, data: run.signal.aborted };
      }, 'write');
      const outcome = await registryOf(write).registry.run(
        callOf('probe', { client_id: 1 }),
        contextOf('demo', stop.signal),
      );
      expect(outcome).toEqual({ ok: true, data: false });
    });
  });

  describe('what changes something', () => {
    const written = { ok: true, data: 'written' } as const;
    const write = () => toolThat(() => Promise.resolve(written), 'write');

    it('runs by a yes only, and not when it has been taken back', async () => {
      const { registry } = registryOf(write());
      const call = callOf('probe', { client_id: 1 });
      const { consent: _none, ...unasked } = contextOf();
      expect(await registry.run(call, unasked)).toMatchObject({ ok: false, code: 'confirmation_required' });
      const takenBack = { ...unasked, consent: { number: 1, begin: () => false } };
      expect(await registry.run(call, takenBack)).toMatchObject({ ok: false, code: 'cancelled' });
      expect(await registry.run(call, contextOf())).toEqual(written);
    });

    it('cannot be asked about without words of its own, nor with bad arguments', async () => {
      const { registry } = registryOf(write());
      expect(await registry.readBack(callOf('probe', { client_id: 1 }), contextOf())).toMatchObject({ code: 'failed' });
      expect(await registry.readBack(callOf('probe', {}), contextOf())).toMatchObject({
        code: 'invalid_arguments',
      });
    });
  });
});
