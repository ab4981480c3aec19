import { after, reply, type Row, silence, timer } from '../../../../test/support/turn-table.js';

const held = { reply: { ...reply, paused: true } };

describe('a held reply', () => {
  it.each<[string, Row, string[]]>([
    [
      'waits a little for words after the sound',
      { state: { ...held, callerSpeaking: true }, event: silence },
      ['speech.stopped', 'pause 600'],
    ],
    ['goes on when none come', { state: held, event: timer('pause') }, ['response.resumed', 'reply.resume']],
    [
      'goes on though nobody said that the sound is over',
      { state: { ...held, callerSpeaking: true }, event: timer('pause') },
      ['response.resumed', 'reply.resume'],
    ],
    [
      'ends where a sound goes on that is known to',
      { options: { mode: 'vad' }, state: { ...held, callerSpeaking: true }, event: timer('pause') },
      ['reply.interrupt'],
    ],
    ['is not held any more when the timer comes late', { state: { reply }, event: timer('pause') }, []],
    [
      'goes on when the caller cannot be heard',
      { state: { ...held, callerSpeaking: true }, event: { type: 'hearing.lost' } },
      ['response.resumed', 'reply.resume'],
    ],
    [
      'goes on when the input is cleared',
      { state: held, event: { type: 'input.cleared' } },
      ['recognition.reset', 'response.resumed', 'reply.resume'],
    ],
  ])('%s', (_what, row, effects) => {
    expect(after(row).effects).toEqual(effects);
  });

  it('forgets a sound whose end nobody reported', () => {
    expect(after({ state: { ...held, callerSpeaking: true }, event: timer('pause') }).state.callerSpeaking).toBe(false);
  });
});
