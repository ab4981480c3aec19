import { after, reply, type Row, settled, silence, timer, turn, words } from '../../../../test/support/turn-table.js';

const draft = { id: 'r1', text: 'what time is it' };
const open = { turn: turn('', 'what time is it') };

describe('a draft', () => {
  it.each<[string, Row, string[]]>([
    [
      'may start when words stand still',
      { event: words('what time is it') },
      ['transcript.partial', 'still 250', 'endpoint 4000'],
    ],
    ['starts then', { state: open, event: timer('still') }, ['draft.start']],
    ['does not on words that dangle', { state: { turn: turn('', 'send it to') }, event: timer('still') }, []],
    [
      'does not while the caller can be heard',
      { options: { mode: 'vad' }, state: { ...open, callerSpeaking: true }, event: timer('still') },
      [],
    ],
    [
      'starts on the recogniser’s hint',
      { state: open, event: { type: 'turn.eager', text: 'what time is it' } },
      ['draft.start'],
    ],
    [
      'not where it is switched off',
      { options: { speculate: false }, state: open, event: { type: 'turn.eager', text: 'what time is it' } },
      [],
    ],
    ['not beside a reply', { state: { ...open, reply }, event: { type: 'turn.eager', text: 'what time is it' } }, []],
    ['not beside another', { state: { ...open, draft }, event: { type: 'turn.eager', text: 'what time is it' } }, []],
    ['not too often', { state: { ...open, drafts: 3 }, event: { type: 'turn.eager', text: 'what time is it' } }, []],
    [
      'is void for other words',
      { state: { ...open, draft }, event: words('what time is it in rome') },
      ['transcript.partial', 'draft.discard', 'still 250', 'endpoint 4000'],
    ],
    [
      'is kept for the same',
      { state: { ...open, draft }, event: settled('What time is it?') },
      ['transcript.final', 'endpoint 4000'],
    ],
    [
      'is void when the caller goes on',
      { state: { ...open, draft }, event: { type: 'turn.resumed' } },
      ['draft.discard'],
    ],
    [
      'is void when the words were nobody’s',
      { state: { ...open, draft }, event: { type: 'transcript.retracted' } },
      ['draft.discard', 'idle 20000'],
    ],
    [
      'needs no guess where the client ends turns',
      { options: { mode: 'manual' }, event: words('what time is it') },
      ['transcript.partial'],
    ],
    [
      'is the answer to its own words',
      { state: { turn: turn('what time is it'), draft }, event: { type: 'turn.ended' } },
      ['turn.ended', 'response.started', 'start answer'],
    ],
    [
      'is not to others',
      { state: { turn: turn('what time was it'), draft }, event: { type: 'turn.ended' } },
      ['turn.ended', 'draft.discard', 'response.started', 'start answer'],
    ],
    [
      'is reconsidered when the sound stops',
      { options: { mode: 'vad' }, state: { ...open, callerSpeaking: true }, event: silence },
      ['speech.stopped', 'endpoint 350', 'still 250'],
    ],
  ])('%s', (_what, row, effects) => {
    expect(after(row).effects).toEqual(effects);
  });
});
