import { ManualClock } from '../../test/fakes/manual-clock.js';
import type { Word } from '../stt/stt.port.js';
import type { TextToSpeech, TtsListener } from '../tts/tts.port.js';
import type { ConversationEvent } from './conversation.port.js';
import { defaultReplyOptions } from './options.js';
import { Speech } from './speech.js';

const RATE = 8000;
const LEAD_IN = 60;
/** Kept of a voice that says nothing, ms. */
const KEPT = 65;
const silent = (ms: number) => new Uint8Array(ms * 16);
const loud = (ms: number) => silent(ms).fill(0x10);
const words = (...list: readonly (readonly [string, number, number])[]): Word[] =>
  list.map(([text, startMs, endMs]) => ({ text, startMs, endMs }));

/** A speech whose voice says what the test has it say. */
function speech() {
  const clock = new ManualClock();
  let tell: TtsListener = () => undefined;
  const voice: TextToSpeech = {
    name: 'told',
    open: (_options, listener) => {
      tell = listener;
      return { speak: () => undefined, end: () => undefined, abort: () => undefined };
    },
  };
  const sent: number[] = [];
  const events: ConversationEvent[] = [];
  const cuts: [number, number][] = [];
  let soundAt: number | undefined;
  let played = 0;
  const mouth = new Speech(
    'r0',
    voice,
    { voice: '', language: 'en-US', sampleRate: RATE },
    defaultReplyOptions,
    clock,
    {
      emit: (event) => events.push(event),
      audio: (chunk) => sent.push(chunk.length / 16),
      audible: (at) => (soundAt = at),
      silenceCut: (silence, cut) => cuts.push([silence, cut]),
      made: () => undefined,
      played: () => (played += 1),
      failed: () => undefined,
    },
  );
  return {
    clock,
    mouth,
    sent,
    cuts,
    events,
    tell: (...all: readonly Parameters<TtsListener>[0][]) => all.forEach((event) => tell(event)),
    soundAt: () => soundAt,
    played: () => played,
  };
}

describe('the silence with which a voice begins', () => {
  it('is not sent, but for its lead-in, and is measured', () => {
    const { mouth, tell, sent, cuts, soundAt } = speech();
    mouth.say('Hello there.');
    tell({ type: 'audio', segment: 0, chunk: silent(100) }, { type: 'audio', segment: 0, chunk: silent(100) });
    expect(sent).toEqual([]);
    tell({ type: 'audio', segment: 0, chunk: loud(300) }, { type: 'audio', segment: 0, chunk: silent(50) });
    expect(sent).toEqual([LEAD_IN + 300, 50]);
    expect(cuts).toEqual([[200, 140]]);
    expect(soundAt()).toBe(LEAD_IN);
  });

  it('moves the words with it, whenever the voice tells of them, and what was heard', async () => {
    const said = words(['Hello', 200, 500], ['there.', 500, 900]);
    for (const when of ['before', 'between', 'after']) {
      const { mouth, tell, clock, sent } = speech();
      const piece = mouth.say('Hello there.');
      const timings = { type: 'words', segment: 0, words: said } as const;
      if (when === 'before') tell(timings);
      tell({ type: 'audio', segment: 0, chunk: silent(200) });
      if (when === 'between') tell(timings);
      tell({ type: 'audio', segment: 0, chunk: loud(800) });
      if (when === 'after') tell(timings);
      tell({ type: 'segment.ended', segment: 0 });
      expect(sent).toEqual([LEAD_IN + 800]);
      // The first word is over 300 ms after its onset, which is 60 ms into what was sent.
      await clock.advance(359);
      expect(mouth.heard(piece)).toBe('');
      await clock.advance(1);
      expect(mouth.heard(piece)).toBe('Hello');
      expect(mouth.snapshot().pieces[0]?.words).toEqual(words(['Hello', 60, 360], ['there.', 360, 760]));
    }
  });

  it('is a pause between two sentences as long as the first is being played, and is cut where the caller waits', async () => {
    const { mouth, tell, clock, sent, cuts } = speech();
    mouth.say('One.');
    mouth.say('Two.');
    tell({ type: 'audio', segment: 0, chunk: loud(400) }, { type: 'segment.ended', segment: 0 });
    await clock.advance(100);
    tell({ type: 'audio', segment: 1, chunk: silent(200) }, { type: 'audio', segment: 1, chunk: loud(300) });
    tell({ type: 'segment.ended', segment: 1 });
    expect(sent).toEqual([400, 200, 300]);
    await clock.advance(2000);
    mouth.say('Three, after a tool.');
    tell({ type: 'audio', segment: 2, chunk: silent(200) }, { type: 'audio', segment: 2, chunk: loud(300) });
    tell({ type: 'segment.ended', segment: 2 });
    expect(sent.slice(3)).toEqual([LEAD_IN + 300]);
    expect(cuts).toEqual([
      [0, 0],
      [200, 140],
    ]);
    expect(mouth.snapshot().pieces.map(({ startMs, durationMs }) => [startMs, durationMs])).toEqual([
      [0, 400],
      [400, 500],
      [900, 360],
    ]);
  });

  it('is all that there is of a voice that says nothing, whose reply ends even so', async () => {
    const { mouth, tell, clock, sent, events, soundAt, played } = speech();
    const piece = mouth.say('Hello.');
    mouth.end();
    for (let n = 0; n < 20; n += 1) tell({ type: 'audio', segment: 0, chunk: silent(100) });
    expect(sent).toEqual([]);
    tell({ type: 'segment.ended', segment: 0 }, { type: 'ended' });
    expect(sent).toEqual([KEPT]);
    expect(soundAt()).toBeUndefined();
    await clock.advance(KEPT + defaultReplyOptions.playbackGraceMs);
    expect(events).toEqual([{ type: 'response.audio_done', responseId: 'r0', audioMs: KEPT }]);
    expect(played()).toBe(1);
    expect(mouth.heard(piece)).toBe('Hello.');
  });
});
