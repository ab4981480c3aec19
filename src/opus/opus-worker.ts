// The thread that encodes: all encoders of the process, a few packets of each at a time, so that a long reply keeps no short
// one waiting. A packet takes 0.2 ms. Started from the source by Node itself under Jest: so no imports of other files of
// ours but of types, and only TypeScript that can be erased.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { LibraryEncoder, OpusLibrary } from './libopus.js';
import type { FromThread, ThreadSettings, ToThread } from './opus-wire.js';

/** Packets of one encoder before the next one has its turn: 100 ms of audio, encoded in one. */
const SLICE = 5;
/** opus_defines.h */
const [SET_BITRATE, SET_COMPLEXITY, RESET_STATE] = [4002, 4010, 4028];
/** Of 0 to 10: the lower half is a matter of processor time more than of sound at this bit rate. */
const COMPLEXITY = 5;
const BYTES_PER_SAMPLE = 2;

const { bitrate, packetMs } = workerData as ThreadSettings;
const require = createRequire(import.meta.url);
const { Encoder } = require('@evan/opus/wasm/index.js') as OpusLibrary;

interface Job {
  readonly job: number;
  readonly pcm: Uint8Array;
  readonly last: boolean;
}

class Stream {
  readonly id: number;
  readonly encoder: LibraryEncoder;
  readonly packetBytes: number;
  jobs: Job[] = [];
  /** Of the first job, bytes that are done. */
  at = 0;

  constructor(id: number, sampleRate: number) {
    this.id = id;
    this.packetBytes = ((sampleRate * packetMs) / 1000) * BYTES_PER_SAMPLE;
    this.encoder = new Encoder({ channels: 1, application: 'voip', sample_rate: sampleRate });
    this.encoder.ctl(SET_BITRATE, bitrate);
    this.encoder.ctl(SET_COMPLEXITY, COMPLEXITY);
  }

  /** Encodes the next few packets. */
  turn(): FromThread | undefined {
    const [first] = this.jobs;
    if (first === undefined) return undefined;
    const packets: Uint8Array[] = [];
    while (packets.length < SLICE && this.at < first.pcm.length) {
      packets.push(this.encoder.encode(first.pcm.subarray(this.at, this.at + this.packetBytes)));
      this.at += this.packetBytes;
    }
    if (this.at >= first.pcm.length) {
      this.jobs.shift();
      this.at = 0;
      if (first.last) this.encoder.ctl(RESET_STATE);
    }
    return { id: this.id, job: first.job, packets };
  }

  clear(): void {
    this.jobs = [];
    this.at = 0;
    this.encoder.ctl(RESET_STATE);
  }
}

const tell = (answer: FromThread): void => parentPort?.postMessage(answer);
const streams = new Map<number, Stream>();
let running = false;

/** One turn of each, then a look at what has been asked meanwhile. */
function round(): void {
  running = false;
  for (const stream of streams.values()) {
    const answer = stream.turn();
    if (answer !== undefined) tell(answer);
    running ||= stream.jobs.length > 0;
  }
  if (running) setImmediate(round);
}

parentPort?.on('message', (message: ToThread) => {
  const { id } = message;
  const stream = streams.get(id);
  if (message.op === 'open') streams.set(id, new Stream(id, message.sampleRate));
  else if (message.op === 'encode') {
    stream?.jobs.push(message);
    if (!running) setImmediate(round);
    running = true;
  } else {
    if (message.op === 'clear') stream?.clear();
    else {
      streams.delete(id);
      stream?.encoder.drop();
    }
    tell({ id, job: 0, packets: [] });
  }
});
