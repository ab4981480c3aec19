import { CallRecorder } from './call-recorder.js';
import { decodeWav } from './wav.js';

const constant = (length: number, value: number): Int16Array => new Int16Array(length).fill(value);

/** The two channels of the recording. */
function sides(recorder: CallRecorder): { left: number[]; right: number[]; sampleRate: number } {
  const { samples, sampleRate, channels } = decodeWav(recorder.wav());
  expect(channels).toBe(2);
  const frames = Array.from({ length: samples.length / 2 }, (_, frame) => frame);
  return {
    sampleRate,
    left: frames.map((frame) => samples[frame * 2] ?? 0),
    right: frames.map((frame) => samples[frame * 2 + 1] ?? 0),
  };
}

it('puts both sides where they were in time, with silence where nothing was', () => {
  const recorder = new CallRecorder({ callerRate: 1000, agentRate: 1000, startedAt: 5000 });
  recorder.caller(constant(10, 1), 5000);
  recorder.agent(constant(5, 2), 5020);
  recorder.caller(constant(10, 3), 5010);
  const { left, right, sampleRate } = sides(recorder);
  expect(sampleRate).toBe(1000);
  expect(left).toEqual([...constant(10, 1), ...constant(10, 3), ...constant(5, 0)]);
  expect(right).toEqual([...constant(20, 0), ...constant(5, 2)]);
});

it('joins pieces whose times differ by the rounding of a sample, and never overlaps them', () => {
  const recorder = new CallRecorder({ callerRate: 16_000, agentRate: 16_000, startedAt: 0 });
  // 1.1 samples of gap, then 0.9 of overlap, as times in ms give them.
  recorder.caller(constant(160, 1), 0);
  recorder.caller(constant(160, 2), 10.07);
  recorder.caller(constant(160, 3), 19.94);
  const { left } = sides(recorder);
  expect(left).toEqual([...constant(160, 1), ...constant(160, 2), ...constant(160, 3)]);
});

it('brings the agent to the rate of the caller', () => {
  const recorder = new CallRecorder({ callerRate: 16_000, agentRate: 24_000, startedAt: 0 });
  recorder.agent(constant(2400, 1000), 0);
  const { right } = sides(recorder);
  expect(right).toHaveLength(1600);
  expect(right[800]).toBeGreaterThan(990);
  expect(right[800]).toBeLessThan(1010);
});

it('stops at its bound', () => {
  const recorder = new CallRecorder({ callerRate: 1000, agentRate: 1000, startedAt: 0, maxMs: 15 });
  recorder.caller(constant(10, 1), 0);
  recorder.caller(constant(10, 2), 10);
  recorder.caller(constant(10, 3), 20);
  recorder.agent(constant(10, 4), 99);
  const { left, right } = sides(recorder);
  expect(left).toEqual([...constant(10, 1), ...constant(5, 2)]);
  expect(right).toEqual([...constant(15, 0)]);
});

it('keeps a copy: the microphone may use its buffer again', () => {
  const recorder = new CallRecorder({ callerRate: 1000, agentRate: 1000, startedAt: 0 });
  const buffer = constant(3, 1);
  recorder.caller(buffer, 0);
  buffer.fill(9);
  expect(sides(recorder).left).toEqual([1, 1, 1]);
});
