import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { says } from '../../test/fakes/providers.js';

const ANSWER = 'There are three of them, and the first is the largest of all by far.';

/** A call whose answers begin 10 ms after their turn and last some seconds, with what was found in it. */
function audited(options: FakeCallOptions = {}) {
  const found: string[] = [];
  const call = fakeCall({
    script: () => says(ANSWER),
    meter: { modelUsed: () => undefined, turnMisjudged: (fault, turnId) => found.push(`${fault} ${turnId}`) },
    ...options,
  });
  return { ...call, found };
}

type Call = ReturnType<typeof audited>;

const CUT_OFF = 'false_cut_off t1';
const DOUBLE = 'double_answer t2';

const final = (call: Call, text: string) =>
  call.stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 });

/** What happens after the first answer has begun, and what is found. */
const CASES: readonly (readonly [what: string, expected: readonly string[], then: (call: Call) => Promise<void>])[] = [
  [
    'a caller who goes on when a syllable of the answer is out: one of each',
    [CUT_OFF, DOUBLE],
    async (call) => {
      await call.clock.advance(400);
      call.stt.say('of march');
    },
  ],
  [
    'one who goes on before a syllable of it is',
    [CUT_OFF],
    async (call) => {
      await call.clock.advance(150);
      call.stt.say('of march');
    },
  ],
  [
    'one whose recogniser does not tell when speech begins, and who pauses twice',
    [CUT_OFF, DOUBLE, 'false_cut_off t2', 'double_answer t3'],
    async (call) => {
      for (const text of ['of march', 'and april']) {
        await call.clock.advance(400);
        final(call, text);
        call.stt.emit({ type: 'turn.ended' });
      }
    },
  ],
  [
    'one who goes on long after his sound was heard, because the recogniser is slow',
    [CUT_OFF, DOUBLE],
    async (call) => {
      await call.clock.advance(400);
      call.stt.emit({ type: 'speech.started', audioMs: 0 });
      await call.clock.advance(1500);
      final(call, 'of march');
      call.stt.emit({ type: 'turn.ended' });
    },
  ],
  [
    'words that the recogniser tells twice',
    [DOUBLE],
    async (call) => {
      await call.clock.advance(1500);
      final(call, 'Show me the transactions.');
      call.stt.emit({ type: 'turn.ended' });
    },
  ],
  [
    'a barge-in: enough of the answer was heard',
    [],
    async (call) => {
      await call.clock.advance(700);
      call.stt.say('no, those of march');
    },
  ],
  [
    'an acknowledgement over the answer',
    [],
    async (call) => {
      await call.clock.advance(300);
      call.stt.say('uh-huh');
    },
  ],
  [
    'a cough, and a barge-in after it that no sound was told of',
    [],
    async (call) => {
      await call.clock.advance(300);
      call.stt.emit({ type: 'speech.started', audioMs: 0 });
      call.stt.emit({ type: 'speech.stopped', audioMs: 0 });
      await call.clock.advance(1500);
      final(call, 'no, those of march');
      call.stt.emit({ type: 'turn.ended' });
    },
  ],
  [
    'a correction when the answer was heard',
    [],
    async (call) => {
      await call.clock.advance(6000);
      expect(call.last('response.completed')).toBeDefined();
      call.stt.say('sorry, those of march');
    },
  ],
  [
    'the same question again',
    [],
    async (call) => {
      await call.clock.advance(6000);
      call.stt.say('show me the transactions');
    },
  ],
  [
    'somebody who types',
    [],
    async (call) => {
      await call.clock.advance(300);
      call.conversation.submitText('of march');
    },
  ],
  [
    'a client that ends the next turn itself',
    [],
    async (call) => {
      await call.clock.advance(300);
      call.conversation.commitInput();
      final(call, 'of march');
      call.stt.emit({ type: 'turn.ended' });
    },
  ],
];

describe('turns that were taken wrongly', () => {
  it.each(CASES)('%s: %j', async (_what, expected, then) => {
    const call = audited();
    call.stt.say('show me the transactions');
    await call.settle();
    await then(call);
    await call.clock.advance(8000);
    expect(call.found).toEqual(expected);
  });

  it('are those of drafts too, and of turns that silence has ended', async () => {
    const drafted = audited();
    drafted.stt.emit({ type: 'speech.started', audioMs: 0 });
    drafted.stt.emit({ type: 'turn.eager', text: 'show me the transactions' });
    drafted.stt.emit({ type: 'transcript.partial', text: 'show me the transactions' });
    await drafted.clock.advance(300);
    drafted.stt.say('show me the transactions');
    await drafted.clock.advance(400);
    drafted.stt.say('of march');
    await drafted.clock.advance(8000);
    expect(drafted.found).toEqual([CUT_OFF, DOUBLE]);

    const silent = audited({ turn: { mode: 'vad' } });
    for (const text of ['show me the transactions', 'of march']) {
      silent.stt.emit({ type: 'speech.started', audioMs: 0 });
      final(silent, text);
      silent.stt.emit({ type: 'speech.stopped', audioMs: 0 });
      await silent.clock.advance(400);
      silent.stt.emit({ type: 'turn.ended' });
      await silent.clock.advance(300);
    }
    await silent.clock.advance(8000);
    expect(silent.found).toEqual([CUT_OFF, DOUBLE]);
  });

  it('are none while the client says when turns end, nor where a slow model makes the caller ask', async () => {
    const manual = audited({ turn: { mode: 'manual' } });
    for (const text of ['show me the transactions', 'of march']) {
      final(manual, text);
      manual.conversation.commitInput();
      manual.stt.emit({ type: 'turn.ended' });
      await manual.clock.advance(300);
    }
    const slow = audited({
      script: () =>
        (async function* () {
          await new Promise(() => undefined);
          yield* says('');
        })(),
    });
    slow.stt.say('show me the transactions');
    await slow.clock.advance(2500);
    slow.stt.say('hello');
    await slow.clock.advance(100);
    expect([...manual.found, ...slow.found]).toEqual([]);
  });
});
