// WebCodecs as a browser has them, by libopus: answers come later than they are asked for, in order, and a decoder gives 48 kHz.
import { loadOpus } from '../../src/opus/libopus.js';
import { OPUS } from '../../src/protocol/index.js';
import { samplesOf, toFloat32 } from '../../client/audio/pcm.js';
import type { AudioDataLike, EncodedChunkLike, WebCodecs } from '../../client/browser/web-codecs.js';

const library = loadOpus();
const DEVICE_RATE = 48_000;

interface Config {
  readonly sampleRate: number;
}

interface Callbacks<Output> {
  output(output: Output): void;
  error(error: Error): void;
}

export interface CodecFaults {
  /** Packets after which nothing is answered any more, or it fails. */
  stallAfter?: number;
  failAfter?: number;
  /** The first answer waits for another packet. */
  lags?: boolean;
}

/** Work in the codec's own thread: one thing after another, each a moment later. */
class Queue {
  static readonly TURN_MS = 1;
  private readonly jobs: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private done = 0;
  private closed = false;

  constructor(
    private readonly faults: CodecFaults,
    private readonly fail: (error: Error) => void,
  ) {}

  push(job: () => void): void {
    if (this.closed) throw new Error('the codec is closed');
    this.jobs.push(job);
    this.timer ??= setTimeout(() => this.turn(), Queue.TURN_MS);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private turn(): void {
    this.timer = undefined;
    const { stallAfter = Infinity, failAfter = Infinity, lags = false } = this.faults;
    for (let n = 0; n < 10 && this.jobs.length > (lags ? 1 : 0) && !this.closed; n += 1) {
      if (this.done >= stallAfter) return;
      if (this.done >= failAfter) {
        this.close();
        this.fail(new Error('EncodingError'));
        return;
      }
      this.done += 1;
      this.jobs.shift()?.();
    }
    if (this.jobs.length > 0 && !this.closed) this.timer ??= setTimeout(() => this.turn(), Queue.TURN_MS);
  }
}

/** `faults` may be changed while codecs run. */
export function webCodecs(faults: { encoder?: CodecFaults; decoder?: CodecFaults } = {}): WebCodecs {
  class FakeEncoder {
    private readonly queue: Queue;
    private encoder: InstanceType<typeof library.Encoder> | undefined;

    constructor(private readonly callbacks: Callbacks<EncodedChunkLike>) {
      this.queue = new Queue(faults.encoder ?? {}, (error) => callbacks.error(error));
    }

    configure(config: object): void {
      const { sampleRate } = config as Config;
      this.encoder = new library.Encoder({ channels: 1, application: 'voip', sample_rate: sampleRate });
      this.encoder.ctl(4002, OPUS.bitrate);
    }

    encode(data: { close(): void }): void {
      const { pcm } = data as FakeData;
      this.queue.push(() => {
        const packet = this.encoder?.encode(pcm) ?? new Uint8Array();
        this.callbacks.output({ byteLength: packet.length, copyTo: (to) => to.set(packet) });
      });
    }

    close(): void {
      this.queue.close();
      this.encoder?.drop();
    }
  }

  class FakeDecoder {
    private readonly queue: Queue;
    private readonly decoder = new library.Decoder({ channels: 1, sample_rate: DEVICE_RATE });

    constructor(private readonly callbacks: Callbacks<AudioDataLike>) {
      this.queue = new Queue(faults.decoder ?? {}, (error) => callbacks.error(error));
    }

    configure(): void {
      // It takes whatever rate its packets are of.
    }

    decode(chunk: object): void {
      const { data } = chunk as FakeChunk;
      this.queue.push(() => {
        const samples = toFloat32(samplesOf(this.decoder.decode(data)));
        this.callbacks.output({
          sampleRate: DEVICE_RATE,
          numberOfFrames: samples.length,
          copyTo: (to) => to.set(samples),
          close: () => undefined,
        });
      });
    }

    close(): void {
      this.queue.close();
      this.decoder.drop();
    }
  }

  class FakeData {
    readonly pcm: Uint8Array;

    constructor(init: object) {
      // As a browser does: what it was made of may change afterwards.
      this.pcm = Uint8Array.from((init as { data: Uint8Array }).data);
    }

    close(): void {
      // Nothing to give back.
    }
  }

  class FakeChunk {
    readonly data: Uint8Array;

    constructor(init: object) {
      this.data = Uint8Array.from((init as { data: Uint8Array }).data);
    }
  }

  return { AudioEncoder: FakeEncoder, AudioDecoder: FakeDecoder, AudioData: FakeData, EncodedAudioChunk: FakeChunk };
}
