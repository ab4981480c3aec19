// Whole conversations along a clock, and what somebody who listens to them would count.
import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import type { LlmRequest } from '../llm/llm.port.js';

const ANSWER = 'There are three of them, and the first is the largest of all by far.';
/** From the caller's last sound to the end of his turn, ms. */
const SILENCE_MS = 300;

type Call = ReturnType<typeof fakeCall>;
/** At a time, ms. */
type Step = readonly [at: number, what: (call: Call) => void];

/** Somebody who speaks so long; the recogniser knows the first words a moment later, and ends the turn after a silence. */
const said = (from: number, to: number, text: string, silenceMs = SILENCE_MS): readonly Step[] => [
  [from, ({ stt }) => stt.emit({ type: 'speech.started', audioMs: 0 })],
  [Math.min(to, from + 250), ({ stt }) => stt.emit({ type: 'transcript.partial', text: text.split(' ')[0] ?? '' })],
  [
    to,
    ({ stt }) => {
      stt.emit({ type: 'transcript.partial', text });
      stt.emit({ type: 'speech.stopped', audioMs: 0 });
    },
  ],
  [
    to + silenceMs,
    ({ stt }) => {
      stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 });
      stt.emit({ type: 'turn.ended' });
    },
  ],
];

const sound = (from: number, to: number): readonly Step[] => [
  [from, ({ stt }) => stt.emit({ type: 'speech.started', audioMs: 0 })],
  [to, ({ stt }) => stt.emit({ type: 'speech.stopped', audioMs: 0 })],
];

interface Timeline {
  readonly what: string;
  /** From the end of the turn to the answer's first sound, ms; of each in turn, the last of all that follow. */
  readonly thinks: readonly number[];
  readonly steps: readonly (readonly Step[])[];
  readonly counts: readonly string[];
  readonly options?: FakeCallOptions;
}

async function counted({ thinks, steps, options = {} }: Timeline): Promise<string[]> {
  const found: string[] = [];
  let asked = 0;
  const script = async function* (_request: LlmRequest, signal: AbortSignal) {
    const ms = thinks[Math.min(asked, thinks.length - 1)] ?? 0;
    asked += 1;
    await new Promise<void>((resolve) => {
      call.clock.after(ms, resolve);
      signal.addEventListener('abort', () => resolve());
    });
    yield* says(ANSWER);
  };
  const call: Call = fakeCall({
    script,
    meter: { modelUsed: () => undefined, turnMisjudged: (fault, turnId) => found.push(`${fault} ${turnId}`) },
    ...options,
  });
  let now = 0;
  for (const [at, what] of steps.flat().toSorted(([one], [other]) => one - other)) {
    await call.clock.advance(at - now);
    now = at;
    what(call);
    await call.settle();
  }
  await call.clock.advance(12_000);
  return found;
}

