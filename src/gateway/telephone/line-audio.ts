import { G711_SAMPLE_RATE, silentCode } from '../../audio/g711.js';
import type { G711Law } from '../../audio/g711.js';

const CODES_PER_MS = G711_SAMPLE_RATE / 1000;
/** What is missing counts as lost from here on, ms: the clocks of carriers are not exact. */
const MIN_GAP_MS = 20;
/** No network loses more without losing the call: a longer gap is a clock that was set, ms. */
const MAX_GAP_MS = 5000;

/**
 * What a telephone line carries, in time: frames that were lost on the way to the carrier are silence, so that the recogniser
 * counts time as the caller does, and a frame that came already is left out. Goes by the carrier's own time stamps; how late
 * a frame comes does not matter.
 */
export class LineAudio {
  private readonly silence: number;
  /** When the next frame should begin, ms by the carrier's clock. */
  private nextMs: number | undefined;

  constructor(law: G711Law) {
    this.silence = silentCode(law);
  }

  /** Hot path: one frame of G.711 and its time stamp, ms. What is to be heard of it, with what is missing before it. */
  take(codes: Uint8Array, atMs: number): Uint8Array | undefined {
    const gapMs = atMs - (this.nextMs ?? atMs);
    const lengthMs = codes.length / CODES_PER_MS;
    const isKnown = gapMs <= -lengthMs && gapMs >= -MAX_GAP_MS;
    if (isKnown) return undefined;
    this.nextMs = atMs + lengthMs;
    if (gapMs < MIN_GAP_MS || gapMs > MAX_GAP_MS) return codes;
    const lost = Math.round(gapMs * CODES_PER_MS);
    const filled = new Uint8Array(lost + codes.length);
    filled.fill(this.silence, 0, lost);
    filled.set(codes, lost);
    return filled;
  }
}
