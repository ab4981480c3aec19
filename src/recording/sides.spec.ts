import { AgentSide } from './agent-side.js';
import { CallerSide } from './caller-side.js';
import { RECORDING_RATE, Track } from './track.js';

const RATE = RECORDING_RATE;
const FRAME_MS = 20;

/** A microphone whose every sample is different, so that where it lies tells when it was spoken: a ramp of 2 s. */
function frame(n: number, rate = RATE): Uint8Array {
  const length = (rate * FRAME_MS) / 1000;
  const samples = Int16Array.from({ length }, (_, i) => 1 + ((n * length + i) % 32_000));
  return new Uint8Array(samples.buffer);
}

/** One channel up to `toMs`. */
function channel(track: Track, toMs: number): Int16Array {
  const samples = new Int16Array(toMs * 16 * 2);
  track.take(toMs * 16, samples, 0);
  return samples.filter((_, i) => i % 2 === 0);
}

/** Where the ramp's n-th sample lies, ms; undefined where it does not. */
const placeOf = (heard: Int16Array, sample: number): number | undefined => {
  const at = heard.indexOf(1 + (sample % 32_000));
  return at < 0 ? undefined : at / 16;
};

describe('the caller’s side', () => {
  const listen = (arrivals: readonly number[]) => {
    const track = new Track();
    const side = new CallerSide(track, RATE);
    let last = 0;
    for (const [n, at] of arrivals.entries()) {
      for (; last + 1000 < at; last += 1000) side.settle(last, 10_000);
      side.hear(frame(n), at);
    }
    side.settle(Infinity, 0);
    return channel(track, 20_000);
  };
  const steady = (count: number, from = 1000) => Array.from({ length: count }, (_, n) => from + (n + 1) * FRAME_MS);

  it('lies where it was spoken, whatever the network’s jitter', () => {
    // Each frame up to 60 ms late, in order.
    let before = 0;
    const late = steady(90).map((at, n) => (before = Math.max(before, at + ((n * 37) % 60))));
    const heard = listen(late);
    expect(placeOf(heard, 0)).toBeCloseTo(1000, -1);
    expect(placeOf(heard, 80 * 320)).toBeCloseTo(1000 + 1600, -1);
    expect(heard.filter((sample) => sample !== 0)).toHaveLength(90 * 320);
  });

  it('has no hole where the network only stood still', () => {
    const stalled = steady(90).map((at, n) => (n >= 20 && at < 2600 ? 2600 : at));
    const heard = listen(stalled);
    expect(placeOf(heard, 60 * 320)).toBeCloseTo(1000 + 1200, -1);
  });

  it('lies where it was spoken although a server that was busy when the call began had its first second late', () => {
    const busy = steady(150).map((at, n) => (n < 50 ? at + 300 : Math.max(at, 2300)));
    const heard = listen(busy);
    expect(placeOf(heard, 0)).toBeCloseTo(1000, -1);
    expect(heard.filter((sample) => sample !== 0)).toHaveLength(150 * 320);
  });

  it('begins with the recording: what was spoken before has no place in it', () => {
    const heard = listen(steady(90, -500).map((at) => Math.max(0, at)));
    expect(placeOf(heard, 500 * 16)).toBeCloseTo(0, -1);
    expect(placeOf(heard, 1500 * 16)).toBeCloseTo(1000, -1);
    expect(heard.filter((sample) => sample !== 0)).toHaveLength(65 * 320);
  });

  it('is silent where nothing was sent', () => {
    const paused = steady(90).map((at, n) => (n >= 45 ? at + 5000 : at));
    const heard = listen(paused);
    expect(placeOf(heard, 44 * 320)).toBeCloseTo(1000 + 880, -1);
    expect(placeOf(heard, 45 * 320)).toBeCloseTo(1000 + 900 + 5000, -1);
  });

  it('is raised from a telephone’s 8 kHz, at its place', () => {
    const track = new Track();
    const side = new CallerSide(track, 8000);
    // Two seconds of silence with a click in it.
    for (let n = 0; n < 100; n += 1) {
      const samples = new Int16Array(160);
      if (n === 50) samples.fill(20_000);
      side.hear(new Uint8Array(samples.buffer), 1000 + (n + 1) * FRAME_MS);
    }
    side.settle(Infinity, 0);
    const heard = channel(track, 4000);
    const first = heard.findIndex((sample) => sample > 10_000) / 16;
    expect(Math.abs(first - 2000)).toBeLessThan(2);
  });
});

