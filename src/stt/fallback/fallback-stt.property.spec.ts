// Wherever recognisers die, the call is heard word for word, on its own clock, turn by turn.
import * as fc from 'fast-check';
import { ManualClock, settle } from '../../../test/fakes/manual-clock.js';
import { speak, SPEECH_RATE, WordRecogniser } from '../../../test/fakes/recogniser.js';
import type { StreamPlan } from '../../../test/fakes/recogniser.js';
import { ProviderHealth } from '../../provider/health.js';
import type { SttEvent, Word } from '../stt.port.js';
import { FallbackStt } from './fallback-stt.js';

/** Silence between turns: longer than a recogniser needs to end one, and the grace after each death in it. */
const GAP_MS = 2000;
const GRACE_MS = 250;

/** Deaths come thick, and most of them where there is speech. */
const plan: fc.Arbitrary<StreamPlan> = fc.record(
  {
    failsAfterMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2500 })),
    deafMs: fc.nat(800),
    closes: fc.boolean(),
  },
  { requiredKeys: ['failsAfterMs'] },
);
const recogniser = (plans: fc.Arbitrary<StreamPlan[]>) =>
  fc.record({ plans, lagMs: fc.nat(250), finalEvery: fc.constantFrom(1, 2, 5, 100) });
const scenario = fc.record({
  turns: fc.array(fc.array(fc.constantFrom(0, 0, 40, 200), { minLength: 1, maxLength: 20 }), {
    minLength: 1,
    maxLength: 4,
    size: 'max',
  }),
  mortals: fc.array(recogniser(fc.array(plan, { minLength: 1, maxLength: 2, size: 'max' })), {
    minLength: 1,
    maxLength: 2,
    size: 'max',
  }),
  immortal: recogniser(fc.constant([])),
  chunkMs: fc.constantFrom(7, 20, 100),
});

/** Plays the speech in real time by the manual clock; returns what the chain told. */
async function play(stt: FallbackStt, audio: Uint8Array, chunkMs: number, clock: ManualClock): Promise<SttEvent[]> {
  const events: SttEvent[] = [];
  const stream = stt.open({ sampleRate: SPEECH_RATE, language: 'en-US', keyTerms: [] }, (event) => events.push(event));
  const buffer = new Uint8Array(chunkMs * 2);
  for (let at = 0; at < audio.length; at += buffer.length) {
    const chunk = audio.subarray(at, at + buffer.length);
    buffer.set(chunk);
    stream.push(buffer.subarray(0, chunk.length));
    buffer.fill(0x55);
    await clock.advance(chunkMs);
  }
  stream.close();
  await settle();
  return events;
}

/** Reads the events as the conversation does: the words of each turn. Throws when they break the port's grammar. */
function turnsOf(events: readonly SttEvent[]): string[] {
  const turns: string[] = [];
  let words: string[] = [];
  let eager = false;
  let speaking = false;
  for (const event of events) {
    if (event.type === 'transcript.final') words.push(event.text);
    if (event.type === 'turn.eager') {
      if (eager) throw new Error('turn.eager twice');
      const partial = event.text.slice(words.join(' ').length).trim();
      expect([...words, partial].filter((text) => text !== '').join(' ')).toBe(event.text);
    }
    if (event.type === 'turn.resumed' && !eager) throw new Error('turn.resumed without turn.eager');
    if (event.type === 'speech.started' && speaking) throw new Error('speech.started twice');
    if (event.type === 'speech.stopped' && !speaking) throw new Error('speech.stopped without speech.started');
    if (event.type === 'speech.started' || event.type === 'speech.stopped') speaking = event.type === 'speech.started';
    if (event.type.startsWith('turn.')) eager = event.type === 'turn.eager';
    if (event.type !== 'turn.ended') continue;
    turns.push(words.join(' '));
    words = [];
  }
  if (words.length > 0) turns.push(words.join(' '));
  return turns;
}

const wordsOf = (events: readonly SttEvent[]): Word[] =>
  events.flatMap((event) => (event.type === 'transcript.final' ? [...event.words] : []));

it('hears every word once, in its turn and at its time, wherever the recognisers die', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ turns, mortals, immortal, chunkMs }) => {
      const speech = speak(turns, GAP_MS);
      const clock = new ManualClock();
      const providers = [...mortals, immortal].map((options, n) => new WordRecogniser({ ...options, name: `p${n}` }));
      const stt = new FallbackStt(providers, {
        health: new ProviderHealth(),
        after: (ms, action) => clock.after(ms, action),
        turnGraceMs: GRACE_MS,
      });
      const events = await play(stt, speech.audio, chunkMs, clock);
      expect(wordsOf(events)).toEqual(speech.words);
      expect(turnsOf(events)).toEqual(speech.turns);
      expect(events.at(-1)).toEqual({ type: 'closed' });
      expect(events.filter(({ type }) => type === 'closed' || type === 'failed')).toHaveLength(1);
      expect(providers.map(({ running }) => running)).toEqual(providers.map(() => 0));
      expect(clock.waiting).toBe(0);
    }),
    { numRuns: 60 },
  );
}, 60_000);
