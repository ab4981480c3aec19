import { DOUBT_MS, LEAD_IN_MS, LeadingSilence } from './leading-silence.js';
import { AUDIBLE_DBFS, Onset, SILENT_DBFS, STEP_MS, WINDOW_MS } from './onset.js';
import { bytesOf } from './pcm16.js';

const RATE = 16_000;
const ms = (time: number) => (time * RATE) / 1000;

/** Noise of this level, dBFS, from `fromMs` on; before it a much fainter one. All of it about an offset. */
function soundFrom(
  fromMs: number,
  dbfs = -25,
  lengthMs = fromMs + 200,
  noiseDbfs = AUDIBLE_DBFS - 12,
  offset = 0,
): Uint8Array {
  let seed = 7;
  const noise = () => ((seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647) * 2 - 1;
  const level = (db: number) => 32_768 * 10 ** (db / 20) * Math.sqrt(3);
  const samples = Int16Array.from({ length: ms(lengthMs) }, (_, at) =>
    Math.round(offset + noise() * level(at < ms(fromMs) ? noiseDbfs : dbfs)),
  );
  return bytesOf(samples);
}

/** Early or late by no more than a step. */
function isOnset(found: number, ms: number): void {
  expect(found).toBeGreaterThanOrEqual(ms - STEP_MS);
  expect(found).toBeLessThanOrEqual(ms + STEP_MS);
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
    for (const before of [Number.NEGATIVE_INFINITY, AUDIBLE_DBFS - 12]) {
      const click = soundFrom(400, -25, 600, before);
      new DataView(click.buffer).setInt16(ms(100) * 2, 20_000, true);
      isOnset((new Onset(RATE).find(click) ?? 0) / ms(1), 400);
    }
    expect(new Onset(RATE).find(soundFrom(500, -25, 500))).toBeUndefined();
    expect(new Onset(RATE).find(soundFrom(200, AUDIBLE_DBFS + 1))).toBeDefined();
  });

  it.each([-35, AUDIBLE_DBFS - 5, SILENT_DBFS + 2])('is found of a voice whose first sounds have %d dBFS', (dbfs) => {
    const quiet = soundFrom(200, dbfs, 400, SILENT_DBFS - 15);
    isOnset((new Onset(RATE).find(quiet) ?? 0) / ms(1), 200);
  });

  it('is not an offset, nor hidden by one', () => {
    expect(new Onset(RATE).find(soundFrom(500, -25, 500, SILENT_DBFS - 10, 300))).toBeUndefined();
    isOnset((new Onset(RATE).find(soundFrom(200, -40, 400, SILENT_DBFS - 10, -300)) ?? 0) / ms(1), 200);
  });

  it.each([8000, 16_000, 24_000, 44_100, 48_000])('is found at %d Hz', (rate) => {
    const samples = Int16Array.from({ length: rate }, (_, at) =>
      at < rate * 0.3 ? 0 : 3000 * Math.sin((2 * Math.PI * 200 * at) / rate),
    );
    isOnset(((new Onset(rate).find(bytesOf(samples)) ?? 0) / rate) * 1000, 300);
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
          expect(takenMs).toBeLessThanOrEqual(250 + WINDOW_MS + chunk.length / ms(1) / 2);
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
    expect(silence.rest()?.length).toBe(ms(LEAD_IN_MS + STEP_MS) * 2);
    expect(silence.cutMs).toBeCloseTo(3000 - LEAD_IN_MS - STEP_MS, 6);
    expect(silence.soundAtMs).toBeUndefined();
    expect(new LeadingSilence(RATE).rest()).toBeUndefined();
  });

  it('is no part of a soft onset before its sound, nor of one that the voice begins with', () => {
    for (const [pauseMs, dbfs] of [
      [300, SILENT_DBFS + 3],
      [0, AUDIBLE_DBFS - 6],
    ] as const) {
      const soft = soundFrom(120, -30, 300, dbfs);
      const audio = Buffer.concat([new Uint8Array(ms(pauseMs) * 2), soft]);
      const silence = new LeadingSilence(RATE);
      const sound = silence.push(audio);
      expect(sound?.length).toBeGreaterThanOrEqual(soft.length);
      expect(silence.cutMs).toBeGreaterThanOrEqual(pauseMs - LEAD_IN_MS - STEP_MS);
    }
  });

  it.each([2, 640, 100_000])('is not a voice so quiet that it may be noise, in chunks of %d bytes', (bytes) => {
    const whisper = soundFrom(0, AUDIBLE_DBFS - 12, 700);
    const short = new LeadingSilence(RATE);
    for (const chunk of chunksOf(whisper, bytes)) expect(short.push(chunk)).toBeUndefined();
    expect(Buffer.from(short.rest() ?? []).equals(whisper)).toBe(true);
    expect(short.cutMs).toBe(0);

    const pause = ms(2000) * 2;
    const late = Buffer.concat([new Uint8Array(pause), soundFrom(0, SILENT_DBFS + 4, 3000), soundFrom(0, -66, 3000)]);
    const silence = new LeadingSilence(RATE);
    const sent: Uint8Array[] = [];
    let heldBytes = 0;
    for (const chunk of chunksOf(late, bytes)) {
      heldBytes += chunk.length;
      const sound = sent.length > 0 ? chunk : silence.push(chunk);
      if (sound === undefined) continue;
      if (sent.length === 0) expect(heldBytes).toBeLessThanOrEqual(pause + ms(DOUBT_MS + STEP_MS) * 2 + chunk.length);
      sent.push(sound);
    }
    // Three of its steps in a row may be loud enough for a sound before that.
    isOnset(silence.soundAtMs ?? 0, 2000);
    expect(Buffer.concat(sent).equals(late.subarray(ms(silence.cutMs) * 2))).toBe(true);
  });
});
