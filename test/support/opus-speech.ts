// What Opus is tried with: sounds as of a voice, packets of them as a browser makes them, and how like each other two are.
import { loadOpus } from '../../src/opus/libopus.js';
import { OPUS } from '../../src/protocol/index.js';

const library = loadOpus();

/**
 * A voice of this pitch that glides a little, Hz, over `ms`: PCM16 of which no two stretches are the same. Without its lowest
 * harmonics, whose phase the encoder's high-pass filter changes.
 */
export function voice(sampleRate: number, ms: number, pitch = 120): Int16Array {
  let phase = 0;
  return Int16Array.from({ length: Math.round((sampleRate * ms) / 1000) }, (_, n) => {
    const t = n / sampleRate;
    phase += (2 * Math.PI * pitch * (1 + 0.2 * Math.sin(2 * Math.PI * 1.7 * t))) / sampleRate;
    const harmonics = [4, 5, 6, 8, 11].reduce((sum, k) => sum + Math.sin(k * phase), 0) / 5;
    return 9000 * harmonics * (0.6 + 0.4 * Math.sin(2 * Math.PI * 3.1 * t));
  });
}

export const bytes = (samples: Int16Array): Uint8Array =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

export const samples = (pcm: Uint8Array): Int16Array => new Int16Array(Uint8Array.from(pcm).buffer);

/** What is left over of the last packet is left out. */
export function packetsOf(pcm: Int16Array, sampleRate: number): Uint8Array[] {
  const encoder = new library.Encoder({ channels: 1, application: 'voip', sample_rate: sampleRate });
  encoder.ctl(4002, OPUS.bitrate);
  const length = (sampleRate * OPUS.packetMs) / 1000;
  const packets = Array.from({ length: Math.floor(pcm.length / length) }, (_, n) =>
    encoder.encode(bytes(pcm.slice(n * length, (n + 1) * length))),
  );
  encoder.drop();
  return packets;
}

/** One stream as a receiver hears it. */
export function heardOf(packets: readonly Uint8Array[], sampleRate: number): Int16Array {
  const decoder = new library.Decoder({ channels: 1, sample_rate: sampleRate });
  const pcm = Buffer.concat(packets.map((packet) => decoder.decode(packet)));
  decoder.drop();
  return samples(pcm).slice((OPUS.runInMs * sampleRate) / 1000);
}

/** 1: the same, 0: nothing in common; over as much as the shorter one has. A shift of a few samples brings it near 0. */
export function likeness(one: Int16Array, other: Int16Array): number {
  let [both, of, from] = [0, 0, 0];
  for (let n = 0; n < Math.min(one.length, other.length); n += 1) {
    const [a, b] = [one[n] as number, other[n] as number];
    both += a * b;
    of += a * a;
    from += b * b;
  }
  return both / Math.sqrt(of * from || 1);
}
