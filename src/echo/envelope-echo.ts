// Recognises the agent's own voice in the microphone by its loudness over time: through a loudspeaker, a room and a codec
// little of the wave survives, but its envelope does, later and softer.
import { meanPower, powerToDbfs, samplesOf } from '../audio/pcm16.js';
import type { EchoDetector, EchoOptions, EchoStream } from './echo.port.js';

/** Length of one value of an envelope, ms: a syllable has about ten. */
const FRAME_MS = 20;
/** Quieter than this is silence, whose level says nothing, dBFS. */
const FLOOR_DBFS = -55;
/** An echo comes back no later than this after it was played, as far as the played position is known, ms. */
const MAX_DELAY_MS = 700;
/** Audio that is compared at most and at least, ms. More is surer; less is all there is soon after an onset. */
const LONGEST_MS = 1500;
const SHORTEST_MS = 200;
/** Pearson's correlation of the two envelopes, in dB, from which one explains the other. */
const ALIKE = 0.75;
/** The same while there is less audio than this, ms: better to wait for more than to take an echo for the caller. */
const ALIKE_EARLY = 0.4;
const EARLY_MS = 600;
/** An echo is softer than what was played by at least this much, dB. */
const MIN_LOSS_DB = 2;
/** An envelope that varies less than this (standard deviation, dB) resembles anything. */
const MIN_VARIATION_DB = 3;

const LONGEST = LONGEST_MS / FRAME_MS;
const MAX_DELAY = MAX_DELAY_MS / FRAME_MS;

/** Gathers PCM16 into levels of 20 ms, dBFS. */
class Envelope {
  private power = 0;
  private gathered = 0;
  private readonly frameLength: number;

  constructor(
    sampleRate: number,
    private readonly frame: (level: number) => void,
  ) {
    this.frameLength = (sampleRate * FRAME_MS) / 1000;
  }

  push(chunk: Uint8Array): void {
    const samples = samplesOf(chunk);
    for (let at = 0; at < samples.length;) {
      const end = Math.min(samples.length, at + this.frameLength - this.gathered);
      this.power += meanPower(samples, at, end) * (end - at);
      this.gathered += end - at;
      at = end;
      if (this.gathered < this.frameLength) return;
      this.frame(Math.max(FLOOR_DBFS, powerToDbfs(this.power / this.frameLength)));
      this.power = 0;
      this.gathered = 0;
    }
  }
}

class EnvelopeEchoStream implements EchoStream {
  private readonly reply: number[] = [];
  private readonly replyEnvelope: Envelope;
  /** The latest levels of the microphone, and how far the reply was ahead of the first of all levels at each, frames. */
  private readonly levels: number[] = [];
  private readonly offsets: number[] = [];
  private frames = 0;
  private readonly microphone: Envelope;
  private playedMs = 0;
  private framesLeft = 0;

  constructor({ inputSampleRate, outputSampleRate }: EchoOptions) {
    this.replyEnvelope = new Envelope(outputSampleRate, (level) => this.reply.push(level));
    this.microphone = new Envelope(inputSampleRate, (level) => this.heardFrame(level));
    this.bytesPerFrame = (inputSampleRate * 2 * FRAME_MS) / 1000;
  }
  private readonly bytesPerFrame: number;

  replyStarted(): void {
    this.reply.length = 0;
    this.levels.length = 0;
    this.offsets.length = 0;
    this.frames = 0;
  }

  replyEnded(playedMs: number): void {
    this.reply.length = Math.min(this.reply.length, Math.ceil(playedMs / FRAME_MS));
  }

  sent(chunk: Uint8Array): void {
    this.replyEnvelope.push(chunk);
  }

  heard(chunk: Uint8Array, playedMs: number): void {
    this.playedMs = playedMs;
    // A chunk that is longer than a frame was heard over a time: its first frame before its last.
    this.framesLeft = Math.floor(chunk.length / this.bytesPerFrame);
    this.microphone.push(chunk);
  }

  isEcho(): boolean {
    const count = this.levels.length;
    if (count * FRAME_MS < SHORTEST_MS || deviation(this.levels) < MIN_VARIATION_DB) return false;
    const played = Array.from({ length: count }, () => FLOOR_DBFS);
    const alike = count * FRAME_MS < EARLY_MS ? ALIKE_EARLY : ALIKE;
    // Reports of the position come now and then, and late: the sound itself goes on evenly.
    const first = this.frames - count + median(this.offsets);
    for (let delay = 0; delay <= MAX_DELAY; delay += 1) {
      let loss = 0;
      let loud = 0;
      for (let n = 0; n < count; n += 1) {
        const level = this.reply[first + n - delay] ?? FLOOR_DBFS;
        played[n] = level;
        if (level <= FLOOR_DBFS) continue;
        loss += level - (this.levels[n] as number);
        loud += 1;
      }
      if (loud * FRAME_MS < SHORTEST_MS / 2 || loss / loud < MIN_LOSS_DB) continue;
      if (correlation(this.levels, played) >= alike) return true;
    }
    return false;
  }

  private heardFrame(level: number): void {
    this.framesLeft = Math.max(0, this.framesLeft - 1);
    this.levels.push(level);
    this.offsets.push(Math.round(this.playedMs / FRAME_MS) - this.framesLeft - this.frames);
    this.frames += 1;
    if (this.levels.length <= LONGEST) return;
    this.levels.shift();
    this.offsets.shift();
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** Pearson's correlation coefficient; 0 when one of them does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let n = 0; n < a.length; n += 1) {
    const da = (a[n] as number) - meanA;
    const db = (b[n] as number) - meanB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa * bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Costs about 1 us a 20 ms frame of either side while a reply is played, and 0.1 ms a question. */
export class EnvelopeEcho implements EchoDetector {
  open(options: EchoOptions): EchoStream {
    return new EnvelopeEchoStream(options);
  }
}
