import { AUDIO_BURST_MS, AUDIO_CREDIT_MS } from './session-limits.js';
import { Intake } from './intake.js';

const RATE = 16_000;
const FRAME_MS = 20;

/** A microphone, an intake and what comes out of it, on a clock that the test moves. */
class Bench {
  now = 0;
  /** ms of audio that were heard, and left out, in order. */
  readonly log: { what: 'heard' | 'skipped'; ms: number }[] = [];
  /** Numbers of the frames that were heard. */
  readonly heard: number[] = [];
  sent = 0;
  fair = true;
  readonly intake = new Intake(
    {
      pushAudio: (chunk) => {
        if (chunk.length > 0) this.heard.push(new DataView(chunk.buffer, chunk.byteOffset).getUint32(0));
        this.log.push({ what: 'heard', ms: chunk.length / 32 });
      },
      skipAudio: (bytes, ms) => {
        expect(bytes / 32).toBeCloseTo(ms, -1);
        this.log.push({ what: 'skipped', ms });
      },
    },
    RATE,
    () => this.now,
  );

  send(ms: number): void {
    for (let sent = 0; sent < ms; sent += FRAME_MS) {
      const frame = new Uint8Array(FRAME_MS * 32);
      new DataView(frame.buffer).setUint32(0, (this.sent += 1));
      this.fair = this.intake.take(frame, frame.length) && this.fair;
    }
  }

  tick(): void {
    this.fair = this.intake.tick(this.now) && this.fair;
  }

  /** Time passes, with ticks; `speed` times real time of audio comes meanwhile. */
  pass(ms: number, speed = 1): void {
    for (let passed = 0; passed < ms; passed += 250) {
      for (let part = 0; part < 12; part += 1) {
        this.now += 250 / 12;
        this.send(FRAME_MS * speed);
      }
      this.now = Math.round(this.now);
      this.tick();
    }
  }

  total(what: 'heard' | 'skipped'): number {
    return this.log.filter((entry) => entry.what === what).reduce((sum, { ms }) => sum + ms, 0);
  }
}

