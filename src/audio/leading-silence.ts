// Cuts the silence with which a voice begins.
import { Onset, STEP_MS } from './onset.js';

/** So much is left before the first sound that can be told from the voice's own noise, ms: soft onsets begin before it. */
export const LEAD_IN_MS = 60;
/**
 * What is neither silent nor a sound for so long is taken for what the voice speaks, ms: one that is very quiet from its first
 * sample on looks like noise.
 */
export const DOUBT_MS = 1000;
const BYTES_PER_SAMPLE = 2;

/**
 * Takes a voice's audio as it comes, and gives back what is to be heard of it. Nothing is kept but the end of it, and of what is
 * not silent no more than `DOUBT_MS`.
 */
export class LeadingSilence {
  private readonly onset: Onset;
  private readonly leadInBytes: number;
  /** Whether it is silent is known so much later. */
  private readonly stepBytes: number;
  private readonly doubtBytes: number;
  private readonly msPerByte: number;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private takenBytes = 0;
  private soundAt: number | undefined;

  /** `sampleRate` in Hz. */
  constructor(sampleRate: number) {
    this.onset = new Onset(sampleRate);
    const bytesOf = (ms: number): number => Math.round((sampleRate * ms) / 1000) * BYTES_PER_SAMPLE;
    this.leadInBytes = bytesOf(LEAD_IN_MS);
    this.stepBytes = bytesOf(STEP_MS);
    this.doubtBytes = bytesOf(DOUBT_MS);
    this.msPerByte = 1000 / (sampleRate * BYTES_PER_SAMPLE);
  }

  /** How much was cut, ms. */
  get cutMs(): number {
    return (this.takenBytes - this.heldBytes) * this.msPerByte;
  }

  /** When the sound began in what the voice has made, ms; undefined when it has not. */
  get soundAtMs(): number | undefined {
    return this.soundAt === undefined ? undefined : this.soundAt * this.msPerByte;
  }

  /** The next PCM16 bytes. Returns what is to be sent, with the lead-in, once there is sound: then there is no more to cut. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    const found = this.onset.find(chunk);
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    this.takenBytes += chunk.length;
    const { stirredAt } = this.onset;
    const from = found ?? stirredAt;
    const sinceBytes = from === undefined ? this.stepBytes : this.takenBytes - from * BYTES_PER_SAMPLE;
    this.keep(sinceBytes + this.leadInBytes);
    if (from === undefined || (found === undefined && sinceBytes < this.doubtBytes)) return undefined;
    this.soundAt = from * BYTES_PER_SAMPLE;
    return this.rest();
  }

  /** What is held: of a voice that has been silent to its end, the last of its silence; what was in doubt, all of it. */
  rest(): Uint8Array | undefined {
    const [only] = this.held;
    return this.held.length > 1 ? Buffer.concat(this.held) : only;
  }

  /** Lets go of all but the last `bytes`. */
  private keep(bytes: number): void {
    let over = this.heldBytes - bytes;
    while (over > 0 && this.held[0] !== undefined) {
      const [first] = this.held;
      if (first.length <= over) this.held.shift();
      else this.held[0] = first.subarray(over);
      over -= first.length;
    }
    this.heldBytes = Math.min(this.heldBytes, bytes);
  }
}