describe('the agent’s side', () => {
  const agent = () => {
    const track = new Track();
    const side = new AgentSide(track, RATE);
    const say = (frames: number, at: number, from = 0) => {
      for (let n = from; n < from + frames; n += 1) side.said(frame(n), at);
    };
    return { track, side, say };
  };

  it('lies where the clock says, without a word of the client’s', () => {
    const { track, side, say } = agent();
    side.playback({ type: 'began' }, 500);
    say(50, 500);
    side.settle(5000);
    const heard = channel(track, 5000);
    expect(placeOf(heard, 0)).toBe(500);
    expect(placeOf(heard, 900 * 16)).toBe(1400);
  });

  it('lies where the client says that it was, from the beginning on', () => {
    const { track, side, say } = agent();
    side.playback({ type: 'began' }, 500);
    say(50, 500);
    side.playback({ type: 'at', ms: 100, plays: true, reported: true }, 800);
    side.playback({ type: 'at', ms: 300, plays: true, reported: true }, 1010);
    side.settle(5000);
    const heard = channel(track, 5000);
    expect(placeOf(heard, 0)).toBe(700);
    expect(placeOf(heard, 900 * 16)).toBe(1600);
  });

  it('stands where the client’s playback stood still', () => {
    const { track, side, say } = agent();
    side.playback({ type: 'began' }, 0);
    say(90, 0);
    side.playback({ type: 'at', ms: 500, plays: true, reported: true }, 500);
    side.playback({ type: 'at', ms: 600, plays: true, reported: true }, 1600);
    side.settle(5000);
    const heard = channel(track, 5000);
    expect(placeOf(heard, 400 * 16)).toBe(400);
    expect(placeOf(heard, 700 * 16)).toBe(1700);
    expect(heard[16 * 1200]).toBe(0);
  });

  it('ends where the caller cut it off', () => {
    const { track, side, say } = agent();
    side.playback({ type: 'began' }, 0);
    say(90, 0);
    side.playback({ type: 'at', ms: 700, plays: false, reported: false }, 700);
    side.playback({ type: 'at', ms: 650, plays: false, reported: true }, 800);
    side.playback({ type: 'ended', ms: 650 }, 1000);
    side.playback({ type: 'began' }, 2000);
    say(10, 2000, 20);
    side.settle(5000);
    const heard = channel(track, 5000);
    expect(placeOf(heard, 640 * 16)).toBe(640);
    expect(placeOf(heard, 660 * 16)).toBeUndefined();
    expect(placeOf(heard, 400 * 16)).toBe(400);
    expect(heard[16 * 2000]).toBe(1 + 400 * 16);
  });

  it('goes on where it stood after a pause, and is not doubled by what is sent again', () => {
    const { track, side, say } = agent();
    side.playback({ type: 'began' }, 0);
    say(90, 0);
    // The client is gone at 500, back at 3000, and has played up to 800.
    side.playback({ type: 'at', ms: 500, plays: false, reported: true }, 500);
    side.playback({ type: 'rewound', ms: 800 }, 3000);
    side.playback({ type: 'at', ms: 800, plays: true, reported: true }, 3000);
    say(50, 3000, 40);
    side.playback({ type: 'ended', ms: 1800 }, 4000);
    side.settle(5000);
    const heard = channel(track, 5000);
    expect(placeOf(heard, 790 * 16)).toBe(790);
    expect(placeOf(heard, 810 * 16)).toBe(3010);
    expect(heard.filter((sample) => sample !== 0)).toHaveLength(1800 * 16);
  });

  it('waits for a voice that is slower than its playback', () => {
    const { track, side, say } = agent();
    side.playback({ type: 'began' }, 0);
    say(10, 0);
    say(10, 900, 10);
    side.settle(5000);
    const heard = channel(track, 5000);
    expect(placeOf(heard, 199 * 16)).toBe(199);
    expect(placeOf(heard, 200 * 16)).toBe(900);
  });
});
