import type { VadEvent } from '../vad.port.js';
import { EnergyVad, type EnergyVadOptions } from './energy-vad.js';

const RATE = 16_000;

/** Noise of a level, deterministic. */
function noise(ms: number, dbfs: number, seed = 1): Int16Array {
  let state = seed;
  const amplitude = 32768 * 10 ** (dbfs / 20) * Math.sqrt(3);
  return Int16Array.from({ length: (RATE * ms) / 1000 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * amplitude);
  });
}

function detect(parts: readonly Int16Array[], options: Partial<EnergyVadOptions> = {}, chunk = 640): VadEvent[] {
  const events: VadEvent[] = [];
  const stream = new EnergyVad(options).open({ sampleRate: RATE }, (event) => events.push(event));
  const audio = Buffer.concat(parts.map((part) => Buffer.from(part.buffer)));
  for (let at = 0; at < audio.length; at += chunk) stream.push(audio.subarray(at, at + chunk));
  return events;
}

describe('the energy detector', () => {
  it.each([-70, -60, -50])('finds where speech begins and ends over noise at %d dBFS', (floor) => {
    const events = detect([noise(1000, floor), noise(800, floor + 25, 2), noise(800, floor, 3)]);
    expect(events.map((event) => event.type)).toEqual(['speech.started', 'speech.stopped']);
    expect(Math.abs((events[0]?.audioMs ?? 0) - 1000)).toBeLessThanOrEqual(20);
    expect(Math.abs((events[1]?.audioMs ?? 0) - 1800)).toBeLessThanOrEqual(20);
  });

  it('reports the onset after at most 60 ms of speech', () => {
    expect(detect([noise(500, -65), noise(60, -25, 2)])).toEqual([{ type: 'speech.started', audioMs: 500 }]);
  });

  it('takes a click for a click', () => {
    expect(detect([noise(500, -65), noise(30, -10, 2), noise(500, -65)])).toEqual([]);
  });

  it('bridges the pauses inside speech', () => {
    const word = noise(200, -25, 2);
    const gap = noise(150, -65);
    expect(detect([noise(300, -65), word, gap, word, gap, word, noise(500, -65)])).toHaveLength(2);
  });

  it('gets used to a noise that stays', () => {
    const events = detect([noise(500, -65), noise(20_000, -45, 2), noise(500, -20, 3), noise(600, -45, 4)]);
    expect(events.slice(-2).map((event) => event.type)).toEqual(['speech.started', 'speech.stopped']);
    expect(Math.abs((events.at(-2)?.audioMs ?? 0) - 20_500)).toBeLessThanOrEqual(30);
  });

  it('does not depend on how the audio is cut', () => {
    const parts = [noise(400, -65), noise(400, -25, 2), noise(600, -65, 3)];
    expect(detect(parts, {}, 2)).toEqual(detect(parts, {}, 3200));
  });
});
