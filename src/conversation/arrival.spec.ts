import { ManualClock } from '../../test/fakes/manual-clock.js';
import { Arrival } from './arrival.js';

const RATE = 16_000;
const FRAME_MS = 20;
const MS_PER_BYTE = 1000 / (RATE * 2);
const bytesOf = (ms: number) => ms / MS_PER_BYTE;

describe('when audio came in', () => {
  const arrival = (fromMs = 0) => {
    const clock = new ManualClock();
    const audio = new Arrival(clock, MS_PER_BYTE);
    audio.startAt(fromMs);
    /** Audio in real time: each frame as soon as it was said. */
    const live = async (ms: number, frameMs = FRAME_MS) => {
      for (let at = 0; at < ms; at += frameMs) {
        await clock.advance(frameMs);
        audio.push(bytesOf(frameMs));
      }
    };
    const burst = (ms: number) => {
      for (let at = 0; at < ms; at += FRAME_MS) audio.push(bytesOf(FRAME_MS));
    };
    return { clock, audio, live, burst };
  };

  it.each([20, 60, 200])('is when it was said, in real time, by frames of %d ms', async (frameMs) => {
    const { audio, live } = arrival();
    await live(3000, frameMs);
    for (const at of [100, 1500, 2990, 3000]) expect(Math.abs(audio.timeOf(at) - at)).toBeLessThanOrEqual(frameMs);
    expect(audio.lateMs).toBe(0);
  });

  it('is the moment of the burst for what came in one, and stays what it was for what came before', async () => {
    const { clock, audio, live, burst } = arrival();
    await live(1000);
    await clock.advance(8000);
    burst(8000);
    expect(audio.timeOf(900)).toBeCloseTo(900, -2);
    expect(audio.timeOf(995)).toBeCloseTo(1000, -2);
    for (const at of [1020, 4000, 9000]) expect(audio.timeOf(at)).toBe(9000);
    await live(500);
    expect(audio.timeOf(9400)).toBeCloseTo(9400, -2);
  });

  it('is never in the future, whatever position a recogniser gives', async () => {
    const { clock, audio, live, burst } = arrival();
    await live(200);
    await clock.advance(3000);
    burst(1000);
    expect(audio.timeOf(1_000_000)).toBe(clock.now());
  });

  it('says how late the audio of a burst is, and that it has caught up, or that the rest never comes', async () => {
    const caughtUp = arrival();
    await caughtUp.live(100);
    await caughtUp.clock.advance(5000);
    caughtUp.burst(2000);
    expect(caughtUp.audio.lateMs).toBeCloseTo(3000, -2);
    caughtUp.burst(3000);
    expect(caughtUp.audio.lateMs).toBe(0);
    const lost = arrival();
    await lost.live(100);
    await lost.clock.advance(5000);
    await lost.live(40);
    expect(lost.audio.lateMs).toBe(0);
  });

  it('counts from where the call was when another process had it', async () => {
    const { audio, live } = arrival(60_000);
    expect(audio.timeOf(60_000)).toBe(0);
    await live(1000);
    expect(audio.ms).toBe(61_000);
    expect(audio.timeOf(60_500)).toBeCloseTo(500, -2);
  });

  it('knows no older audio than half a minute to the frame, and is not wrong about it', async () => {
    const { audio, live } = arrival();
    await live(60_000);
    expect(audio.timeOf(1000)).toBeCloseTo(1000, -3);
  });
});
