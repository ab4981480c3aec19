import { bytesOf, samplesOf } from '../../src/audio/pcm16.js';
import { pinkNoise } from './noises.js';

/** What is louder than this is voice, of 32 768. */
const AUDIBLE = 300;

/** Noise that goes on under whatever is said, PCM16 of 16 kHz. */
export class NoiseBed {
  private readonly rms: number;
  private at = 0;
  /** Of the last words. */
  private gain = 0;

  /**
   * @param db how far it is below the voice, by the root mean square of the voice where it is audible
   * @param noise PCM16 of 16 kHz, again and again
   */
  constructor(
    private readonly db: number,
    private readonly noise = pinkNoise(),
  ) {
    this.rms = Math.sqrt(this.noise.reduce((sum, sample) => sum + sample * sample, 0) / this.noise.length);
  }

  under(speech: Uint8Array): Uint8Array {
    const voice = samplesOf(speech);
    const audible = voice.filter((sample) => Math.abs(sample) > AUDIBLE);
    const level = Math.sqrt(audible.reduce((sum, sample) => sum + sample * sample, 0) / audible.length);
    this.gain = level / 10 ** (this.db / 20) / this.rms;
    return this.mixed(voice);
  }

  /** As loud as under the last words. */
  alone(bytes: number): Uint8Array {
    return this.mixed(new Int16Array(bytes >> 1));
  }

  private mixed(voice: Int16Array): Uint8Array {
    const mixed = Int16Array.from(voice, (sample, n) => {
      const noisy = Math.round(sample + this.gain * (this.noise[(this.at + n) % this.noise.length] as number));
      return Math.max(-32_768, Math.min(32_767, noisy));
    });
    this.at += voice.length;
    return bytesOf(mixed);
  }
}
