import { after, reply, type Row, settled, sound, timer, turn, words } from '../../../../test/support/turn-table.js';

const options = { mode: 'vad', speculate: false } as const;
const paused = { ...reply, paused: true };

describe('an interruption', () => {
  it.each<[string, Row, string[]]>([
    [
      'a sound holds the reply',
      { options, state: { reply }, event: sound },
      ['speech.started', 'reply.pause', 'response.paused', 'pause 2500'],
    ],
    [
      'no sound holds one that must not be interrupted',
      { options: { ...options, interruptible: false }, state: { reply }, event: sound },
      ['speech.started'],
    ],
    [
      'nor one in push to talk',
      { options: { ...options, mode: 'manual' }, state: { reply }, event: sound },
      ['speech.started'],
    ],
    [
      'settled words end it',
      { options, state: { reply: paused, callerSpeaking: true }, event: settled('stop') },
      ['transcript.final', 'reply.interrupt'],
    ],
    [
      'guesses hold it for their time',
      { options, state: { reply, callerSpeaking: true }, event: words('stop that') },
      ['transcript.partial', 'reply.pause', 'response.paused', 'pause 2500', 'interruption 300'],
    ],
    [
      'more guesses do not begin it anew',
      {
        options,
        state: { reply: paused, callerSpeaking: true, guessing: true, turn: turn('', 'stop') },
        event: words('stop that'),
      },
      ['transcript.partial', 'pause 2500'],
    ],
    [
      'guesses that stood end it',
      {
        options,
        state: { reply: paused, callerSpeaking: true, guessing: true, turn: turn('', 'stop that') },
        event: timer('interruption'),
      },
      ['reply.interrupt'],
    ],
    [
      'a lone word is given more time',
      {
        options,
        state: { reply: paused, callerSpeaking: true, guessing: true, turn: turn('', 'stop') },
        event: timer('interruption'),
      },
      ['interruption 500'],
    ],
    [
      'and ends it then',
      {
        options,
        state: { reply: paused, callerSpeaking: true, guessing: 'lone', turn: turn('', 'stop') },
        event: timer('interruption'),
      },
      ['reply.interrupt'],
    ],
    [
      'guesses end it at once where they are given no time',
      { options: { ...options, interruptionMs: 0 }, state: { reply, callerSpeaking: true }, event: words('stop') },
      ['transcript.partial', 'reply.interrupt'],
    ],
    [
      'a backchannel does not',
      { options, state: { reply: paused, callerSpeaking: true }, event: settled('uh-huh') },
      ['transcript.final'],
    ],
    [
      'unless it answers a question',
      { options, state: { reply: { ...paused, question: true }, callerSpeaking: true }, event: settled('okay') },
      ['transcript.final', 'reply.interrupt'],
    ],
    [
      'or comes before the reply is heard',
      { options, state: { reply: { ...reply, audible: false }, callerSpeaking: true }, event: settled('okay') },
      ['transcript.final', 'reply.interrupt'],
    ],
    [
      'fewer words than asked for do not',
      {
        options: { ...options, minInterruptionWords: 2 },
        state: { reply, callerSpeaking: true },
        event: settled('stop'),
      },
      ['transcript.final'],
    ],
    [
      'words over one that must not be interrupted are nobody’s',
      { options: { ...options, interruptible: false }, state: { reply }, event: settled('stop') },
      [],
    ],
    [
      'a turn that only accompanied it is not answered',
      {
        options: { ...options, mode: 'provider' },
        state: { reply: paused, turn: turn('uh-huh') },
        event: { type: 'turn.ended' },
      },
      ['response.resumed', 'reply.resume'],
    ],
    [
      'the client cancels it',
      { options, state: { reply }, event: { type: 'response.cancelled' } },
      ['reply.interrupt', 'idle 20000'],
    ],
  ])('%s', (_what, row, effects) => {
    expect(after(row).effects).toEqual(effects);
  });
});