const TIMELINES: readonly Timeline[] = [
  {
    what: 'who pauses in a sentence, and is answered 200 ms before he goes on',
    thinks: [600],
    steps: [said(0, 1000, "I'd like to send"), said(2150, 3000, 'fifty euros to ben')],
    counts: ['false_cut_off t1', 'double_answer t2'],
  },
  {
    what: 'who goes on before anything can be heard: he noticed nothing',
    thinks: [900],
    steps: [said(0, 1000, "I'd like to send"), said(1800, 2600, 'fifty euros to ben')],
    counts: [],
  },
  {
    what: 'who asks whether anybody is there before a slow answer begins',
    thinks: [1700],
    steps: [said(0, 1000, 'what is my balance'), said(2900, 3300, 'hello')],
    counts: [],
  },
  {
    what: 'who asks that just when it begins',
    thinks: [1500],
    steps: [said(0, 1000, 'what is my balance'), said(2900, 3300, 'hello are you there')],
    counts: [],
  },
  {
    what: 'who says his question again just when a slow answer begins',
    thinks: [1500],
    steps: [said(0, 1000, 'what is my balance'), said(2900, 3500, 'What is my balance?')],
    counts: [],
  },
  {
    what: 'who needs that long himself, and goes on just when it begins',
    thinks: [1500],
    steps: [said(0, 1000, 'send fifty euros'), said(2900, 3500, 'to ben')],
    counts: ['false_cut_off t1'],
  },
  {
    what: 'who interrupts when he has heard enough',
    thinks: [300],
    steps: [said(0, 1000, 'what is my balance'), said(3200, 3600, 'stop')],
    counts: [],
  },
  {
    what: 'who coughs over the answer',
    thinks: [300],
    steps: [said(0, 1000, 'what is my balance'), sound(2000, 2200)],
    counts: [],
  },
  {
    what: 'who says mhm over it',
    thinks: [300],
    steps: [said(0, 1000, 'what is my balance'), said(1900, 2100, 'mhm')],
    counts: [],
  },
  {
    what: 'who is cut off twice',
    thinks: [100],
    steps: [said(0, 1000, 'my number is four'), said(1900, 2400, 'five six'), said(3200, 3600, 'seven eight')],
    counts: ['false_cut_off t1', 'double_answer t2', 'false_cut_off t2', 'double_answer t3'],
  },
  {
    what: 'who is cut off, and goes on once more before the next answer begins',
    thinks: [100, 900, 100],
    steps: [said(0, 1000, 'my number is four'), said(1900, 2400, 'five six'), said(3200, 3600, 'seven eight')],
    counts: ['false_cut_off t1', 'double_answer t3'],
  },
  {
    what: 'who types in between',
    thinks: [600],
    steps: [
      said(0, 1000, "I'd like to send"),
      [[1500, ({ conversation }) => conversation.submitText('fifty euros')]],
      said(2300, 2600, 'to ben'),
    ],
    counts: [],
  },
  {
    what: 'who speaks into the greeting',
    thinks: [300],
    options: { greeting: 'Good morning, how may I help you today?' },
    steps: [said(300, 1000, 'what is my balance'), said(4000, 4500, 'and my savings')],
    counts: [],
  },
  {
    what: 'whose telephone sends the answer back',
    thinks: [300],
    steps: [said(0, 1000, 'what is my balance'), said(1800, 2600, 'there are three of them', 200)],
    counts: [],
  },
  {
    what: 'who puts another question while a tool takes 10 s, after its filler',
    thinks: [0],
    options: {
      tools: { look: { effect: 'read', run: () => new Promise(() => undefined) } },
      script: ({ messages }) =>
        messages.at(-1)?.role === 'user' ? calls({ id: 'c1', name: 'look', args: {} }) : says(ANSWER),
    },
    steps: [said(0, 1000, 'what is my balance'), said(4000, 4600, 'and my savings too')],
    counts: [],
  },
  {
    what: 'whose line is away while the answer would have begun, and who goes on when it is back',
    thinks: [400],
    steps: [
      said(0, 1000, "I'd like to send"),
      [
        [1500, ({ conversation }) => conversation.hold()],
        [1900, ({ conversation }) => void conversation.release()],
      ],
      said(2100, 2700, 'fifty euros to ben'),
    ],
    counts: ['false_cut_off t1', 'double_answer t2'],
  },
  {
    what: 'who coughs into the first syllable of an answer that then goes on, and asks something else after it',
    thinks: [300],
    steps: [said(0, 1000, 'what is my balance'), sound(1700, 1850), said(7000, 7600, 'and my savings')],
    counts: [],
  },
  {
    what: 'who is asked for a detail, and answers at once',
    thinks: [300],
    steps: [said(0, 1000, 'what is my balance'), said(5100, 5400, 'yes please')],
    counts: [],
  },
  {
    what: 'who corrects himself at once',
    thinks: [100],
    steps: [said(0, 1000, 'send fifty'), said(1750, 2300, 'no sixty')],
    counts: ['false_cut_off t1', 'double_answer t2'],
  },
];

describe('somebody who listens counts', () => {
  it.each(TIMELINES)('of one $what: $counts', async (timeline) => {
    expect(await counted(timeline)).toEqual(timeline.counts);
  });
});
