import { after, reply, type Row, sound, timer, turn } from '../../../../test/support/turn-table.js';

const over = { type: 'reply.over', id: 'r1' } as const;

describe('silence', () => {
  it.each<[string, Row, string[]]>([
    ['is counted from the end of a reply', { state: { reply }, event: over }, ['idle 20000']],
    ['is not where the agent never asks', { options: { idlePromptMs: 0 }, state: { reply }, event: over }, []],
    ['is not while a turn is open', { state: { reply, turn: turn('well') }, event: over }, []],
    ['makes the agent ask', { event: timer('idle') }, ['response.started', 'start prompt']],
    [
      'does not when somebody has the floor',
      { options: { mode: 'vad' }, state: { callerSpeaking: true }, event: timer('idle') },
      [],
    ],
    [
      'is waited for longer where nobody may say that a sound is over',
      { options: { mode: 'provider' }, event: sound },
      ['speech.started', 'idle 45000'],
    ],
    [
      'makes the agent ask then too',
      { options: { mode: 'provider' }, state: { callerSpeaking: true }, event: timer('idle') },
      ['response.started', 'start prompt'],
    ],
    [
      'does not while words are there',
      { options: { mode: 'provider' }, state: { callerSpeaking: true, turn: turn('well') }, event: timer('idle') },
      [],
    ],
    [
      'makes it say goodbye in the end',
      { state: { prompts: 2 }, event: timer('idle') },
      ['response.started', 'start goodbye'],
    ],
    ['ends the call after that', { state: { reply: { ...reply, kind: 'goodbye' } }, event: over }, ['call.end']],
    ['is where news are told', { event: { type: 'news' } }, ['response.started', 'start report']],
    ['which wait for the floor', { state: { reply }, event: { type: 'news' } }, []],
    [
      'and are told when it is free',
      { state: { reply, news: true }, event: over },
      ['response.started', 'start report'],
    ],
    [
      'a caller who is not heard is told first',
      { state: { reply, news: true, unheard: true }, event: over },
      ['response.started', 'start unheard'],
    ],
    ['a dead reply’s end changes nothing', { state: { reply }, event: { type: 'reply.over', id: 'r9' } }, []],
  ])('%s', (_what, row, effects) => {
    expect(after(row).effects).toEqual(effects);
  });

  it('is counted anew when the caller has said something', () => {
    expect(after({ state: { prompts: 2 }, event: { type: 'transcript.partial', text: 'hello' } }).state.prompts).toBe(
      0,
    );
  });
});