describe('Intake', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
    bench.pass(5000);
  });

  it('passes real time straight through', () => {
    bench.pass(60_000);
    bench.send(FRAME_MS);
    expect(bench.heard.at(-1)).toBe(bench.sent);
    expect(bench.heard).toHaveLength(bench.sent);
    expect(bench.fair).toBe(true);
  });

  it.each([
    ['the tick comes first', true],
    ['the frames come first', false],
  ])('lets a stop of the process pass, when %s', (_how, tickFirst) => {
    for (const stoppedMs of [2000, 9000, 10_500, 11_500, 12_000, 60_000, 300_000]) {
      const before = { heard: bench.total('heard'), skips: bench.total('skipped') };
      const events = bench.log.filter(({ what }) => what === 'skipped').length;
      bench.now += stoppedMs;
      if (tickFirst) bench.tick();
      bench.send(stoppedMs);
      bench.now += 20;
      bench.tick();
      bench.pass(20_000);
      const skipped = bench.total('skipped') - before.skips;
      expect(bench.fair).toBe(true);
      // Nothing vanishes without a word.
      expect(bench.total('heard') - before.heard + skipped).toBeCloseTo(stoppedMs + 80 * 12 * FRAME_MS, -2);
      expect(skipped).toBeGreaterThanOrEqual(Math.max(0, stoppedMs - AUDIO_BURST_MS - 2500));
      expect(skipped).toBeLessThanOrEqual(Math.max(0, stoppedMs - AUDIO_BURST_MS + 500));
      if (stoppedMs >= 12_000) expect(skipped).toBeGreaterThan(0);
      expect(bench.log.filter(({ what }) => what === 'skipped').length - events).toBe(skipped > 0 ? 1 : 0);
      // What was said last before the present is heard.
      expect(bench.heard.slice(-400)).toEqual(Array.from({ length: 400 }, (_, index) => bench.sent - 399 + index));
    }
  });

  it.each([12_000, 30_000])('lets a network pass that held audio back for %d ms, while we listened', (heldMs) => {
    bench.pass(heldMs, 0);
    bench.send(heldMs);
    bench.pass(10_000);
    expect(bench.fair).toBe(true);
    expect(bench.log.filter(({ what }) => what === 'skipped')).toEqual([{ what: 'skipped', ms: expect.any(Number) }]);
    expect(bench.total('skipped')).toBeGreaterThanOrEqual(heldMs - AUDIO_BURST_MS);
    expect(bench.total('skipped')).toBeLessThanOrEqual(heldMs - AUDIO_BURST_MS + 500);
    expect(bench.heard.slice(-900)).toEqual(Array.from({ length: 900 }, (_, index) => bench.sent - 899 + index));
  });

  it('waits for the end of what trickles in', () => {
    bench.pass(15_000, 0);
    bench.pass(1500, 10);
    bench.pass(10_000);
    expect(bench.fair).toBe(true);
    expect(bench.log.filter(({ what }) => what === 'skipped')).toHaveLength(1);
    expect(bench.heard.at(-1)).toBe(bench.sent);
  });

  it('takes nothing from a client that pauses, and lets it wait a tick at most', () => {
    bench.pass(60_000, 0);
    bench.send(FRAME_MS);
    expect(bench.heard.at(-1)).toBe(bench.sent - 1);
    bench.now += 250;
    bench.tick();
    expect(bench.heard.at(-1)).toBe(bench.sent);
    bench.pass(5000);
    expect(bench.total('skipped')).toBe(0);
    bench.send(FRAME_MS);
    expect(bench.heard.at(-1)).toBe(bench.sent);
  });

  it('keeps the order with what has to come after the audio', () => {
    bench.pass(60_000, 0);
    bench.send(100);
    bench.intake.flush();
    expect(bench.heard.at(-1)).toBe(bench.sent);
  });

  it('takes at once what a resumed client has kept', () => {
    const resumed = new Bench();
    resumed.send(AUDIO_BURST_MS);
    expect(resumed.heard).toHaveLength(AUDIO_BURST_MS / FRAME_MS);
    resumed.pass(5000);
    expect(resumed.total('skipped')).toBe(0);
  });

  it('carries a sound card that is a little fast, and one that is a little slow, for an hour', () => {
    for (const pace of [0.99, 1.01]) {
      let now = 0;
      let heard = 0;
      const hearer = { pushAudio: () => void (heard += 1), skipAudio: () => void (heard = Number.NaN) };
      const intake = new Intake(hearer, RATE, () => now);
      const frame = new Uint8Array(3200);
      let sent = 0;
      for (; sent < 36_000; sent += 1) {
        now = (sent * 100) / pace;
        expect(intake.take(frame, frame.length)).toBe(true);
        if (sent % 3 === 0) intake.tick(now);
      }
      intake.flush();
      expect(heard).toBe(sent);
    }
  });

  it.each([2, 5, 100])('ends at %d times real time, sooner or later', (speed) => {
    for (let seconds = 0; seconds < 200 && bench.fair; seconds += 1) bench.pass(1000, speed);
    expect(bench.fair).toBe(false);
    // What was passed on is what real time and the bursts allow.
    expect(bench.total('heard')).toBeLessThan(bench.now * 1.1 + 1.5 * AUDIO_BURST_MS);
  });

  it('takes so much and no more that comes beyond all time', () => {
    bench.send(AUDIO_CREDIT_MS + 20_000);
    expect(bench.fair).toBe(false);
  });

  it('sees a flood of empty frames', () => {
    for (let index = 0; index < 40_000; index += 1) bench.fair = bench.intake.take(new Uint8Array(0), 64) && bench.fair;
    expect(bench.fair).toBe(false);
  });
});
