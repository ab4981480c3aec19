// Sounds that are not speech, and speech among them, made from numbers: the same on every machine and in every run.

export const RATE = 16_000;
const FULL_SCALE = 32_768;

/** Mono audio at RATE, full scale = 1. */
export type Sound = Float32Array;

/** Uniform noise from -1 to 1 (a linear congruential generator, Numerical Recipes' constants). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2_147_483_648 - 1;
  };
}

const samples = (ms: number): number => Math.round((RATE * ms) / 1000);

const make = (ms: number, at: (n: number) => number): Sound =>
  Float32Array.from({ length: samples(ms) }, (_, n) => at(n));

const rms = (sound: Sound): number => Math.sqrt(sound.reduce((sum, value) => sum + value * value, 0) / sound.length);

/** The sound at this level (RMS), dBFS. */
export function atLevel(sound: Sound, dbfs: number): Sound {
  const gain = 10 ** (dbfs / 20) / (rms(sound) || 1);
  return sound.map((value) => value * gain);
}

/** `sound` laid over `under`, from `atMs` on. */
export function mixed(under: Sound, sound: Sound, atMs: number): Sound {
  const sum = under.slice();
  const from = samples(atMs);
  for (let n = 0; n < sound.length && from + n < sum.length; n += 1)
    sum[from + n] = (sum[from + n] ?? 0) + (sound[n] ?? 0);
  return sum;
}

export function white(ms: number, seed = 1): Sound {
  const next = random(seed);
  return make(ms, next);
}

/** Noise whose power falls by 3 dB an octave (Paul Kellet's economy filter). */
export function pink(ms: number, seed = 2): Sound {
  const next = random(seed);
  let [a, b, c] = [0, 0, 0];
  return make(ms, () => {
    const value = next();
    a = 0.99765 * a + value * 0.099046;
    b = 0.963 * b + value * 0.2965164;
    c = 0.57 * c + value * 1.0526913;
    return a + b + c + value * 0.1848;
  });
}

export function silence(ms: number): Sound {
  return new Float32Array(samples(ms));
}

/** Rises and falls along half a sine, so that it has no edge to click at. */
function swelling(sound: Sound): Sound {
  return sound.map((value, n) => value * Math.sin((Math.PI * n) / sound.length));
}

/** One pole low pass. */
function muffled(sound: Sound, hz: number): Sound {
  const keep = Math.exp((-2 * Math.PI * hz) / RATE);
  let held = 0;
  return sound.map((value) => (held = keep * held + (1 - keep) * value));
}

/** Bursts of a sound's beginning, `ms` long each, one every `everyMs`. */
function bursts(sound: (ms: number, seed: number) => Sound, ms: number, everyMs: number, count: number): Sound {
  let all = silence(everyMs * count);
  for (let at = 0; at < count; at += 1) all = mixed(all, swelling(sound(ms, at + 1)), at * everyMs + everyMs / 3);
  return all;
}

/** Keys and mouse: a crack of 3 ms that rings for 15, one to four a second. */
function clicks(ms: number): Sound {
  const next = random(9);
  let all = silence(ms);
  for (let at = 150; at < ms; at += 250 + 600 * Math.abs(next())) {
    const seed = Math.round(at);
    const crack = make(18, (n) => Math.exp(-n / 60) * Math.sin(n * 0.9 + seed));
    const noise = white(3, seed);
    all = mixed(all, mixed(crack, noise, 0), at);
  }
  return all;
}

/** A ringtone-like melody: tones of 180 ms with two harmonics, an exponential decay each, on a pentatonic scale. */
function melody(ms: number): Sound {
  const scale = [523.25, 587.33, 659.25, 783.99, 880];
  const noteMs = 180;
  return make(ms, (n) => {
    const time = n / RATE;
    const note = Math.floor((time * 1000) / noteMs);
    const since = time - (note * noteMs) / 1000;
    const hz = scale[(note * 3) % scale.length] ?? 0;
    const phase = 2 * Math.PI * hz * time;
    return Math.exp(-since * 8) * (Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.2 * Math.sin(3 * phase));
  });
}

/** Music on hold: three notes of a chord held, changing every second, with a tremolo. */
function chords(ms: number): Sound {
  const roots = [220, 174.61, 261.63, 196];
  return make(ms, (n) => {
    const time = n / RATE;
    const root = roots[Math.floor(time) % roots.length] ?? 0;
    const chord = [1, 1.26, 1.5, 2].reduce((sum, ratio) => sum + Math.sin(2 * Math.PI * root * ratio * time), 0);
    return chord * (1 + 0.2 * Math.sin(2 * Math.PI * 5 * time));
  });
}

