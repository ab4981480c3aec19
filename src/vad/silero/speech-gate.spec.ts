import { type GateEvent, SpeechGate, type SpeechGateOptions, defaultSpeechGate } from './speech-gate.js';

const FRAME_MS = 32;

/** What comes of these probabilities, with the number of the frame after which it came. */
function decide(
  probabilities: readonly number[],
  options: Partial<SpeechGateOptions> = {},
): (GateEvent & { readonly after: number })[] {
  const gate = new SpeechGate({ ...defaultSpeechGate, ...options }, FRAME_MS);
  return probabilities.flatMap((probability, after) => {
    const event = gate.step(probability);
    return event === undefined ? [] : [{ ...event, after }];
  });
}

const times = (count: number, probability: number): number[] => Array<number>(count).fill(probability);

describe('SpeechGate', () => {
  it('starts with the first frame that is surely speech, and stops after the hangover, where speech ended', () => {
    expect(decide([...times(10, 0.1), ...times(20, 0.9), ...times(20, 0.1)])).toEqual([
      { type: 'speech.started', frame: 10, after: 10 },
      // 300 ms are 9 frames of 32.
      { type: 'speech.stopped', frame: 30, after: 38 },
    ]);
  });

  it('says nothing between the thresholds', () => {
    expect(decide(times(50, 0.49))).toEqual([]);
  });

  it('goes on between the thresholds once it has begun, and ends below the lower one', () => {
    expect(decide([0.6, ...times(50, 0.36), ...times(9, 0.34)])).toEqual([
      { type: 'speech.started', frame: 0, after: 0 },
      { type: 'speech.stopped', frame: 51, after: 59 },
    ]);
  });

  it('puts the beginning at the soft start of a word, but not far before it', () => {
    expect(decide([0.1, 0.4, 0.7])).toEqual([{ type: 'speech.started', frame: 1, after: 2 }]);
    expect(decide([...times(20, 0.4), 0.7])).toEqual([{ type: 'speech.started', frame: 18, after: 20 }]);
  });

  it('wants so much speech in one piece as it is told', () => {
    const options = { minSpeechMs: 96 };
    expect(decide([0.9, 0.9, 0.1, 0.9, 0.9, 0.1], options)).toEqual([]);
    expect(decide([0.9, 0.4, 0.9, 0.9], options)).toEqual([{ type: 'speech.started', frame: 0, after: 3 }]);
  });

  it('keeps a sentence together over its pauses', () => {
    const sentence = [...times(10, 0.9), ...times(8, 0), ...times(10, 0.9), ...times(12, 0)];
    expect(decide(sentence).map(({ type }) => type)).toEqual(['speech.started', 'speech.stopped']);
    expect(decide(sentence, { hangoverMs: 200 })).toHaveLength(4);
  });
});
