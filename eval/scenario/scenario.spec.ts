import { loadScenarios } from './load.js';
import { matches } from './pattern.js';
import { readScenarios } from './scenario.schema.js';
import { parseDuration, parseMoment, parseSpan } from './times.js';

describe('a moment', () => {
  it.each([
    ['response.started + 400 ms', { kind: 'event', event: 'response.started', offsetMs: 400 }],
    ['turn.ended #2', { kind: 'event', event: 'turn.ended', nth: 2, offsetMs: 0 }],
    ['word 3', { kind: 'word', word: 3, offsetMs: 0 }],
    ['last word + 50 ms', { kind: 'word', word: 'last', offsetMs: 50 }],
    ['heard 1.5 s', { kind: 'heard', ms: 1500, offsetMs: 0 }],
    ['+ 1 s', { kind: 'previous', offsetMs: 1000 }],
  ])('is %j', (text, moment) => {
    expect(parseMoment(text)).toEqual(moment);
  });

  it.each(['', 'later', 'word', 'word x', 'heard it', 'response.begun + 1 s', 'response.started + soon'])(
    'is not %j',
    (text) => {
      expect(parseMoment(text)).toBeUndefined();
    },
  );
});

it('reads durations and spans', () => {
  expect(parseDuration('400 ms')).toBe(400);
  expect(parseDuration('1.5 s')).toBe(1500);
  expect(parseDuration('400')).toBeUndefined();
  expect(parseSpan('800 ms of caller.stopped')).toEqual({ ms: 800, of: 'caller.stopped' });
  expect(parseSpan('800 ms')).toEqual({ ms: 800 });
  expect(parseSpan('800 ms of nothing')).toBeUndefined();
});

describe('a pattern', () => {
  it.each([
    ['what are your fees', 'What are your fees?', true],
    ['what are your fees', 'what were your fees', false],
    ['/^client 5001.*ada/', 'Client 5001, Ada Park', true],
    ['/ada/', 17, false],
    [{ name: 'send', arguments: { id: 5001 } }, { name: 'send', arguments: { id: 5001, to: 'x' }, more: 1 }, true],
    [{ arguments: { id: 5001 } }, { arguments: { id: 5002 } }, false],
    [[1, 2], [1, 2, 3], false],
    [true, false, false],
  ])('%j, %j: %j', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });
});

describe('a scenario file', () => {
  const file = (scenario: object) => ({
    about: 'x',
    scenarios: { one: { about: 'x', kind: 'scripted', turns: 0, ...scenario } },
  });
  const faults = (content: unknown): string[] => {
    const read = readScenarios(content);
    return 'faults' in read ? read.faults : [];
  };

  it('is read with its defaults', () => {
    expect(readScenarios(file({ caller: [{ say: 'hello' }], expect: ['turn.ended'] }))).toMatchObject({
      scenarios: {
        one: {
          voice: 'rms',
          linger: 300,
          interruptions: 0,
          recogniser: { word: 120, final: 250, endpointing: true },
          expect: [{ event: 'turn.ended' }],
        },
      },
    });
  });

  it.each([
    ['a step that is none', { caller: [{ shout: 'hello' }] }, /^scenarios\.one\.caller\[0\]: must be one of say, type/],
    [
      'a moment that is none',
      { caller: [{ say: 'x', at: 'later' }] },
      /caller\[0\]\.at: cannot read "later"; say it like/,
    ],
    [
      'an event that is none',
      { expect: [{ 'turn.begun': 'x' }] },
      /expect\[0\]: "turn\.begun" must be one event: .*turn\.ended/,
    ],
    [
      'two events at once',
      { expect: [{ 'turn.ended': 'x', error: 'y' }] },
      /expect\[0\]: "turn\.ended", "error" must be one event/,
    ],
    [
      'a time without a unit',
      { expect: [{ 'turn.ended': 'x', within: '400' }] },
      /expect\[0\]\.within: cannot read "400"/,
    ],
    ['an unknown key', { trun: 1 }, /trun/],
    ['a broken expression', { spoken: ['/(/'] }, /spoken\[0\]: is not a regular expression/],
    ['a model line that does nothing', { model: [{ when: 'x' }] }, /model\[0\]: needs a reply or a call/],
  ])('is refused with one line for %s', (_, scenario, line) => {
    const found = faults(file(scenario));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(line);
  });
});

it('reads every scenario of the repository', () => {
  const scenarios = loadScenarios();
  expect(scenarios.length).toBeGreaterThanOrEqual(40);
});
