// Opus by the browser's own WebCodecs, for sessions whose network is narrow. Loaded only by pages that ask for it.
import { BYTES_PER_SAMPLE, bytesForMs, OPUS } from '../../src/protocol/constants.js';
import { bytesOf, toInt16 } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';
import type { AudioCodec, Carrier, PackingCarrier, Unpacking } from '../audio-codec.js';
import { InOrder } from './in-order.js';
import { browserCodecs, type AudioDataLike, type EncodedChunkLike, type WebCodecs } from './web-codecs.js';

export interface OpusCodecOptions {
  /** Hz, of the session. */
  readonly inputRate: number;
  readonly outputRate: number;
  readonly codecs?: Partial<WebCodecs>;
}

type Encodes = Pick<WebCodecs, 'AudioEncoder' | 'AudioData'>;
type Decodes = Pick<WebCodecs, 'AudioDecoder' | 'EncodedAudioChunk'>;

/** How long a browser may take to show that it can, ms; the first packet takes the longest, some 10. */
const TRIAL_MS = 2000;
const TRIAL_PACKETS = 3;
/** 20 ms of silence: a packet of its own, whatever came before it. */
const SILENCE = Uint8Array.of(0xf8, 0xff, 0xfe);
const PACKET_US = OPUS.packetMs * 1000;

/**
 * What of Opus this browser can do at these rates, as it has just shown: it was given silence both ways, and answered packet by
 * packet. Never rejects.
 */
export async function webCodecsOpus({
  inputRate,
  outputRate,
  codecs = browserCodecs(),
}: OpusCodecOptions): Promise<AudioCodec> {
  const [encodes, decodes] = await Promise.all([
    canEncode(codecs, inputRate) ? tried((done) => tryEncoder(codecs, inputRate, done)) : false,
    canDecode(codecs, outputRate) ? tried((done) => tryDecoder(codecs, outputRate, done)) : false,
  ]);
  return {
    ...(encodes && canEncode(codecs, inputRate)
      ? { pack: (connection, sampleRate, failed) => new OpusCarrier(codecs, connection, sampleRate, failed) }
      : {}),
    ...(decodes && canDecode(codecs, outputRate)
      ? { unpack: (sampleRate, failed) => new OpusUnpacking(codecs, sampleRate, failed) }
      : {}),
  };
}

const canEncode = (codecs: Partial<WebCodecs>, rate: number): codecs is Encodes =>
  OPUS.sampleRates.includes(rate) && codecs.AudioEncoder !== undefined && codecs.AudioData !== undefined;

const canDecode = (codecs: Partial<WebCodecs>, rate: number): codecs is Decodes =>
  OPUS.sampleRates.includes(rate) && codecs.AudioDecoder !== undefined && codecs.EncodedAudioChunk !== undefined;

/** Whether it says so in time. `trial` returns what closes what it has opened. */
async function tried(trial: (done: (can: boolean) => void) => () => void): Promise<boolean> {
  let close: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), TRIAL_MS);
      close = trial(resolve);
    });
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    close?.();
  }
}

function tryEncoder(codecs: Encodes, sampleRate: number, done: (can: boolean) => void): () => void {
  let packets = 0;
  const encoder = new PacketEncoder(codecs, sampleRate, {
    packet: () => (packets += 1) === TRIAL_PACKETS && done(true),
    failed: () => done(false),
  });
  for (let n = 0; n < TRIAL_PACKETS; n += 1) encoder.encode(new Uint8Array(bytesForMs(OPUS.packetMs, sampleRate)));
  return () => encoder.close();
}

function tryDecoder(codecs: Decodes, sampleRate: number, done: (can: boolean) => void): () => void {
  let packets = 0;
  const decoder = new PacketDecoder(codecs, sampleRate, {
    audio: (samples, rate) => {
      if (samples.length !== (rate * OPUS.packetMs) / 1000) done(false);
      else if ((packets += 1) === TRIAL_PACKETS) done(true);
    },
    failed: () => done(false),
  });
  for (let n = 0; n < TRIAL_PACKETS; n += 1) decoder.decode(SILENCE);
  return () => decoder.close();
}

class PacketEncoder {
  readonly #codecs: Encodes;
  readonly #sampleRate: number;
  readonly #encoder: InstanceType<Encodes['AudioEncoder']>;
  #packets = 0;
  #closed = false;

