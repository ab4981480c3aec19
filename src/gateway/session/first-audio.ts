import { CONTAINER_HEAD_BYTES, containerOf } from '../../audio/container.js';
import { areFloats } from '../../audio/samples.js';
import { BYTES_PER_SAMPLE } from '../../protocol/index.js';

/** Bytes of a float, which is a word of its own. */
const FLOAT_BYTES = 4;

/**
 * Looks at the first audio of a line: a MediaRecorder's WebM or MP4, a WAV file with its header, MP3, an AudioWorklet's
 * floats or base64 are not what was agreed, and would be heard as noise. It is done after the first sound, or after a second
 * of silence, and then let go of.
 */
export class FirstAudio {
  private head: Buffer = Buffer.alloc(0);
  private bytes = 0;
  private done = false;

  constructor(private readonly sampleRate: number) {}

  /** Nothing more has to be looked at. */
  get isDone(): boolean {
    return this.done;
  }

  /** What the audio is when it is no raw PCM16; undefined as long as it may be. */
  look(chunk: Uint8Array): string | undefined {
    this.bytes += chunk.length;
    this.head = Buffer.concat([this.head, chunk]);
    const container = containerOf(this.head.subarray(0, CONTAINER_HEAD_BYTES));
    if (container !== undefined) return container.name;
    const floats = areFloats(this.head);
    if (floats === true) return 'floats of 32 bits';
    if (this.head.length >= CONTAINER_HEAD_BYTES) {
      // Only floats can still come out of silence, and their words stay whole.
      if (floats === undefined) this.head = this.head.subarray(this.head.length - (this.head.length % FLOAT_BYTES));
      else this.done = true;
    }
    if (this.bytes > this.sampleRate * BYTES_PER_SAMPLE) this.done = true;
    return undefined;
  }
}
