import {
  after,
  reply,
  type Row,
  settled,
  silence,
  sound,
  timer,
  turn,
  words,
} from '../../../../test/support/turn-table.js';

const vad = { mode: 'vad', speculate: false } as const;
const provider = { mode: 'provider', speculate: false } as const;
const manual = { mode: 'manual', speculate: false } as const;

describe('the end of a turn', () => {
  it.each<[string, Row, string[]]>([
    [
      'the recogniser ends it',
      { options: provider, state: { turn: turn('hello there') }, event: { type: 'turn.ended' } },
      ['turn.ended', 'response.started', 'start answer'],
    ],
    [
      'its silence is for a recogniser that never does',
      { options: provider, event: settled('hello there') },
      ['transcript.final', 'endpoint 4000'],
    ],
    [
      'guesses that never settled are taken back',
      { options: provider, state: { turn: turn('', 'hello') }, event: { type: 'turn.ended' } },
      ['idle 20000'],
    ],
    [
      'the recogniser has no say where silence ends turns',
      { options: vad, state: { turn: turn('hello there') }, event: { type: 'turn.ended' } },
      [],
    ],
    [
      'nor where the client does',
      { options: manual, state: { turn: turn('hello there') }, event: { type: 'turn.ended' } },
      [],
    ],
    [
      'short silence after whole words',
      { options: vad, state: { callerSpeaking: true, turn: turn('a table for three') }, event: silence },
      ['speech.stopped', 'endpoint 350'],
    ],
    [
      'long silence after words that dangle',
      { options: vad, state: { callerSpeaking: true, turn: turn('send it to') }, event: silence },
      ['speech.stopped', 'endpoint 1400'],
    ],
    [
      'in between in half a number',
      { options: vad, state: { callerSpeaking: true, turn: turn('client five zero') }, event: silence },
      ['speech.stopped', 'endpoint 1085'],
    ],
    [
      'words that come after the sound count anew',
      { options: vad, state: { turn: turn('send it to') }, event: settled('anna') },
      ['transcript.final', 'endpoint 350'],
    ],
    [
      'no silence while the caller speaks',
      { options: vad, state: { callerSpeaking: true }, event: words('hello') },
      ['transcript.partial'],
    ],
    [
      'silence that lasted settles the words first',
      { options: vad, state: { turn: turn('hello') }, event: timer('endpoint') },
      ['recognition.finalize', 'commit 3000'],
    ],
    [
      'a late timer does nothing while the caller speaks again',
      { options: vad, state: { callerSpeaking: true, turn: turn('hello') }, event: timer('endpoint') },
      [],
    ],
    ['a sound stops the wait', { options: vad, state: { turn: turn('hello') }, event: sound }, ['speech.started']],
    [
      'no silence ends a turn that the client ends',
      { options: manual, event: settled('hello there') },
      ['transcript.final'],
    ],
    [
      'the client ends it',
      { options: manual, state: { turn: turn('hello') }, event: { type: 'input.committed' } },
      ['recognition.finalize', 'commit 3000'],
    ],
    [
      'once',
      { options: manual, state: { committing: true, turn: turn('hello') }, event: { type: 'input.committed' } },
      [],
    ],
    [
      'the recogniser has settled what was committed',
      { options: manual, state: { committing: true, turn: turn('hello') }, event: { type: 'turn.ended' } },
      ['turn.ended', 'response.started', 'start answer'],
    ],
    [
      'or has taken too long for it',
      { options: manual, state: { committing: true, turn: turn('', 'hello') }, event: timer('commit') },
      ['turn.ended', 'response.started', 'start answer'],
    ],
    [
      'what was answered before it settled is no turn of its own',
      { options: manual, state: { reply, unsettled: 'hello' }, event: settled('Hello.') },
      [],
    ],
    [
      'other words that settle late are',
      { options: manual, state: { unsettled: 'hello' }, event: settled('hello there') },
      ['transcript.final'],
    ],
    ['nothing was said', { options: manual, state: { committing: true }, event: timer('commit') }, ['idle 20000']],
    [
      'typed text is a turn, and ends a reply',
      { options: manual, state: { reply }, event: { type: 'text.submitted', text: 'hi' } },
      ['reply.interrupt', 'turn.ended', 'response.started', 'start answer'],
    ],
  ])('%s', (_what, row, effects) => {
    expect(after(row).effects).toEqual(effects);
  });

  it('knows what was answered before it settled, until the caller speaks again', () => {
    const late = after({
      options: manual,
      state: { committing: true, turn: turn('so', 'hello') },
      event: timer('commit'),
    }).state;
    expect(late.unsettled).toBe('hello');
    expect(after({ state: late, event: sound }).state.unsettled).toBe('');
    expect(after({ options: manual, state: late, event: settled('hello') }).state.unsettled).toBe('');
  });
});
