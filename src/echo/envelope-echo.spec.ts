import { synthesise } from '../../test/speech/hear.js';
import { samplesOf } from '../audio/pcm16.js';
import { EnvelopeEcho } from './envelope-echo.js';

const RATE = 16_000;
const FRAME_MS = 20;
const FRAME = (RATE * FRAME_MS) / 1000;

const AGENT = 'You have twelve transactions in March. The last one was a coffee for four dollars at the harbor.';
const CALLER = 'No wait, please show me the ones of client five thousand and two instead of these.';

/** The same samples later and softer, with noise of a room at -50 dBFS: what a loudspeaker does to a microphone. */
function echoOf(voice: Int16Array, delayMs: number, lossDb: number): Float64Array {
  const delay = (delayMs * RATE) / 1000;
  const gain = 10 ** (-lossDb / 20);
  let seed = 1;
  return Float64Array.from({ length: voice.length + delay }, (_, n) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return (voice[n - delay] ?? 0) * gain + (seed / 2 ** 31 - 0.5) * 200;
  });
}

const plus = (a: Float64Array, b: Int16Array, at: number): Float64Array =>
  a.map((value, n) => value + (b[n - at] ?? 0));

describe('telling an echo by its loudness over time', () => {
  let agent: Int16Array;
  let caller: Int16Array;
  beforeAll(async () => {
    agent = samplesOf(await synthesise(AGENT, 'slt'));
    caller = samplesOf(await synthesise(CALLER, 'rms'));
  }, 30_000);

  /** The verdict after every 100 ms of the microphone, from 300 ms on; the position is known to within `jitterMs`. */
  function verdicts(microphone: Float64Array, jitterMs = 0): boolean[] {
    const stream = new EnvelopeEcho().open({ inputSampleRate: RATE, outputSampleRate: RATE });
    stream.replyStarted();
    // All of the reply is sent at once, ahead of playback.
    stream.sent(new Uint8Array(agent.buffer, agent.byteOffset, agent.byteLength));
    const heard: boolean[] = [];
    for (let frame = 0; (frame + 1) * FRAME <= microphone.length; frame += 1) {
      const samples = Int16Array.from(microphone.subarray(frame * FRAME, (frame + 1) * FRAME));
      const playedMs = (frame + 1) * FRAME_MS + (frame % 5 === 0 ? jitterMs : -jitterMs);
      stream.heard(new Uint8Array(samples.buffer), playedMs);
      if (frame >= 15 && frame % 5 === 0) heard.push(stream.isEcho());
    }
    return heard;
  }
  const share = (list: readonly boolean[]): number => list.filter(Boolean).length / list.length;

  it.each([
    [50, 6],
    [150, 12],
    [250, 20],
    [400, 10],
  ])('knows its own voice %d ms later and %d dB softer', (delayMs, lossDb) => {
    const heard = verdicts(echoOf(agent, delayMs, lossDb).subarray(0, agent.length));
    // The very beginning, before the echo has come, cannot be known.
    expect(share(heard.slice(4))).toBeGreaterThan(0.9);
  });

  it('knows it when the client reports its position only roughly', () => {
    expect(share(verdicts(echoOf(agent, 200, 12).subarray(0, agent.length), 30).slice(4))).toBeGreaterThan(0.8);
  });

  it('does not take a caller for it', () => {
    const alone = Float64Array.from(caller);
    expect(share(verdicts(alone.subarray(0, agent.length)))).toBeLessThan(0.15);
  });

  it('hears a caller who talks over the echo', () => {
    const from = RATE; // 1 s into the reply
    const both = plus(echoOf(agent, 150, 15), caller, from);
    const heard = verdicts(both.subarray(0, Math.min(agent.length, from + caller.length)));
    const overlap = heard.slice((1000 - 300) / 100 + 8);
    expect(share(overlap)).toBeLessThan(0.3);
  });

  it('does not take silence or steady noise for it', () => {
    expect(share(verdicts(new Float64Array(agent.length)))).toBe(0);
    expect(share(verdicts(echoOf(new Int16Array(agent.length), 0, 0)))).toBe(0);
  });
});
