import { bytesOf, samplesOf } from '../../audio/pcm16.js';
import type { VadEvent } from '../vad.port.js';
import { EnergyVad } from './energy-vad.js';
import type { EnergyVadOptions } from './energy-vad.js';

const RATE = 16_000;

/** Deterministic noise of the given level (a uniform distribution has its RMS 4.77 dB under its peak). */
function noise(ms: number, dbfs: number, seed = 1): Uint8Array {
  let state = seed;
  const peak = 32_768 * 10 ** ((dbfs + 4.77) / 20);
  return bytesOf(
    Int16Array.from({ length: (RATE * ms) / 1000 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.round(peak * (state / 2_147_483_648 - 1));
    }),
  );
}

/** Something like a voice: a 120 Hz buzz in syllables of 200 ms with dips between them, and a pause every second. */
function voice(ms: number, dbfs: number): Uint8Array {
  const peak = 32_768 * 10 ** ((dbfs + 6) / 20);
  return bytesOf(
    Int16Array.from({ length: (RATE * ms) / 1000 }, (_, at) => {
      const time = at / RATE;
      const syllable = Math.sin(Math.PI * ((time * 5) % 1)) ** 0.5;
      const pause = time % 1 > 0.85 ? 0 : 1;
      return Math.round(peak * syllable * pause * Math.sin(2 * Math.PI * 120 * time));
    }),
  );
}

function mix(a: Uint8Array, b: Uint8Array, atMs: number): Uint8Array {
  const sum = samplesOf(a).slice();
  samplesOf(b).forEach((sample, at) => {
    const index = at + (RATE * atMs) / 1000;
    if (index < sum.length) sum[index] = Math.max(-32_768, Math.min(32_767, (sum[index] ?? 0) + sample));
  });
  return bytesOf(sum);
}

interface Heard {
  readonly event: VadEvent;
  /** How much audio had been pushed when the event came, ms. */
  readonly afterMs: number;
}

function listen(audio: Uint8Array, options: EnergyVadOptions = {}, chunkBytes = 640): Heard[] {
  const heard: Heard[] = [];
  let pushed = 0;
  const stream = new EnergyVad(options).open({ sampleRate: RATE }, (event) => {
    heard.push({ event, afterMs: (pushed / 2 / RATE) * 1000 });
  });
  for (let at = 0; at < audio.length; at += chunkBytes) {
    const chunk = audio.subarray(at, at + chunkBytes);
    pushed += chunk.length;
    stream.push(chunk);
  }
  return heard;
}

const types = (heard: readonly Heard[]): string[] => heard.map(({ event }) => event.type);

describe('EnergyVad', () => {
  it.each([
    ['silence', -96],
    ['a quiet room', -65],
    ['a noisy room', -45],
  ])('finds a voice in %s within 60 ms, and its end', (_, background) => {
    const room = background < -90 ? new Uint8Array(RATE * 2 * 12) : noise(12_000, background);
    const heard = listen(mix(room, voice(1800, -20), 6000));
    expect(types(heard)).toEqual(['speech.started', 'speech.stopped']);
    const [started, stopped] = heard;
    expect(started?.event.audioMs).toBeGreaterThanOrEqual(5980);
    expect(started?.event.audioMs).toBeLessThanOrEqual(6030);
    expect(started?.afterMs).toBeLessThanOrEqual(6080);
    expect(stopped?.event.audioMs).toBeGreaterThanOrEqual(7700);
    expect(stopped?.event.audioMs).toBeLessThanOrEqual(7900);
  });

  it('hears a voice that is there from the first sample', () => {
    const heard = listen(mix(new Uint8Array(RATE * 2 * 4), voice(1700, -20), 0));
    expect(types(heard)).toEqual(['speech.started', 'speech.stopped']);
    expect(heard[0]?.event.audioMs).toBeLessThanOrEqual(20);
  });

  it('does not take clicks for speech', () => {
    let audio: Uint8Array = noise(6000, -60);
    for (const at of [1000, 1500, 1560, 3000]) audio = mix(audio, voice(20, -6), at);
    audio = mix(audio, noise(20, -10, 7), 4000);
    expect(listen(audio)).toEqual([]);
  });

  it('keeps one utterance together over the pauses between its words, and splits at longer ones', () => {
    const audio = mix(mix(noise(9000, -60), voice(2800, -20), 1000), voice(1500, -20), 5000);
    expect(types(listen(audio))).toEqual(['speech.started', 'speech.stopped', 'speech.started', 'speech.stopped']);
    expect(types(listen(audio, { hangoverMs: 100 })).length).toBeGreaterThan(4);
  });

  it('gets used to a fan that is switched on, and still hears the voice above it', () => {
    const audio = mix(mix(noise(20_000, -65), noise(18_000, -38, 3), 2000), voice(1800, -14), 15_000);
    const heard = listen(audio);
    expect(types(heard.slice(-2))).toEqual(['speech.started', 'speech.stopped']);
    expect(heard.at(-2)?.event.audioMs).toBeGreaterThanOrEqual(14_980);
    expect(heard.at(-2)?.event.audioMs).toBeLessThanOrEqual(15_100);
    expect(heard.filter(({ afterMs }) => afterMs > 8000)).toHaveLength(2);
  });

  it('does not depend on how the audio is cut into chunks', () => {
    const audio = mix(noise(4000, -60), voice(1500, -20), 1000);
    const events = (chunkBytes: number): VadEvent[] => listen(audio, {}, chunkBytes).map(({ event }) => event);
    expect(events(2)).toEqual(events(640));
    expect(events(4098)).toEqual(events(640));
    expect(events(audio.length)).toEqual(events(640));
  });

  it('works at every rate, and says nothing after close', () => {
    const events: VadEvent[] = [];
    const stream = new EnergyVad().open({ sampleRate: 48_000 }, (event) => events.push(event));
    const silence = new Uint8Array(9600);
    const loud = samplesOf(new Uint8Array(9600)).map((_, at) => 8000 * (at % 200 < 100 ? 1 : -1));
    for (let at = 0; at < 10; at += 1) stream.push(silence);
    stream.push(bytesOf(loud));
    expect(events).toEqual([{ type: 'speech.started', audioMs: 1000 }]);
    stream.close();
    for (let at = 0; at < 10; at += 1) stream.push(silence);
    expect(events).toHaveLength(1);
  });
});
