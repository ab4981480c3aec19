// Wherever voices die, everything is spoken once, in order, and word timings stay those of the whole segment.
import * as fc from 'fast-check';
import { spelled, SPELLING_RATE, SpellingVoice } from '../../../test/fakes/spelling-voice.js';
import type { Spelled, VoicePlan } from '../../../test/fakes/spelling-voice.js';
import { ProviderHealth } from '../../provider/health.js';
import { RetryPolicy } from '../../provider/retry.js';
import type { TtsEvent } from '../tts.port.js';
import { FallbackTts } from './fallback-tts.js';

const plan: fc.Arbitrary<VoicePlan> = fc.record({
  failsAfterChars: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 400 }).map((quarters) => quarters / 4),
  ),
  closes: fc.boolean(),
});
const voice = (plans: fc.Arbitrary<VoicePlan[]>) =>
  fc.record({ plans, timings: fc.constantFrom('none', 'ahead', 'along'), chunkChars: fc.constantFrom(1, 3, 10, 40) });
const word = fc.constantFrom('', 'see', 'forty', 'dollars,', 'well', 'transactions', 'on:');
/** Words that differ, so that one that is said twice shows. */
const sentence = fc
  .array(word, { minLength: 1, maxLength: 9, size: 'max' })
  .map((words) => `${words.map((text, n) => `${'ABCDEFGHI'[n]}${text}`).join(' ')}.`);

const wordsIn = (text: string) => text.split(' ').filter((item) => item !== '');

/** Words that were said. The last one of a voice does not count when it broke off and the next voice begins it again. */
function saidWords(parts: readonly Spelled[], expected: readonly string[]): string[] {
  const said: string[] = [];
  parts.forEach(({ text, broken }, n) => {
    const words = wordsIn(text);
    const last = words.at(-1);
    // The next one may break off in the same word.
    const [next] = parts.slice(n + 1).flatMap((part) => wordsIn(part.text));
    const isAgain = broken && next !== undefined && last?.startsWith(next) === true;
    const isPart = last !== expected[said.length + words.length - 1] || isAgain;
    if (n < parts.length - 1 && last !== undefined && isPart) words.pop();
    said.push(...words);
  });
  return said;
}

async function speakAll(
  tts: FallbackTts,
  sentences: readonly string[],
  after: readonly boolean[],
): Promise<TtsEvent[]> {
  const events: TtsEvent[] = [];
  const over = Promise.withResolvers<void>();
  const stream = tts.open({ voice: '', language: 'en-US', sampleRate: SPELLING_RATE }, (event) => {
    events.push(event);
    if (event.type === 'ended' || event.type === 'failed') over.resolve();
  });
  for (const [segment, text] of sentences.entries()) {
    stream.speak(segment, text);
    if (after[segment] === true) await new Promise((resolve) => setImmediate(resolve));
  }
  stream.end();
  await over.promise;
  await new Promise((resolve) => setImmediate(resolve));
  return events;
}

it('speaks every word once and in order, wherever the voices die', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sentence, { maxLength: 4 }),
      fc.array(voice(fc.array(plan, { minLength: 1, maxLength: 3, size: 'max' })), { maxLength: 3, size: 'max' }),
      voice(fc.constant([])),
      fc.array(fc.boolean(), { maxLength: 4 }),
      async (sentences, mortals, immortal, after) => {
        const voices = [...mortals, immortal].map((options, n) => new SpellingVoice(n + 1, options));
        const tts = new FallbackTts(voices, { health: new ProviderHealth(), retry: new RetryPolicy({ baseMs: 0 }) });
        const events = await speakAll(tts, sentences, after);

        expect(events.filter(({ type }) => type === 'failed')).toEqual([]);
        expect(events.at(-1)).toEqual({ type: 'ended' });
        const ends = events.flatMap((event) => (event.type === 'segment.ended' ? [event.segment] : []));
        expect(ends).toEqual([...sentences.keys()]);
        let current = 0;
        for (const event of events) {
          if ('segment' in event) expect(event.segment).toBe(current);
          if (event.type === 'segment.ended') current += 1;
        }
        for (const [segment, text] of sentences.entries()) {
          const own = events.filter((event) => 'segment' in event && event.segment === segment);
          const audio = Buffer.concat(own.flatMap((event) => (event.type === 'audio' ? [event.chunk] : [])));
          const expected = text.split(' ');
          expect(saidWords(spelled(audio), expected)).toEqual(expected);
          const timed = own.findLast((event) => event.type === 'words')?.words ?? [];
          if (timed.length === 0) continue;
          expect(timed.map((item) => item.text)).toEqual(expected);
          const times = timed.flatMap(({ startMs, endMs }) => [startMs, endMs]);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          expect(times.at(-1)).toBeLessThanOrEqual((audio.length * 1000) / 2 / SPELLING_RATE + 20);
        }
        expect(voices.map(({ running }) => running)).toEqual(voices.map(() => 0));
      },
    ),
    {
      numRuns: 150,
      examples: [
        // Two voices break off in the same word, the first of them in its last letter.
        [
          ['Atransactions B.'],
          [
            {
              plans: [
                { failsAfterChars: 12.5, closes: false },
                { failsAfterChars: 0.25, closes: false },
              ],
              timings: 'none',
              chunkChars: 1,
            },
            { plans: [{ failsAfterChars: 0.25, closes: false }], timings: 'none', chunkChars: 1 },
          ],
          { plans: [], timings: 'none', chunkChars: 1 },
          [],
        ],
      ],
    },
  );
}, 60_000);