/**
 * Something like a cough: 40 ms of explosive noise, 150 ms that decay, and a short second burst; noise through the
 * resonances of an open throat (500 and 1500 Hz), without the voice that ends some coughs.
 */
function cough(seed: number): Sound {
  const burst = white(320, seed).map((value, n) => {
    const ms = (n * 1000) / RATE;
    const first = ms < 8 ? ms / 8 : Math.exp(-(ms - 8) / 55);
    const second = ms < 210 ? 0 : 0.35 * Math.exp(-(ms - 210) / 30);
    return value * (first + second);
  });
  const low = resonance(burst, 500, 150);
  const high = resonance(burst, 1500, 250);
  return low.map((value, n) => value + 0.6 * (high[n] ?? 0));
}

/** Two-pole resonator of a frequency and a bandwidth, Hz. */
function resonance(sound: Sound, hz: number, width: number): Sound {
  const radius = Math.exp((-Math.PI * width) / RATE);
  const cosine = 2 * radius * Math.cos((2 * Math.PI * hz) / RATE);
  let [one, two] = [0, 0];
  return sound.map((value) => {
    const out = (1 - radius) * value + cosine * one - radius * radius * two;
    two = one;
    one = out;
    return out;
  });
}

function coughs(ms: number): Sound {
  let all = silence(ms);
  for (let at = 400, seed = 1; at + 400 < ms; at += 1300, seed += 1) all = mixed(all, cough(seed), at);
  return all;
}

const SECONDS = 8000;

/** Ten seconds each of what is not speech, loud (-24 dBFS at their peaks' level) over a quiet room (-65 dBFS). */
export const NOISES: Readonly<Record<string, () => Sound>> = {
  'white noise bursts': () => atLevel(bursts(white, 400, 1000, 8), -24),
  'pink noise bursts': () => atLevel(bursts(pink, 400, 1000, 8), -24),
  'steady white noise': () => atLevel(white(SECONDS), -34),
  'steady pink noise': () => atLevel(pink(SECONDS), -34),
  'clicks of keys': () => atLevel(clicks(SECONDS), -34),
  'thuds (door, table)': () =>
    atLevel(
      bursts((ms, seed) => muffled(white(ms, seed), 120), 180, 1000, 8),
      -26,
    ),
  'melody (ringtone)': () => atLevel(melody(SECONDS), -24),
  'chords (music on hold)': () => atLevel(chords(SECONDS), -24),
  'coughs without voice': () => atLevel(coughs(SECONDS), -26),
};

/** A sound as it comes through a microphone: after two seconds of a quiet room, and a second of it behind. */
export function inQuietRoom(sound: Sound, leadMs = 2000): Sound {
  const ms = (sound.length * 1000) / RATE + leadMs + 1000;
  return mixed(atLevel(pink(ms, 77), -65), sound, leadMs);
}

export const fromPcm = (pcm: Uint8Array): Sound =>
  Float32Array.from(new Int16Array(new Uint8Array(pcm).buffer), (value) => value / FULL_SCALE);

export const toPcm = (sound: Sound): Uint8Array =>
  new Uint8Array(
    Int16Array.from(sound, (value) => Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, Math.round(value * FULL_SCALE))))
      .buffer,
  );

/** Level of the loudest 20 ms, as an amplitude. */
function loudest(speech: Sound): number {
  let most = 0;
  for (let at = 0; at + 320 <= speech.length; at += 160) most = Math.max(most, rms(speech.subarray(at, at + 320)));
  return most;
}

/** Where sound really begins and ends in clean speech, ms: the first and last 4 ms within 35 dB of its loudest 20. */
export function extent(speech: Sound): { readonly beginMs: number; readonly endMs: number } {
  const enough = loudest(speech) * 10 ** (-35 / 20);
  let [begin, end] = [-1, 0];
  for (let at = 0; at + 64 <= speech.length; at += 64) {
    if (rms(speech.subarray(at, at + 64)) < enough) continue;
    if (begin < 0) begin = at;
    end = at + 64;
  }
  return { beginMs: (Math.max(0, begin) * 1000) / RATE, endMs: (end * 1000) / RATE };
}

/** Speech at -24 dBFS with noise at this signal to noise ratio, dB, from the beginning; `leadMs` of noise alone before. */
export function speechInNoise(speech: Sound, noise: (ms: number) => Sound, snrDb: number, leadMs = 2000): Sound {
  const ms = (speech.length * 1000) / RATE + leadMs + 1500;
  const { beginMs, endMs } = extent(speech);
  const spoken = rms(speech.subarray(samples(beginMs), samples(endMs)));
  const level = 10 ** (-24 / 20);
  return mixed(
    atLevel(noise(ms), -24 - snrDb),
    speech.map((value) => (value * level) / spoken),
    leadMs,
  );
}
