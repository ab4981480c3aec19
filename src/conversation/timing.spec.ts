// When things happen, to the millisecond. In CI the scenarios of `npm run eval` get twenty times their allowed times, because
// the machine is shared; here time is the test's own, so that a wait that has grown is a failure wherever the tests run.
import { type FakeTool, fakeCall, type FakeCallOptions, type Logged } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import { defaultReplyOptions, defaultTurnOptions } from './options.js';

/** What FakeVoice takes from a text to its first audio, ms. */
const VOICE_MS = 10;
const LONG = 'A long enough answer to talk over, with several sentences in it, so that it lasts.';

type Call = ReturnType<typeof fakeCall>;

/** Milliseconds until it happens, looked at every millisecond; undefined when it does not within `most`. */
async function msUntil(call: Call, happened: () => boolean, most: number): Promise<number | undefined> {
  for (let ms = 0; ms <= most; ms += 1) {
    if (happened()) return ms;
    await call.clock.advance(1);
  }
  return undefined;
}

const came = (call: Call, type: Logged['type']) => () => call.types().includes(type);

const final = (call: Call, text: string) =>
  call.stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 });

/** A turn by silence: the words are there, and the caller falls silent now. */
function fallSilent(call: Call, text: string): void {
  call.stt.emit({ type: 'speech.started', audioMs: 0 });
  final(call, text);
  call.stt.emit({ type: 'speech.stopped', audioMs: 0 });
}

/** The recogniser needs no time to settle a turn that silence has ended. */
async function settled(call: Call, after: number | undefined): Promise<number | undefined> {
  expect(call.stt.finalized).toBe(1);
  call.stt.emit({ type: 'turn.ended' });
  await call.settle();
  expect(call.last('turn.ended')).toBeDefined();
  return after;
}

async function endOfTurn(text: string): Promise<number | undefined> {
  const call = fakeCall({ script: () => says('Yes.'), turn: { mode: 'vad', speculate: false } });
  fallSilent(call, text);
  return settled(call, await msUntil(call, () => call.stt.finalized > 0, 2000));
}

async function overReply(options: FakeCallOptions, action: (call: Call) => void, type: Logged['type'], most = 4000) {
  const call = fakeCall({ script: () => says(LONG), ...options });
  call.conversation.submitText('go');
  await call.clock.advance(500);
  action(call);
  return msUntil(call, came(call, type), most);
}

const {
  minSilenceMs,
  maxSilenceMs,
  interruptionMs,
  interruptionWordMs,
  falseAlarmMs,
  idlePromptMs,
  providerSilenceMs,
} = defaultTurnOptions;
const { fillerAfterMs, toolProgressMs, detachToolMs } = defaultReplyOptions;

const never: FakeTool = { effect: 'read', run: () => new Promise(() => undefined) };

/** What happens, when (ms), and how to see it. */
const TIMES: readonly (readonly [what: string, ms: number, seen: () => Promise<number | undefined>])[] = [
  ['silence ends a complete turn', minSilenceMs, () => endOfTurn('what is our refund policy')],
  ['silence ends a turn with a small number in it', minSilenceMs, () => endOfTurn('a table for three')],
  ['silence ends a turn that dangles', maxSilenceMs, () => endOfTurn('show me march and')],
  [
    'a typed turn is answered: the voice is all that it waits for',
    VOICE_MS,
    async () => {
      const call = fakeCall({ script: () => says('Yes.') });
      call.conversation.submitText('hello');
      return msUntil(call, came(call, 'audio'), 200);
    },
  ],
  [
    'a spoken turn that the recogniser has ended is answered',
    VOICE_MS,
    async () => {
      const call = fakeCall({ script: () => says('Yes.'), turn: { speculate: false } });
      call.stt.say('what time is it');
      return msUntil(call, came(call, 'audio'), 200);
    },
  ],
  [
    'a turn ends although its recogniser never says so',
    providerSilenceMs,
    async () => {
      const call = fakeCall({ script: () => says('Yes.'), turn: { speculate: false } });
      final(call, 'what time is it');
      return msUntil(call, () => call.stt.finalized > 0, 5000);
    },
  ],
  [
    'a sound holds the reply',
    0,
    () => overReply({}, (call) => call.stt.emit({ type: 'speech.started', audioMs: 0 }), 'response.paused'),
  ],
  ['settled words end it', 0, () => overReply({}, (call) => final(call, 'no stop that'), 'response.interrupted')],
  [
    'a guess of several words ends it',
    interruptionMs,
    () =>
      overReply(
        {},
        (call) => call.stt.emit({ type: 'transcript.partial', text: 'no stop that' }),
        'response.interrupted',
      ),
  ],
  [
    'a guess of one word ends it',
    interruptionWordMs,
    () => overReply({}, (call) => call.stt.emit({ type: 'transcript.partial', text: 'stop' }), 'response.interrupted'),
  ],
  [
    'a cough lets it go on',
    falseAlarmMs,
    () =>
      overReply(
        {},
        (call) => {
          call.stt.emit({ type: 'speech.started', audioMs: 0 });
          call.stt.emit({ type: 'speech.stopped', audioMs: 100 });
        },
        'response.resumed',
      ),
  ],
  [
    'silence on both sides is asked about',
    idlePromptMs,
    async () => {
      const call = fakeCall({});
      return msUntil(call, came(call, 'response.started'), idlePromptMs + 1000);
    },
  ],
  [
    'a slow tool is bridged by a word',
    fillerAfterMs + VOICE_MS,
    async () => {
      const call = fakeCall({ tools: { look: never }, script: () => calls({ id: 'a', name: 'look', args: {} }) });
      call.conversation.submitText('how many');
      return msUntil(call, came(call, 'audio'), 4000);
    },
  ],
  [
    'a slow tool is told of',
    toolProgressMs,
    async () => {
      const call = fakeCall({ tools: { look: never }, script: () => calls({ id: 'a', name: 'look', args: {} }) });
      call.conversation.submitText('how many');
      return msUntil(call, came(call, 'tool.progress'), 4000);
    },
  ],
  [
    'a reply stops waiting for a tool',
    detachToolMs,
    async () => {
      let rounds = 0;
      const call = fakeCall({
        tools: { look: never },
        reply: { toolProgressMs: 0 },
        script: () => ((rounds += 1) === 1 ? calls({ id: 'a', name: 'look', args: {} }) : says('It takes a while.')),
      });
      call.conversation.submitText('how many');
      return msUntil(call, came(call, 'tool.progress'), detachToolMs + 1000);
    },
  ],
];

describe('timing on a clock of its own', () => {
  it.each(TIMES)('%s: %d ms', async (_what, ms, seen) => {
    const took = await seen();
    expect(took).toBeDefined();
    // A millisecond is the step in which this looks.
    expect(Math.abs((took ?? 0) - ms)).toBeLessThanOrEqual(1);
  });
});
