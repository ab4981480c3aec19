import type { LlmPart } from '../llm.port.js';
import { MessageMapper } from './map-event.js';

const start = (usage?: object): object => ({ type: 'message_start', message: { id: 'msg_1', usage } });
const block = (index: number, content_block: object): object => ({ type: 'content_block_start', index, content_block });
const delta = (index: number, content: object): object => ({ type: 'content_block_delta', index, delta: content });
const stopBlock = (index: number): object => ({ type: 'content_block_stop', index });
const finish = (stop_reason: string | null, usage?: object): object => ({
  type: 'message_delta',
  delta: { stop_reason },
  usage,
});
const stop = { type: 'message_stop' };

const text = (index: number, ...deltas: string[]): object[] => [
  block(index, { type: 'text', text: '' }),
  ...deltas.map((one) => delta(index, { type: 'text_delta', text: one })),
  stopBlock(index),
];
const call = (index: number, id: string, name: string, ...pieces: string[]): object[] => [
  block(index, { type: 'tool_use', id, name, input: {} }),
  ...pieces.map((partial_json) => delta(index, { type: 'input_json_delta', partial_json })),
  stopBlock(index),
];

function read(...events: object[]): (LlmPart | undefined)[] {
  const mapper = new MessageMapper('anthropic');
  const parts: (LlmPart | undefined)[] = events.flatMap((event) => mapper.map(event));
  return [...parts, mapper.end()];
}

const callsOf = (...events: object[]) =>
  read(...events).flatMap((part) => (part?.type === 'tool.call' ? [part.call] : []));

describe('events of a message', () => {
  it('give text at once, and the end last with all that was counted', () => {
    expect(
      read(
        start({ input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 5, output_tokens: 1 }),
        ...text(0, 'Hel', 'lo'),
        finish('end_turn', { output_tokens: 7 }),
        stop,
      ),
    ).toEqual([
      { type: 'text', delta: 'Hel' },
      { type: 'text', delta: 'lo' },
      { type: 'finished', reason: 'stop', usage: { inputTokens: 105, cachedInputTokens: 90, outputTokens: 7 } },
    ]);
  });

  it('have no end without message_stop, and none without a reason to stop', () => {
    expect(read(start(), ...text(0, 'Hel'), finish('end_turn')).at(-1)).toBeUndefined();
    expect(read(start(), ...text(0, 'Hel'), stop).at(-1)).toBeUndefined();
    expect(read(start(), ...text(0, 'Hel'), finish(null), stop).at(-1)).toBeUndefined();
  });

  it('give tool calls when the message is whole, text before them at once', () => {
    const mapper = new MessageMapper('anthropic');
    const before = [
      start(),
      ...text(0, 'One moment.'),
      ...call(1, 'toolu_1', 'one', '', '{"x"', ':1}'),
      ...call(2, 'toolu_2', 'two'),
    ].flatMap((event) => mapper.map(event));
    expect(before).toEqual([{ type: 'text', delta: 'One moment.' }]);
    expect([...mapper.map(finish('tool_use')), ...mapper.map(stop), mapper.end()]).toEqual([
      { type: 'tool.call', call: { id: 'toolu_1', name: 'one', arguments: '{"x":1}' } },
      { type: 'tool.call', call: { id: 'toolu_2', name: 'two', arguments: '{}' } },
      { type: 'finished', reason: 'tool_calls' },
    ]);
  });

  it('keep the arguments of calls apart that are written in turns', () => {
    expect(
      callsOf(
        start(),
        block(0, { type: 'tool_use', id: 'a', name: 'one', input: {} }),
        block(1, { type: 'tool_use', id: 'b', name: 'two', input: {} }),
        delta(1, { type: 'input_json_delta', partial_json: '{"y":' }),
        delta(0, { type: 'input_json_delta', partial_json: '{"x":1}' }),
        delta(1, { type: 'input_json_delta', partial_json: '2}' }),
        finish('tool_use'),
        stop,
      ).map((one) => one.arguments),
    ).toEqual(['{"x":1}', '{"y":2}']);
  });

  it('take arguments that come whole with the beginning of the call', () => {
    const whole = block(0, { type: 'tool_use', id: 'a', name: 'one', input: { x: 1 } });
    expect(callsOf(start(), whole, stopBlock(0), finish('tool_use'), stop)[0]?.arguments).toBe('{"x":1}');
  });

  it.each(['max_tokens', 'model_context_window_exceeded'])('leave out a call that %s has cut off', (reason) => {
    const parts = read(
      start(),
      ...call(0, 'a', 'one', '{}'),
      block(1, { type: 'tool_use', id: 'b', name: 'two', input: {} }),
      delta(1, { type: 'input_json_delta', partial_json: '{"x":' }),
      finish(reason),
      stop,
    );
    expect(parts).toEqual([
      { type: 'tool.call', call: { id: 'a', name: 'one', arguments: '{}' } },
      { type: 'finished', reason: 'length' },
    ]);
  });

  it('keep whole calls when the limit has cut off the text behind them', () => {
    const parts = callsOf(start(), ...call(0, 'a', 'one', '{}'), ...text(1, 'and the'), finish('max_tokens'), stop);
    expect(parts).toHaveLength(1);
  });

  it('run nothing of an answer that the model broke off to refuse', () => {
    expect(read(start(), ...text(0, 'Well'), ...call(1, 'a', 'one', '{}'), finish('refusal'), stop)).toEqual([
      { type: 'text', delta: 'Well' },
      { type: 'finished', reason: 'content_filter' },
    ]);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['something new', 'stop'],
  ])('say %s as %s', (reason, expected) => {
    expect(read(start(), ...text(0, 'Hi'), finish(reason), stop).at(-1)).toEqual({
      type: 'finished',
      reason: expected,
    });
  });

  it('do not speak thoughts, and take them for a sign of life', () => {
    const mapper = new MessageMapper('anthropic');
    const thoughts = [
      start(),
      block(0, { type: 'thinking', thinking: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
      delta(0, { type: 'signature_delta', signature: 'x' }),
      stopBlock(0),
    ];
    expect(thoughts.flatMap((event) => mapper.map(event))).toEqual([]);
    expect(mapper.hasToken).toBe(true);
    for (const event of text(1, 'Hi')) mapper.map(event);
    expect(mapper.hasToken).toBe(true);
  });

  it('pass over what is not known yet', () => {
    expect(
      read(
        { type: 'ping' },
        start(null as never),
        { type: 'message_mood', mood: 'calm' },
        block(0, { type: 'server_tool_use', id: 'x', name: 'web_search', input: {} }),
        ...text(1, 'Hi'),
        { type: 'content_block_delta', index: 1, delta: { type: 'citations_delta', citation: {} } },
        finish('end_turn', { output_tokens: null }),
        stop,
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'late' } },
      ),
    ).toEqual([
      { type: 'text', delta: 'Hi' },
      { type: 'finished', reason: 'stop' },
    ]);
  });

  it.each([
    ['an event without a type', {}],
    ['a delta without an index', { type: 'content_block_delta', delta: { type: 'text_delta', text: 'x' } }],
    ['a text that is none', delta(0, { type: 'text_delta', text: 5 })],
    ['a call without a name', block(0, { type: 'tool_use', id: 'a' })],
    ['arguments of a call that was not begun', delta(3, { type: 'input_json_delta', partial_json: '{}' })],
  ])('refuse %s', (_what, event) => {
    expect(() => read(start(), event)).toThrow(expect.objectContaining({ code: 'protocol', retryable: true }) as Error);
  });
});
