import { LEAD_IN_MS, LeadingSilence } from './leading-silence.js';
import { AUDIBLE_DBFS, Onset, WINDOW_MS } from './onset.js';
import { bytesOf } from './pcm16.js';

const RATE = 16_000;
const ms = (time: number) => (time * RATE) / 1000;

/** Noise of this level, dBFS, from `fromMs` on; before it a much fainter one. */
function soundFrom(fromMs: number, dbfs = -25, lengthMs = fromMs + 200): Uint8Array {
  let seed = 7;
  const noise = () => ((seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647) * 2 - 1;
  const level = (db: number) => 32_768 * 10 ** (db / 20) * Math.sqrt(3);
  const samples = Int16Array.from({ length: ms(lengthMs) }, (_, at) =>
    Math.round(noise() * level(at < ms(fromMs) ? AUDIBLE_DBFS - 8 : dbfs)),
  );
  return bytesOf(samples);
}

/** Early by no more than a window, late by no more than its half. */
function isOnset(found: number, ms: number): void {
  expect(found).toBeGreaterThanOrEqual(ms - WINDOW_MS);
  expect(found).toBeLessThanOrEqual(ms + WINDOW_MS / 2);
}

function* chunksOf(audio: Uint8Array, bytes: number): Iterable<Uint8Array> {
  for (let at = 0; at < audio.length; at += bytes) yield audio.subarray(at, at + bytes);
}

describe('the onset of a sound', () => {
  it.each([2, 34, 640, 4800, 100_000])('is found in chunks of %d bytes', (bytes) => {
    const onset = new Onset(RATE);
    const found = [...chunksOf(soundFrom(203), bytes)].map((chunk) => onset.find(chunk)).find((at) => at !== undefined);
    isOnset((found ?? 0) / ms(1), 203);
  });

  it('is not what is fainter than can be heard, nor a single click', () => {
    const click = new Int16Array(ms(400));
    click[ms(100)] = 900; // -31 dBFS at its peak, -53 over 10 ms
    expect(new Onset(RATE).find(bytesOf(click))).toBeUndefined();
    expect(new Onset(RATE).find(soundFrom(500, -25, 500))).toBeUndefined();
    expect(new Onset(RATE).find(soundFrom(200, AUDIBLE_DBFS + 1))).toBeDefined();
  });
});

describe('the silence before a voice', () => {
  it.each([2, 34, 640, 4800, 100_000])('is cut but for its lead-in, in chunks of %d bytes', (bytes) => {
    const audio = soundFrom(250);
    const silence = new LeadingSilence(RATE);
    const sent: Uint8Array[] = [];
    let takenMs = 0;
    for (const chunk of chunksOf(audio, bytes)) {
      takenMs += chunk.length / ms(1) / 2;
      if (sent.length > 0) sent.push(chunk);
      else {
        const sound = silence.push(chunk);
        if (sound !== undefined) {
          sent.push(sound);
          // Not held for longer than one window and its chunk.
          expect(takenMs).toBeLessThanOrEqual(250 + 10 + chunk.length / ms(1) / 2);
        }
      }
    }
    const { cutMs, soundAtMs = 0 } = silence;
    isOnset(soundAtMs, 250);
    expect(soundAtMs - cutMs).toBeCloseTo(LEAD_IN_MS, 6);
    expect(Buffer.concat(sent).equals(audio.subarray(ms(cutMs) * 2))).toBe(true);
  });

  it('is left as it is where it is no longer than that', () => {
    const audio = soundFrom(40);
    const silence = new LeadingSilence(RATE);
    expect(silence.push(audio)).toBe(audio);
    expect(silence.cutMs).toBe(0);
  });

  it('leaves the end of one that is silent to its end', () => {
    const silence = new LeadingSilence(RATE);
    for (const chunk of chunksOf(new Uint8Array(ms(3000) * 2), 640)) expect(silence.push(chunk)).toBeUndefined();
    expect(silence.rest()?.length).toBe(ms(LEAD_IN_MS + WINDOW_MS) * 2);
    expect(silence.cutMs).toBeCloseTo(3000 - LEAD_IN_MS - WINDOW_MS, 6);
    expect(silence.soundAtMs).toBeUndefined();
    expect(new LeadingSilence(RATE).rest()).toBeUndefined();
  });
});
