import { AudioThread } from '../testing/audio-thread.js';
import { CAPTURE_WORKLET, captureWorkletSource } from './capture.worklet.js';
import { PLAYBACK_WORKLET, playbackWorkletSource, type PlaybackReport } from './playback.worklet.js';

describe('capture', () => {
  it('collects 20 ms frames of the microphone, without a gap', () => {
    const thread = new AudioThread(captureWorkletSource, 48_000);
    expect(thread.name).toBe(CAPTURE_WORKLET);
    thread.render(20, (n) => n / 10_000);
    const frames = thread.posted as Float32Array[];
    expect(frames.map((frame) => frame.length)).toEqual([960, 960]);
    const samples = frames.flatMap((frame) => [...frame]);
    expect(samples.every((sample, n) => Math.abs(sample - n / 10_000) < 1e-6)).toBe(true);
  });

  it('keeps the loudspeaker silent', () => {
    const thread = new AudioThread(captureWorkletSource, 48_000);
    expect(thread.render(2, () => 1).every((sample) => sample === 0)).toBe(true);
  });
});

describe('playback', () => {
  const RATE = 16_000;
  /** 5 ms. */
  const FADE = 80;
  const ones = (length: number): Float32Array => new Float32Array(length).fill(1);
  const lastReport = (thread: AudioThread): PlaybackReport => thread.posted.at(-1) as PlaybackReport;

  function playing(...chunks: Float32Array[]): AudioThread {
    const thread = new AudioThread(playbackWorkletSource, RATE);
    expect(thread.name).toBe(PLAYBACK_WORKLET);
    for (const samples of chunks) thread.tell({ type: 'write', samples });
    return thread;
  }

  it('plays chunks in order and silence after them, and counts only what was played', () => {
    const thread = playing(ones(100), new Float32Array(50).fill(0.5));
    const heard = thread.render(6);
    expect(heard.slice(0, 100).every((sample) => sample === 1)).toBe(true);
    expect(heard.slice(100, 150).every((sample) => sample === 0.5)).toBe(true);
    expect(heard.slice(150 + FADE).every((sample) => sample === 0)).toBe(true);
    expect(lastReport(thread)).toMatchObject({ epoch: 0, played: 150 });
  });

  it('reports about every 20 ms, with the time at which it was so', () => {
    const thread = playing(ones(16_000));
    thread.render(20);
    const reports = thread.posted as PlaybackReport[];
    expect(reports.length).toBeGreaterThanOrEqual(6);
    for (const { played, at } of reports) expect(Math.abs(played - at * RATE)).toBeLessThan(0.001);
  });

  it('reaches another volume smoothly within 60 ms, and says how loud it is before that', () => {
    const thread = playing(new Float32Array(16_000).fill(0.5));
    thread.render(10);
    thread.tell({ type: 'volume', volume: 0.2 });
    const heard = thread.render(50);
    const steps = heard.slice(1).map((sample, n) => Math.abs(sample - (heard[n] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(0.002);
    expect(heard[RATE * 0.06]).toBeCloseTo(0.5 * (0.2 + 0.8 * 0.05), 2);
    expect(heard.at(-1)).toBeCloseTo(0.1, 3);
    expect(lastReport(thread).level).toBeCloseTo(0.5, 3);
    thread.render(200);
    expect(lastReport(thread).level).toBe(0);
  });

  it('is silent within 5 ms of a flush, without a click, and plays what comes after it from its beginning', () => {
    const thread = playing(ones(16_000));
    thread.render(1);
    thread.tell({ type: 'flush', epoch: 1 });
    const fading = thread.render(1);
    const steps = fading.slice(1).map((sample, n) => (fading[n] ?? 0) - sample);
    expect(Math.max(...steps)).toBeLessThan(2 / FADE);
    expect(fading.slice(FADE + 2).every((sample) => sample === 0)).toBe(true);
    thread.tell({ type: 'write', samples: ones(300) });
    expect(
      thread
        .render(3)
        .slice(0, 300)
        .every((sample) => sample === 1),
    ).toBe(true);
    thread.render(4);
    expect(lastReport(thread)).toMatchObject({ epoch: 1, played: 300 });
  });

  it('drops the old audio when new audio comes in the middle of the fade', () => {
    const thread = playing(ones(16_000));
    thread.render(1);
    thread.tell({ type: 'flush', epoch: 1 });
    thread.tell({ type: 'write', samples: new Float32Array(10).fill(0.25) });
    expect(thread.render(1).slice(0, 10)).toEqual([...new Float32Array(10).fill(0.25)]);
  });

  it('holds on a pause after a fade and goes on with a fade, losing nothing', () => {
    const thread = playing(ones(2000));
    thread.render(1);
    thread.tell({ type: 'pause' });
    const fading = thread.render(3);
    expect(fading.slice(FADE + 2).every((sample) => sample === 0)).toBe(true);
    thread.render(3);
    const before = lastReport(thread).played;
    thread.render(20);
    expect(lastReport(thread).played).toBe(before);
    thread.tell({ type: 'resume' });
    const again = thread.render(20);
    expect(again[0]).toBeLessThan(2 / FADE);
    expect(again.slice(FADE + 2, 1000).every((sample) => sample === 1)).toBe(true);
    thread.render(10);
    expect(lastReport(thread).played).toBe(2000);
  });

  it('takes a flush during a pause: the next reply is heard', () => {
    const thread = playing(ones(2000));
    thread.render(1);
    thread.tell({ type: 'pause' });
    thread.render(2);
    thread.tell({ type: 'flush', epoch: 1 });
    thread.tell({ type: 'write', samples: ones(10) });
    expect(thread.render(1).slice(0, 10)).toEqual([...ones(10)]);
  });

  it('does not click where the audio ran out in the middle of a sound, nor where it goes on', () => {
    const thread = playing(ones(100));
    const heard = thread.render(2);
    thread.tell({ type: 'write', samples: ones(1000) });
    heard.push(...thread.render(6));
    const steps = heard.slice(1).map((sample, n) => Math.abs(sample - (heard[n] ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(2 / FADE);
    expect(heard.slice(256 + FADE + 2).every((sample) => sample === 1)).toBe(true);
    thread.render(8);
    expect(lastReport(thread).played).toBe(1100);
  });

  it('plays what follows a sound that had come to its end from its first sample', () => {
    const thread = playing(ones(100), new Float32Array(20));
    thread.render(2);
    thread.tell({ type: 'write', samples: ones(10) });
    expect(thread.render(1).slice(0, 10)).toEqual([...ones(10)]);
  });
});