  constructor(
    codecs: Encodes,
    sampleRate: number,
    { packet, failed }: { packet: (bytes: Uint8Array<ArrayBuffer>) => void; failed: () => void },
  ) {
    this.#codecs = codecs;
    this.#sampleRate = sampleRate;
    this.#encoder = new codecs.AudioEncoder({
      output: (chunk: EncodedChunkLike) => {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        if (!this.#closed) packet(bytes);
      },
      error: () => {
        this.#closed = true;
        failed();
      },
    });
    this.#encoder.configure({
      codec: 'opus',
      sampleRate,
      numberOfChannels: 1,
      bitrate: OPUS.bitrate,
      opus: { frameDuration: PACKET_US, application: 'voip', signal: 'voice' },
    });
  }

  /** PCM16 of one packet. */
  encode(pcm: Uint8Array): void {
    if (this.#closed) return;
    const data = new this.#codecs.AudioData({
      format: 's16',
      sampleRate: this.#sampleRate,
      numberOfFrames: pcm.length / BYTES_PER_SAMPLE,
      numberOfChannels: 1,
      timestamp: this.#packets * PACKET_US,
      data: pcm,
    });
    this.#packets += 1;
    this.#encoder.encode(data);
    data.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#encoder.close();
  }
}

class PacketDecoder {
  readonly #codecs: Decodes;
  readonly #decoder: InstanceType<Decodes['AudioDecoder']>;
  #packets = 0;
  #closed = false;

  constructor(
    codecs: Decodes,
    sampleRate: number,
    { audio, failed }: { audio: (samples: Float32Array, rate: number) => void; failed: () => void },
  ) {
    this.#codecs = codecs;
    this.#decoder = new codecs.AudioDecoder({
      output: (data: AudioDataLike) => {
        const samples = new Float32Array(data.numberOfFrames);
        data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
        const { sampleRate: rate } = data;
        data.close();
        if (!this.#closed) audio(samples, rate);
      },
      error: () => {
        this.#closed = true;
        failed();
      },
    });
    this.#decoder.configure({ codec: 'opus', sampleRate, numberOfChannels: 1 });
  }

  decode(packet: Uint8Array): void {
    if (this.#closed) return;
    const timestamp = this.#packets * PACKET_US;
    this.#packets += 1;
    this.#decoder.decode(new this.#codecs.EncodedAudioChunk({ type: 'key', timestamp, data: packet }));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#decoder.close();
  }
}

class OpusCarrier implements PackingCarrier {
  readonly #connection: Carrier;
  readonly #encoder: PacketEncoder;
  readonly #order: InOrder;
  /** What is no whole packet yet. */
  readonly #rest: Uint8Array;
  #restBytes = 0;
  /** Bytes of PCM16 for one of what is sent. */
  readonly #ratio: number;

  constructor(codecs: Encodes, connection: Carrier, sampleRate: number, failed: () => void) {
    this.#connection = connection;
    this.#rest = new Uint8Array(bytesForMs(OPUS.packetMs, sampleRate));
    this.#ratio = (sampleRate * BYTES_PER_SAMPLE * 8) / OPUS.bitrate;
    const fail = (): void => {
      this.close();
      failed();
    };
    this.#order = new InOrder(fail);
    this.#encoder = new PacketEncoder(codecs, sampleRate, {
      packet: (bytes) => {
        connection.send(bytes);
        this.#order.answer();
      },
      failed: fail,
    });
  }

  get bufferedBytes(): number {
    return Math.round(this.#connection.bufferedBytes * this.#ratio) + this.#order.pending * this.#rest.length;
  }

  send(frame: string | Uint8Array<ArrayBuffer>): void {
    if (typeof frame === 'string') this.#order.after(() => this.#connection.send(frame));
    else for (let pcm = frame; pcm.length > 0;) pcm = this.#take(pcm);
  }

  abandon(reason: string): void {
    this.#connection.abandon(reason);
  }

  close(): void {
    this.#order.stop();
    this.#encoder.close();
  }

  /** Fills a packet, and returns what is left over. */
  #take(pcm: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const taken = pcm.subarray(0, this.#rest.length - this.#restBytes);
    this.#rest.set(taken, this.#restBytes);
    this.#restBytes += taken.length;
    if (this.#restBytes === this.#rest.length) {
      this.#restBytes = 0;
      this.#order.ask();
      this.#encoder.encode(this.#rest);
    }
    return pcm.subarray(taken.length);
  }
}

