import { after, reply, type Row, settled, sound, timer, turn, words } from '../../../../test/support/turn-table.js';

const attended = { by: 'boss', says: [] };
const waiting = { id: 't1', text: 'my money' };
const tookOver = { type: 'supervisor.took_over', by: 'boss' } as const;
const gaveBack = { type: 'supervisor.gave_back' } as const;
const says = { type: 'supervisor.says', text: 'One moment.' } as const;
const provider = { mode: 'provider' } as const;

describe('a call that a person takes over', () => {
  it.each<[string, Row, string[]]>([
    [
      'hears nothing more of the agent',
      { state: { reply }, event: tookOver },
      ['supervisor.changed', 'reply.interrupt', 'question.withdraw', 'idle 120000'],
    ],
    [
      'hears a disclosure to its end',
      { state: { reply: { ...reply, kind: 'disclosure' } }, event: tookOver },
      ['supervisor.changed', 'question.withdraw'],
    ],
    [
      'is not greeted after that',
      {
        state: { attended, reply: { ...reply, kind: 'disclosure' }, disclosing: { greet: true, tries: 1 } },
        event: { type: 'reply.over', id: 'r1' },
      },
      ['idle 120000'],
    ],
    [
      'has no draft',
      { state: { draft: { id: 'r2', text: 'well' }, turn: turn('well') }, event: tookOver },
      ['supervisor.changed', 'draft.discard', 'question.withdraw'],
    ],
    [
      'and gets none',
      { options: provider, state: { attended, turn: turn('well') }, event: { type: 'turn.eager', text: 'well' } },
      [],
    ],
    ['is taken over once', { state: { attended }, event: { ...tookOver, by: 'other' } }, []],
    [
      'tells its turns, and nobody answers them',
      { options: provider, state: { attended, turn: turn('my money') }, event: { type: 'turn.ended' } },
      ['turn.ended', 'idle 120000'],
    ],
    [
      'remembers one after the other',
      { state: { attended: { ...attended, waiting } }, event: { type: 'text.submitted', text: 'now' } },
      ['turn.ended', 'turn.note', 'idle 120000'],
    ],
    ['is told no news', { state: { attended }, event: { type: 'news' } }, ['idle 120000']],
    ['is asked nothing', { state: { attended, reply }, event: { type: 'reply.over', id: 'r1' } }, ['idle 120000']],
    [
      'hears what the person says',
      { state: { attended: { ...attended, waiting } }, event: says },
      ['turn.note', 'response.started', 'start supervisor'],
    ],
    ['which waits for the reply before it', { state: { attended, reply }, event: says }, []],
    [
      'and is said then',
      { state: { attended: { ...attended, says: ['One moment.'] }, reply }, event: { type: 'reply.over', id: 'r1' } },
      ['response.started', 'start supervisor'],
    ],
    ['and for the caller to finish', { state: { attended, turn: turn('well') }, event: says }, []],
    [
      'and is said then',
      {
        options: provider,
        state: { attended: { ...attended, says: ['One moment.'] }, turn: turn('my money') },
        event: { type: 'turn.ended' },
      },
      ['turn.ended', 'turn.note', 'response.started', 'start supervisor'],
    ],
    [
      'but not for a sound',
      { state: { attended, callerSpeaking: true }, event: says },
      ['response.started', 'start supervisor'],
    ],
    [
      'may talk over it',
      { state: { attended, reply: { ...reply, kind: 'supervisor' }, callerSpeaking: true }, event: settled('stop it') },
      ['transcript.final', 'still 250', 'reply.interrupt', 'endpoint 4000'],
    ],
    [
      'waits longer for words after a sound',
      { options: provider, state: { attended }, event: sound },
      ['speech.started', 'idle 120000'],
    ],
    ['says nothing for whoever has not taken it over', { event: says }, []],
    ['is the agent’s again', { state: { attended }, event: gaveBack }, ['supervisor.changed', 'idle 20000']],
    [
      'who answers what was not answered',
      { state: { attended: { ...attended, waiting } }, event: gaveBack },
      ['supervisor.changed', 'response.started', 'start answer'],
    ],
    [
      'once the caller has finished',
      { state: { attended: { ...attended, waiting }, turn: turn('well') }, event: gaveBack },
      ['supervisor.changed', 'turn.note'],
    ],
    [
      'and tells what there is to tell',
      { state: { attended, news: true }, event: gaveBack },
      ['supervisor.changed', 'response.started', 'start report'],
    ],
    ['was the agent’s all the time', { event: gaveBack }, []],
    [
      'is the agent’s again when the person is gone',
      { state: { attended: { ...attended, waiting } }, event: timer('idle') },
      ['supervisor.changed', 'response.started', 'start answer'],
    ],
    [
      'is told to the model before it goes on',
      { state: { draft: { id: 'r2', text: 'well' }, turn: turn('well') }, event: { type: 'supervisor.instructed' } },
      ['draft.discard'],
    ],
  ])('%s', (_what, row, effects) => {
    expect(after(row).effects).toEqual(effects);
  });

  it('lets five texts wait', () => {
    let state = after({ state: { attended, reply }, event: words('') }).state;
    for (let n = 0; n < 7; n += 1) state = after({ state, event: { ...says, text: `${n}` } }).state;
    expect(state.attended?.says).toEqual(['0', '1', '2', '3', '4']);
  });
});
