import * as fc from 'fast-check';
import { silence, tone } from '../../../test/simulators/tone.js';
import type { SttEvent } from '../stt.port.js';
import type { Transcription } from '../transcriber.port.js';
import { SegmentedStt } from './segmented-stt.js';

const RATE = 16_000;

/** Whatever a caller does, in an order that nobody would think of. */
type Step =
  | { readonly do: 'speak' | 'wait'; readonly ms: number }
  /** The transcriber answers one of the requests under way: with words, or with none. */
  | { readonly do: 'answer'; readonly which: number; readonly words: boolean }
  | { readonly do: 'finalize' };

const duration = fc.integer({ min: 1, max: 40 }).map((n) => n * 40);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('speak' as const), ms: duration }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: duration }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat({ max: 3 }), words: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'finalize' as const }) },
);

interface Asked {
  readonly number: number;
  readonly ms: number;
  readonly resolve: (transcription: Transcription) => void;
}

async function play(steps: readonly Step[], frameMs: number) {
  const waiting: Asked[] = [];
  const events: SttEvent[] = [];
  /** Numbers of the requests that were answered with words. */
  const said: number[] = [];
  let uploadedMs = 0;
  let requests = 0;
  let most = 0;
  const transcribe = ({ pcm }: { pcm: Uint8Array }): Promise<Transcription> =>
    new Promise((resolve) => {
      const ms = pcm.length / 32;
      uploadedMs += ms;
      waiting.push({ number: requests, ms, resolve });
      requests += 1;
      most = Math.max(most, waiting.length);
    });
  const answer = async (asked: Asked | undefined, words: boolean): Promise<void> => {
    if (asked === undefined) return;
    waiting.splice(waiting.indexOf(asked), 1);
    if (words) said.push(asked.number);
    asked.resolve({ text: words ? `u${asked.number}` : '', language: 'en', words: [], confidence: 1 });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };
  const stt = new SegmentedStt({ transcriber: { name: 'scripted', transcribe }, maxPendingMs: 600_000 });
  const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, (event) => void events.push(event));
  const push = (audio: Buffer): void => {
    for (let at = 0; at < audio.length; at += frameMs * 32) stream.push(audio.subarray(at, at + frameMs * 32));
  };
  push(silence(400, RATE));
  let finalizes = 0;
  for (const action of steps) {
    if (action.do === 'speak') push(tone(action.ms, RATE));
    else if (action.do === 'wait') push(silence(action.ms, RATE));
    else if (action.do === 'answer') await answer(waiting[action.which % Math.max(1, waiting.length)], action.words);
    else {
      finalizes += 1;
      stream.finalize();
    }
  }
  stream.close();
  while (waiting.length > 0) await answer(waiting[0], true);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  stream.abort();
  return { events, said, uploadedMs, requests, most, finalizes };
}

describe('utterances out of any audio, answered in any order', () => {
  it('are settled in the order of speech, once each, inside turns that end once, and closed comes last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.constantFrom(10, 20, 60, 200), async (steps, frameMs) => {
        const { events, said, most, finalizes } = await play(steps, frameMs);
        const finals = events.flatMap((event) => (event.type === 'transcript.final' ? [event.text] : []));
        expect(finals).toEqual(said.toSorted((a, b) => a - b).map((number) => `u${number}`));
        expect(most).toBeLessThanOrEqual(2);
        expect(events.at(-1)).toEqual({ type: 'closed' });
        expect(events.filter(({ type }) => type === 'closed' || type === 'failed')).toHaveLength(1);
        let ends = 0;
        let words = 0;
        let emptyEnds = 0;
        for (const { type } of events) {
          if (type === 'transcript.final') words += 1;
          if (type !== 'turn.ended') continue;
          ends += 1;
          if (words === 0) emptyEnds += 1;
          words = 0;
        }
        // A turn without words ends only because somebody has asked for it.
        expect(emptyEnds).toBeLessThanOrEqual(finalizes);
        expect(ends).toBeLessThanOrEqual(finals.length + finalizes);
        const sounds = events.flatMap(({ type }) => (type.startsWith('speech.') ? [type] : []));
        expect(sounds).toEqual(sounds.map((_sound, at) => (at % 2 === 0 ? 'speech.started' : 'speech.stopped')));
      }),
      { numRuns: 60 },
    );
  });

  it('hold all speech: nothing longer than a cough is left out, whatever the frames', async () => {
    const spoken = fc.array(
      fc.record({ speechMs: fc.integer({ min: 5, max: 60 }).map((n) => n * 40), pauseMs: duration }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(spoken, fc.constantFrom(10, 20, 60, 200), async (parts, frameMs) => {
        const steps = parts.flatMap(({ speechMs, pauseMs }): Step[] => [
          { do: 'speak', ms: speechMs },
          { do: 'wait', ms: pauseMs },
        ]);
        const { uploadedMs, requests } = await play(steps, frameMs);
        const speechMs = parts.reduce((sum, part) => sum + part.speechMs, 0);
        expect(requests).toBeGreaterThan(0);
        expect(uploadedMs).toBeGreaterThanOrEqual(speechMs);
      }),
      { numRuns: 60 },
    );
  });
});