interface Packet {
  readonly packet: Uint8Array;
  deliver(pcm: Uint8Array): void;
}

/** A stream, with a decoder of its own: what one remembers of the stream before is heard in the next. */
class Stream {
  readonly responseId: string;
  readonly #codecs: Decodes;
  readonly #sampleRate: number;
  readonly #answered: () => void;
  readonly #failed: () => void;
  /** Before it is its turn: all that came; then: what is in the decoder. */
  #packets: Packet[] = [];
  #decoder: PacketDecoder | undefined;
  /** Samples still to be left out, and what makes the session's rate of the decoder's; known with the first audio. */
  #runIn: number | undefined;
  #resampler: Resampler | undefined;

  constructor(
    responseId: string,
    codecs: Decodes,
    sampleRate: number,
    handlers: { answered: () => void; failed: () => void },
  ) {
    this.responseId = responseId;
    this.#codecs = codecs;
    this.#sampleRate = sampleRate;
    this.#answered = handlers.answered;
    this.#failed = handlers.failed;
  }

  get isDone(): boolean {
    return this.#packets.length === 0;
  }

  push(packet: Packet): void {
    this.#packets.push(packet);
    this.#decoder?.decode(packet.packet);
  }

  /** It is its turn. */
  begin(): void {
    this.#decoder = new PacketDecoder(this.#codecs, this.#sampleRate, {
      audio: (samples, rate) => {
        const pcm = this.#pcmOf(samples, rate);
        const packet = this.#packets.shift();
        if (pcm.length > 0) packet?.deliver(pcm);
        this.#answered();
      },
      failed: this.#failed,
    });
    for (const { packet } of this.#packets) this.#decoder.decode(packet);
  }

  close(): void {
    this.#decoder?.close();
  }

  #pcmOf(samples: Float32Array, rate: number): Uint8Array {
    this.#resampler ??= new Resampler(rate, this.#sampleRate);
    this.#runIn ??= Math.round((OPUS.runInMs * rate) / 1000);
    const leftOut = Math.min(this.#runIn, samples.length);
    this.#runIn -= leftOut;
    return bytesOf(toInt16(this.#resampler.process(samples.subarray(leftOut))));
  }
}

class OpusUnpacking implements Unpacking {
  readonly #codecs: Decodes;
  readonly #sampleRate: number;
  readonly #order: InOrder;
  readonly #failed: () => void;
  /** The first one is being decoded; in most cases there is no other. */
  #streams: Stream[] = [];
  /** The next packet begins one. */
  #anew = false;

  constructor(codecs: Decodes, sampleRate: number, failed: () => void) {
    this.#codecs = codecs;
    this.#sampleRate = sampleRate;
    this.#failed = failed;
    this.#order = new InOrder(() => this.#fail());
  }

  packet(responseId: string, packet: Uint8Array, deliver: (pcm: Uint8Array) => void): void {
    const last = this.#streams.at(-1);
    const stream = this.#anew || last?.responseId !== responseId ? this.#begin(responseId) : last;
    this.#order.ask();
    stream.push({ packet, deliver });
  }

  restart(): void {
    this.#anew = true;
  }

  after(step: () => void): void {
    this.#order.after(step);
  }

  clear(): void {
    for (const stream of this.#streams.splice(0)) stream.close();
    this.#order.forget();
  }

  close(): void {
    this.#order.stop();
    for (const stream of this.#streams.splice(0)) stream.close();
  }

  #begin(responseId: string): Stream {
    this.#anew = false;
    const stream = new Stream(responseId, this.#codecs, this.#sampleRate, {
      answered: () => {
        this.#order.answer();
        this.#next();
      },
      failed: () => this.#fail(),
    });
    this.#streams.push(stream);
    if (this.#streams.length === 1) stream.begin();
    else this.#next();
    return stream;
  }

  /** Begins with the next stream when all of the one before has come out. */
  #next(): void {
    while (this.#streams.length > 1 && this.#streams[0]?.isDone === true) {
      this.#streams.shift()?.close();
      this.#streams[0]?.begin();
    }
  }

  #fail(): void {
    this.clear();
    this.#failed();
  }
}
