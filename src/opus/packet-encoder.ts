import { bytesForMs, OPUS } from '../protocol/index.js';
import type { FromThread, ToThread } from './opus-wire.js';

export interface PacketListener {
  /** The next packet, in order. */
  packet(packet: Uint8Array): void;
  /** Nothing more comes out: the thread is gone for good, or far too slow. Not called after `close`. */
  lost(): void;
}

/** Where an encoder's work is done. */
export interface EncoderThread {
  send(message: ToThread): void;
}

interface Job {
  readonly job: number;
  readonly pcm: Uint8Array;
  readonly last: boolean;
  /** Bytes of it that have come out. */
  done: number;
}

/** Audio that may wait for the thread, ms: more than a call sends ahead of playback. */
const MOST_WAITING_MS = 60_000;
/**
 * Silence after the last sample of a stream, ms: what a decoder holds back comes out with it, and what a resampler behind
 * that does.
 */
const RUN_OUT_MS = OPUS.runInMs + 2;

/** The reply of one line on its way through the thread: PCM16 in, packets out a moment later. */
export class PacketEncoder {
  private readonly packetBytes: number;
  private readonly runOutBytes: number;
  /** What is no whole packet yet. */
  private readonly rest: Uint8Array;
  private restBytes = 0;
  /** Sent, and not all of it out. */
  private jobs: Job[] = [];
  private lastJob = 0;
  private out = 0;
  private expected = 0;
  private closed = false;

  constructor(
    private readonly id: number,
    private readonly sampleRate: number,
    private thread: EncoderThread,
    private readonly listener: PacketListener,
    private readonly onClosed: () => void,
  ) {
    this.packetBytes = bytesForMs(OPUS.packetMs, sampleRate);
    this.runOutBytes = bytesForMs(RUN_OUT_MS, sampleRate);
    this.rest = new Uint8Array(this.packetBytes);
    this.thread.send({ op: 'open', id, sampleRate });
  }

  /** Packets that have come out, since the first of all. */
  get made(): number {
    return this.out;
  }

  /** Packets that will have come out when all whole ones have. */
  get due(): number {
    return this.expected;
  }

  /** Takes PCM16. */
  push(pcm: Uint8Array): void {
    const whole = this.restBytes + pcm.length - ((this.restBytes + pcm.length) % this.packetBytes);
    if (whole > 0) {
      const job = new Uint8Array(whole);
      job.set(this.rest.subarray(0, this.restBytes));
      const taken = whole - this.restBytes;
      job.set(pcm.subarray(0, taken), this.restBytes);
      this.restBytes = 0;
      this.encode(job, false);
      this.keep(pcm.subarray(taken));
    } else this.keep(pcm);
  }

  /** The stream is at its end: silence follows, until all of it has come out. What is pushed next begins another one. */
  end(): void {
    const bytes = Math.ceil((this.restBytes + this.runOutBytes) / this.packetBytes) * this.packetBytes;
    const job = new Uint8Array(bytes);
    job.set(this.rest.subarray(0, this.restBytes));
    this.restBytes = 0;
    this.encode(job, true);
  }

  /** Forgets what has not come out. What is pushed next begins another stream. */
  clear(): void {
    this.jobs = [];
    this.restBytes = 0;
    this.expected = this.out;
    this.thread.send({ op: 'clear', id: this.id });
  }

  /** Idempotent. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.jobs = [];
    this.thread.send({ op: 'close', id: this.id });
    this.onClosed();
  }

  // ---- of the thread's owner

  /** Whether the thread owes this one packets. */
  get isWaiting(): boolean {
    return this.jobs.length > 0;
  }

  answered({ job, packets }: FromThread): void {
    const [first] = this.jobs;
    // Of before a `clear`, or of a thread before this one.
    if (first?.job !== job) return;
    first.done += packets.length * this.packetBytes;
    if (first.done >= first.pcm.length) this.jobs.shift();
    for (const packet of packets) {
      this.out += 1;
      this.listener.packet(packet);
    }
  }

  /** Another thread goes on with what has not come out: a new encoder, which is heard as a click at most. */
  moveTo(thread: EncoderThread): void {
    this.thread = thread;
    const jobs = this.jobs.map(({ pcm, done, last }) => ({
      job: (this.lastJob += 1),
      pcm: pcm.slice(done),
      last,
      done: 0,
    }));
    this.jobs = jobs;
    thread.send({ op: 'open', id: this.id, sampleRate: this.sampleRate });
    for (const { job, pcm, last } of jobs) thread.send({ op: 'encode', id: this.id, job, pcm, last });
  }

  lose(): void {
    if (this.closed) return;
    this.close();
    this.listener.lost();
  }

  private keep(pcm: Uint8Array): void {
    this.rest.set(pcm, this.restBytes);
    this.restBytes += pcm.length;
  }

  private encode(pcm: Uint8Array, last: boolean): void {
    if (this.closed) return;
    const job = { job: (this.lastJob += 1), pcm, last, done: 0 };
    this.jobs.push(job);
    this.expected += pcm.length / this.packetBytes;
    if ((this.expected - this.out) * OPUS.packetMs > MOST_WAITING_MS) this.lose();
    else this.thread.send({ op: 'encode', id: this.id, job: job.job, pcm, last });
  }
}
