import type { LlmPart } from '../llm.port.js';
import { AnswerMapper } from './map-event.js';

const delta = (content: object, finish_reason: string | null = null): object => ({
  choices: [{ index: 0, delta: content, finish_reason }],
});
const calls = (...tool_calls: object[]): object => delta({ tool_calls });
const finish = (reason: string): object => delta({}, reason);

function read(...chunks: object[]): (LlmPart | undefined)[] {
  const mapper = new AnswerMapper('openai');
  const parts: (LlmPart | undefined)[] = chunks.flatMap((chunk) => mapper.map(chunk));
  return [...parts, mapper.end()];
}

const callParts = (...chunks: object[]) =>
  read(...chunks).flatMap((part) => (part?.type === 'tool.call' ? [part.call] : []));

describe('chunks of an answer', () => {
  it('give text at once and the end last', () => {
    expect(
      read(
        delta({ role: 'assistant', content: '' }),
        delta({ content: 'Hel' }),
        delta({ content: 'lo' }),
        finish('stop'),
        { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
      ),
    ).toEqual([
      { type: 'text', delta: 'Hel' },
      { type: 'text', delta: 'lo' },
      { type: 'finished', reason: 'stop', usage: { inputTokens: 3, outputTokens: 2 } },
    ]);
  });

  it('have no end without a finish_reason', () => {
    expect(read(delta({ content: 'Hel' })).at(-1)).toBeUndefined();
  });

  it('join the arguments of tool calls by index, interleaved', () => {
    expect(
      callParts(
        calls({ index: 0, id: 'a', type: 'function', function: { name: 'one', arguments: '' } }),
        calls({ index: 1, id: 'b', type: 'function', function: { name: 'two', arguments: '' } }),
        calls({ index: 0, function: { arguments: '{"x"' } }, { index: 1, function: { arguments: '{"y":2' } }),
        calls({ index: 1, function: { arguments: '}' } }, { index: 0, function: { arguments: ':1}' } }),
        finish('tool_calls'),
      ),
    ).toEqual([
      { id: 'a', name: 'one', arguments: '{"x":1}' },
      { id: 'b', name: 'two', arguments: '{"y":2}' },
    ]);
  });

  it('give the calls before the usage has come', () => {
    const mapper = new AnswerMapper('openai');
    mapper.map(calls({ index: 0, id: 'a', function: { name: 'one', arguments: '{}' } }));
    expect(mapper.map(finish('tool_calls'))).toHaveLength(1);
  });

  it('take whole calls in one delta, arguments as an object, and arguments that are missing', () => {
    expect(
      callParts(
        calls(
          { index: 0, id: 'a', function: { name: 'one', arguments: '{"x":1}' } },
          { index: 1, id: 'b', function: { name: 'two', arguments: { y: 2 } } },
          { index: 2, id: 'c', function: { name: 'three' } },
        ),
        finish('stop'),
      ).map((call) => call.arguments),
    ).toEqual(['{"x":1}', '{"y":2}', '{}']);
  });

  it('tell calls apart that all have the index 0, or none', () => {
    const named = (name: string, more: object) => ({ ...more, function: { name, arguments: '{}' } });
    const apart = (first: object, second: object) =>
      callParts(calls(named('one', first)), calls(named('two', second)), finish('tool_calls')).map(({ name }) => name);
    expect(apart({ index: 0, id: 'a' }, { index: 0, id: 'b' })).toEqual(['one', 'two']);
    expect(apart({ id: 'a' }, { id: 'b' })).toEqual(['one', 'two']);
    expect(apart({}, {})).toEqual(['one', 'two']);
  });

  it('do not take a name or an id that is repeated for a new call', () => {
    const repeated = { index: 0, id: 'a', function: { name: 'one', arguments: '{"x"' } };
    expect(
      callParts(calls(repeated), calls({ ...repeated, function: { name: 'one', arguments: ':1}' } }), finish('stop')),
    ).toEqual([{ id: 'a', name: 'one', arguments: '{"x":1}' }]);
  });

  it('make ids of their own where there are none', () => {
    const made = callParts(
      calls({ index: 0, function: { name: 'one' } }, { index: 1, function: { name: 'two' } }),
      finish('tool_calls'),
    ).map(({ id }) => id);
    expect(new Set(made).size).toBe(2);
    expect(made.every((id) => id !== '')).toBe(true);
  });

  it('leave out a call that the length limit has cut off', () => {
    expect(
      callParts(
        calls({ index: 0, id: 'a', function: { name: 'one', arguments: '{}' } }),
        calls({ index: 1, id: 'b', function: { name: 'two', arguments: '{"y":' } }),
        finish('length'),
      ).map(({ name }) => name),
    ).toEqual(['one']);
  });

  it.each([
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['tool_calls', 'stop'],
    ['something new', 'stop'],
  ])('say %s without calls as %s', (reason, expected) => {
    expect(read(delta({ content: 'Hi' }), finish(reason)).at(-1)).toEqual({ type: 'finished', reason: expected });
  });

  it.each(['reasoning_content', 'reasoning', 'thinking'])('have a token as soon as they think (%s)', (field) => {
    const mapper = new AnswerMapper('openai');
    mapper.map(delta({ [field]: '' }));
    expect(mapper.hasToken).toBe(false);
    expect(mapper.map(delta({ [field]: 'Hm.' }))).toEqual([]);
    expect(mapper.hasToken).toBe(true);
  });

  it('speak a refusal', () => {
    expect(read(delta({ refusal: 'I cannot.' }), finish('stop'))[0]).toEqual({ type: 'text', delta: 'I cannot.' });
  });

  it('tolerate what other servers send', () => {
    expect(
      read(
        {},
        { choices: null },
        { choices: [] },
        { choices: [{ delta: null }] },
        { choices: [{ delta: { content: null, tool_calls: null, reasoning_content: 'hm' }, finish_reason: '' }] },
        { choices: [{ delta: { content: 'Hi' } }], usage: null },
        finish('stop'),
        delta({ content: 'late' }),
      ),
    ).toEqual([
      { type: 'text', delta: 'Hi' },
      { type: 'finished', reason: 'stop' },
    ]);
  });
});
