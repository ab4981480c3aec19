// Cuts the silence with which a voice begins.
import { Onset, STEP_MS } from './onset.js';

/** So much is left before the first sound that can be told from the voice's own noise, ms: soft onsets begin before it. */
export const LEAD_IN_MS = 60;
/** What is not silent so shortly before that sound is its beginning, ms: an "s" takes as long. */
export const ONSET_MS = 150;
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
  private readonly onsetBytes: number;
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
    this.onsetBytes = bytesOf(ONSET_MS);
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
    const stirred = this.onset.stirredAt === undefined ? undefined : this.onset.stirredAt * BYTES_PER_SAMPLE;
    if (found !== undefined) {
      this.soundAt = found * BYTES_PER_SAMPLE;
      const begun = Math.max(0, this.soundAt - this.leadInBytes);
      this.keepFrom(
        stirred !== undefined && this.soundAt - stirred <= this.onsetBytes ? Math.min(begun, stirred) : begun,
      );
      return this.rest();
    }
    this.keepFrom((stirred ?? this.takenBytes - this.stepBytes) - this.leadInBytes);
    if (stirred === undefined || this.takenBytes - stirred < this.doubtBytes) return undefined;
    this.soundAt = stirred;
    return this.rest();
  }

  /** What is held: of a voice that has been silent to its end, the last of its silence; what was in doubt, all of it. */
  rest(): Uint8Array | undefined {
    const [only] = this.held;
    return this.held.length > 1 ? Buffer.concat(this.held) : only;
  }

  /** Lets go of what came before this byte of all that the voice has made. */
  private keepFrom(byte: number): void {
    const bytes = this.takenBytes - byte;
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
