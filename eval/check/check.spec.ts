// A check that cannot fail is none: each is shown a call that is right and one that is not.
import { CallLog } from '../call/call-log.js';
import type { CallEvent } from '../scenario/events.js';
import { RecordingVoice } from '../script/recording-voice.js';
import { PROBE } from '../script/scripted-model.js';
import { RATE, spellingVoice } from '../script/spelling.js';
import { checkContext } from './context.js';
import { checkBans, checkCounts, checkExpectations } from './expectations.js';
import { checkInvariants } from './invariants.js';
import { tallyOf } from './tally.js';

/** A log of events at these times, ms. */
function logOf(...events: [atMs: number, event: CallEvent][]): CallLog {
  const log = new CallLog(0);
  for (const [atMs, event] of events) log.add(event, atMs);
  return log;
}

const said = (atMs: number, text: string): [number, CallEvent][] => [
  [atMs, { type: 'caller.speaks', text }],
  [atMs + 500, { type: 'caller.stopped', text }],
];
const ended = (atMs: number, turnId: string, text: string): [number, CallEvent] => [
  atMs,
  { type: 'turn.ended', turnId, text },
];
const began = (atMs: number, responseId: string, turnId: string): [number, CallEvent] => [
  atMs,
  { type: 'response.started', responseId, turnId },
];
const audio = (atMs: number, responseId: string): [number, CallEvent] => [atMs, { type: 'response.audio', responseId }];
const cut = (atMs: number, responseId: string, heardText = ''): [number, CallEvent] => [
  atMs,
  { type: 'response.interrupted', responseId, heardText },
];

describe('expectations', () => {
  const { events } = logOf(...said(0, 'hello'), ended(700, 't1', 'hello'), began(710, 'r1', 't1'), audio(1500, 'r1'));
  const slack = { slack: 1 };

  it('are met in their order and in time', () => {
    const expected = [
      { event: 'turn.ended', pattern: 'Hello!' },
      { event: 'response.audio', pattern: undefined, within: { ms: 1000, of: 'caller.stopped' } },
    ] as const;
    expect(checkExpectations(expected, events, slack)).toEqual([]);
  });

  it('say what did not come, and what did', () => {
    const expected = [
      { event: 'response.started', pattern: undefined },
      { event: 'turn.ended', pattern: undefined },
    ] as const;
    expect(checkExpectations(expected, events, slack)).toEqual([
      'expected turn.ended after response.started at 710 ms; none came',
    ]);
    expect(checkExpectations([{ event: 'turn.ended', pattern: 'bye' }], events, slack)).toEqual([
      'expected turn.ended bye; came: 700 ms: hello',
    ]);
  });

  it('say what came late or early', () => {
    const late = { event: 'response.audio', pattern: undefined, within: { ms: 800, of: 'caller.stopped' } } as const;
    expect(checkExpectations([late], events, slack)).toEqual([
      'response.audio came 1000 ms after caller.stopped, not within 800 ms',
    ]);
    expect(checkExpectations([late], events, { slack: 2 })).toEqual([]);
    const early = { event: 'turn.ended', pattern: undefined, notBefore: { ms: 300, of: 'caller.stopped' } } as const;
    expect(checkExpectations([early], events, slack)).toEqual([
      'turn.ended came 200 ms after caller.stopped, not after 300 ms',
    ]);
  });

  it('count and forbid', () => {
    expect(checkCounts({ 'turn.ended': 1 }, events)).toEqual([]);
    expect(checkCounts({ 'turn.ended': 2 }, events)).toEqual(['turn.ended came 1 times, not 2']);
    expect(checkBans([{ event: 'turn.ended', pattern: 'bye' }], events)).toEqual([]);
    expect(checkBans([{ event: 'turn.ended', pattern: undefined, after: 'response.started' }], events)).toEqual([]);
    expect(checkBans([{ event: 'turn.ended', pattern: undefined }], events)).toEqual([
      'turn.ended must not come; it came at 700 ms: hello',
    ]);
  });
});

