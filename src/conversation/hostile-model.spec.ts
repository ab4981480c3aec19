import { MAX_RESULT_CHARS } from '../bounds/texts.port.js';
import { fakeCall, type FakeTool } from '../../test/fakes/call.js';
import { calls, says, type Script } from '../../test/fakes/providers.js';
import type { LlmPart } from '../llm/llm.port.js';

// What models have been seen to do to a call: whatever it is, the caller hears something true, and it has an end.

const tools: Record<string, FakeTool> = { look: { effect: 'read', run: () => Promise.resolve({ ok: true, data: 7 }) } };

async function reply(script: Script, ms = 20_000) {
  const call = fakeCall({ script, tools, turn: { idlePromptMs: 0 } });
  call.conversation.submitText('So?');
  await call.clock.advance(ms);
  return { call, text: call.last('response.completed')?.text ?? '', spoken: call.voice.spoken.join(' ') };
}

const text = (delta: string): LlmPart => ({ type: 'text', delta });
const finished = (reason: 'stop' | 'length' | 'content_filter'): LlmPart => ({ type: 'finished', reason });
const WORDLESS = 'I have no words for that.';

describe('a model that says nothing', () => {
  it.each(['', '\n', ' ', '...', '😀', '```\nx = 1\n```', '|---|---|', '**', '—'])('%j', async (nothing) => {
    const { call, spoken } = await reply(() => [text(nothing), finished('stop')]);
    expect(spoken).toBe(WORDLESS);
    expect(call.model.requests).toHaveLength(2);
    expect(call.model.requests[1]?.messages.at(-1)).toMatchObject({ role: 'system' });
  });

  it('may find its words when it is asked once more', async () => {
    let asked = 0;
    const { spoken } = await reply(() => ((asked += 1) === 1 ? [finished('stop')] : says('It is seven.')));
    expect(spoken).toBe('It is seven.');
  });

  it('promises something, looks, and says nothing of it', async () => {
    const { spoken, call } = await reply(({ messages }) =>
      messages.at(-1)?.role === 'user'
        ? [text('One moment.'), ...calls({ id: 'a', name: 'look', args: {} })]
        : [text('\n'), finished('stop')],
    );
    expect(spoken).toBe(`One moment. ${WORDLESS}`);
    expect(call.model.requests).toHaveLength(3);
  });
});

it('ends a loop of tools with one true sentence, and says "One moment." once', async () => {
  const { spoken, call } = await reply(({ messages }) => [
    text('One moment.'),
    ...calls({ id: `a${messages.length}`, name: 'look', args: {} }),
  ]);
  expect(spoken).toBe(`One moment. ${WORDLESS}`);
  expect(call.model.requests).toHaveLength(6);
});

describe('an answer that was cut', () => {
  it.each<[string, readonly LlmPart[], string]>([
    [
      'by its length',
      [text('You spent ten dollars. That is more than'), finished('length')],
      'You spent ten dollars. Shall I go on?',
    ],
    [
      'by its length, behind a sentence',
      [text('You spent ten dollars.'), finished('length')],
      'You spent ten dollars. Shall I go on?',
    ],
    ['in its first sentence', [text('You spent ten dol'), finished('length')], 'You spent ten… Shall I go on?'],
    ['before its first word', [finished('length')], WORDLESS],
    [
      'by a filter',
      [text('You spent ten dollars. '), finished('content_filter')],
      'You spent ten dollars. I cannot say more about that.',
    ],
    ['by a filter, at once', [finished('content_filter')], 'I cannot say more about that.'],
  ])('%s', async (_how, parts, said) => {
    const { text: written, spoken } = await reply(() => parts);
    expect(spoken).toBe(said.replace('…', '...'));
    expect(written).toBe(said);
  });

  it.each([1, 7, 1_000_000])('at the limit of a reply, in deltas of %i', async (size) => {
    const long = 'All is well today. '.repeat(60_000).slice(0, 1_000_000);
    const { text: written } = await reply(function* () {
      for (let at = 0; at < long.length; at += size) yield text(long.slice(at, at + size));
      yield finished('stop');
    }, 600_000);
    expect(written).toMatch(/^(All is well today\. )+Shall I go on\?$/);
    expect(written.length).toBeLessThan(6100);
  });
});

it('is bridged within three seconds when its first word takes long', async () => {
  const gate = Promise.withResolvers<void>();
  const { call } = await reply(async function* () {
    await gate.promise;
    yield* says('Here I am.');
  }, 2900);
  expect(call.voice.spoken).toEqual(['One moment.']);
  gate.resolve();
  await call.clock.advance(5000);
  expect(call.last('response.completed')).toMatchObject({ text: 'One moment. Here I am.' });
});

it('is told once what was wrong with a call, and then has no tools', async () => {
  const { call, spoken } = await reply(({ tools: offered }) =>
    offered.length === 0
      ? says('I cannot find that.')
      : [
          { type: 'tool.call', call: { id: 'a', name: 'look', arguments: '{}', fault: 'That was no JSON.' } },
          { type: 'finished', reason: 'tool_calls' },
        ],
  );
  expect(spoken).toBe('I cannot find that.');
  expect(call.tools.ran).toEqual([]);
  expect(call.model.requests.map(({ tools: offered }) => offered.length)).toEqual([1, 1, 0]);
  expect(call.model.requests[1]?.messages.at(-1)).toMatchObject({
    role: 'tool',
    content: expect.stringContaining('That was no JSON. Nothing was done.') as string,
  });
  expect(JSON.stringify(call.output.log)).not.toContain('JSON');
});

it.each([1000, 40_000, 1_000_000])('is told of a result of %i characters as much as it can read', async (size) => {
  const data = [{ quoted: '"\u0007\\'.repeat(size / 4) }];
  const call = fakeCall({
    script: ({ messages }) =>
      messages.at(-1)?.role === 'tool' ? says('There is a lot.') : calls({ id: 'a', name: 'look', args: {} }),
    tools: { look: { effect: 'read', run: () => Promise.resolve({ ok: true, data }) } },
    turn: { idlePromptMs: 0 },
  });
  call.conversation.submitText('So?');
  await call.clock.advance(5000);
  expect(call.voice.spoken).toEqual(['There is a lot.']);
  const told = call.model.requests.at(-1)?.messages.at(-1);
  const content = told?.role === 'tool' ? told.content : '';
  expect(content.length).toBeLessThanOrEqual(MAX_RESULT_CHARS);
  const { beginning, ...rest } = JSON.parse(content) as { beginning?: string; note?: string; data?: unknown };
  if (size === 1000) expect(rest).toEqual({ ok: true, data });
  else {
    expect(rest.note).toMatch(/too long/);
    expect(JSON.stringify(data).startsWith(beginning ?? '-')).toBe(true);
  }
});