describe('the tally', () => {
  const one = { turns: 1, interruptions: 0 };

  it('counts an answer and its time', () => {
    const log = logOf(...said(0, 'hello'), ended(700, 't1', 'hello'), began(710, 'r1', 't1'), audio(900, 'r1'));
    expect(tallyOf(log, one)).toEqual({
      turns: 1,
      answers: 1,
      missedTurns: 0,
      doubleAnswers: 0,
      falseCutOffs: 0,
      responseMs: [400],
    });
  });

  it('counts what was missed, doubled and cut off', () => {
    expect(tallyOf(logOf(...said(0, 'hello')), one)).toMatchObject({ answers: 0, missedTurns: 1 });
    const twice = logOf(began(1, 'r1', 't1'), audio(2, 'r1'), cut(3, 'r1'), began(4, 'r2', 't2'), audio(5, 'r2'));
    expect(tallyOf(twice, one)).toMatchObject({ answers: 2, doubleAnswers: 1, falseCutOffs: 1 });
    // Nothing of it was heard: the caller had only gone on.
    const unheard = logOf(began(1, 'r1', 't1'), cut(3, 'r1'), began(4, 'r2', 't2'), audio(5, 'r2'));
    expect(tallyOf(unheard, one)).toMatchObject({ answers: 1, doubleAnswers: 0, falseCutOffs: 0 });
    const early = logOf(...said(0, 'a long sentence'), ended(300, 't1', 'a long'));
    expect(tallyOf(early, one)).toMatchObject({ falseCutOffs: 1 });
  });
});

describe('what holds in every call', () => {
  const speak = async (voice: RecordingVoice, text: string): Promise<Uint8Array[]> => {
    const chunks: Uint8Array[] = [];
    await new Promise<void>((resolve) => {
      const stream = voice.open({ voice: '', language: 'en', sampleRate: RATE }, (event) => {
        if (event.type === 'audio') chunks.push(event.chunk);
        if (event.type === 'ended') resolve();
      });
      stream.speak(0, text);
      stream.end();
    });
    return chunks;
  };
  const asSamples = (chunk: Uint8Array) => new Int16Array(chunk.slice().buffer);

  it('is that a reply is heard whole, once', async () => {
    const voice = new RecordingVoice(spellingVoice());
    const chunks = await speak(voice, 'Nothing is lost.');
    const log = logOf([1, { type: 'playback.finished', responseId: 'r1' }]);
    const response = log.response('r1');
    response.chunks.push(...chunks);
    response.heard.push(...chunks.map(asSamples));
    expect(checkInvariants(log, [voice], false)).toEqual([]);
    response.heard.push(asSamples(chunks[0] ?? new Uint8Array()));
    expect(checkInvariants(log, [voice], false)).toEqual([expect.stringMatching(/^r1 was not heard as it came/)]);
    response.heard.pop();
    response.chunks.pop();
    response.heard.pop();
    expect(checkInvariants(log, [voice], false)).toEqual([
      expect.stringMatching(/^the audio of r1 is not what the voice spoke: "Nothing/),
    ]);
  });

  it('is that what is kept of a reply is what was heard of it', async () => {
    const voice = new RecordingVoice(spellingVoice());
    const chunks = await speak(voice, 'one two three four five six');
    const check = (heardText: string): string[] => {
      const delta = 'one two three four five six';
      const log = logOf([1, { type: 'response.text', responseId: 'r1', delta }], cut(2000, 'r1', heardText));
      // "one two three": 13 characters of about 26 ms; of "four" no more than the tail could be missing.
      Object.assign(log.response('r1'), { chunks, heardMs: 340 });
      return checkInvariants(log, [voice], false);
    };
    expect(check('one two three')).toEqual([]);
    expect(check('one two three four five six')).toEqual([
      'of r1 the caller heard "... one two three", kept was "one two three four five six"',
    ]);
    expect(check('')).toEqual(['of r1 the caller heard "... one two three", kept was ""']);
  });

  it('is that nothing goes wrong unsaid', () => {
    const log = logOf([1, { type: 'error', code: 'llm_failed', message: 'No answer.', fatal: false }]);
    log.ignored.push('a strange frame');
    expect(checkInvariants(log, [], false)).toEqual([
      'the client did not understand: a strange frame',
      'error llm_failed: No answer.',
    ]);
  });
});

describe('the context', () => {
  const messages = [
    { role: 'system', text: 'Be kind.' },
    { role: 'user', text: 'what are your fees' },
    { role: 'assistant', text: 'A standard account', interrupted: true },
    { role: 'user', text: PROBE },
  ] as const;

  it('is compared message by message', () => {
    const right = [{ user: 'What are your fees?' }, { assistant: 'a standard account', interrupted: true }];
    expect(checkContext(right, ['dollars'], messages)).toEqual([]);
    expect(checkContext([{ user: 'what are your fees' }], [], messages)).toEqual([
      expect.stringMatching(/^the context's message 2 should be absent, it is/),
    ]);
    expect(checkContext([{ user: 'x' }, { assistant: 'y', interrupted: true }], [], messages)).toEqual([
      expect.stringMatching(/^the context's message 1 should be/),
    ]);
    expect(checkContext(undefined, ['standard'], messages)).toEqual(['the context must not hold standard']);
  });
});
