import { performance } from 'node:perf_hooks';
import { CONTAINER_HEAD_BYTES, containerOf } from '../../audio/container.js';
import type { Call } from '../../calls/call.port.js';
import type { PacketDecoder } from '../../opus/packet-decoder.js';
import { BYTES_PER_SAMPLE } from '../../protocol/index.js';
import type { Fault } from './codec.js';
import { FirstAudio } from './first-audio.js';
import { Intake } from './intake.js';
import { AUDIO_BURST_MS, MIN_FRAME_COST_BYTES } from './session-limits.js';

export const TOO_FAST: Fault = {
  type: 'fault',
  code: 'audio_too_fast',
  problem: `Audio may run at most ${AUDIO_BURST_MS / 1000} s ahead of real time.`,
};

const HALF_A_SAMPLE: Fault = {
  type: 'fault',
  code: 'odd_audio_length',
  problem: 'Audio is raw PCM16: a frame holds whole samples of two bytes.',
};

const NO_PACKET: Fault = {
  type: 'fault',
  code: 'bad_packet',
  problem: 'The input was agreed to be opus: a frame holds one packet (RFC 6716), without a container.',
};

/** What a MediaRecorder makes of Opus. Nothing else is looked for: a packet may begin with what others begin with. */
const RECORDED = new Set(['ogg', 'matroska']);

const monotonic = (): number => performance.now();

/** Audio of one line on its way into its call: looked at as long as it may be no PCM16 at all, then let in in time. */
export class Microphone {
  /** Until the client's first audio has been looked at. */
  private first: FirstAudio | undefined;
  private readonly intake: Intake;

  /** `decoder`: its audio comes in packets of Opus. */
  constructor(
    private readonly call: Call,
    private readonly decoder?: PacketDecoder,
  ) {
    this.first = new FirstAudio(call.inputSampleRate);
    this.intake = new Intake(call, call.inputSampleRate, monotonic);
  }

  /** Hot path; `frameBytes` is what it came in. What is wrong with it, if anything. */
  take(frame: Uint8Array, frameBytes: number): Fault | undefined {
    const chunk = this.decoder === undefined ? frame : this.decoder.decode(frame);
    if (this.decoder !== undefined && this.first !== undefined) {
      const container = containerOf(Buffer.from(frame).subarray(0, CONTAINER_HEAD_BYTES));
      if (container !== undefined && RECORDED.has(container.kind)) return this.noPackets(container.name);
      this.first = undefined;
    }
    if (chunk === undefined) return NO_PACKET;
    if (this.first !== undefined) {
      const what = this.first.look(chunk);
      if (what !== undefined) return this.noSound(what);
      if (this.first.isDone) this.first = undefined;
    }
    if (chunk.length % BYTES_PER_SAMPLE !== 0) return HALF_A_SAMPLE;
    const cost = Math.max(chunk.length, frameBytes >> 1, MIN_FRAME_COST_BYTES);
    return this.intake.take(chunk, cost) ? undefined : TOO_FAST;
  }

  /** `now` is monotonic, ms. False: there is far more audio than real time has. */
  tick(now: number): boolean {
    return this.intake.tick(now);
  }

  /** Passes on what is held, before something that has to come after it. */
  flush(): void {
    this.intake.flush();
  }

  /** Idempotent. */
  close(): void {
    this.decoder?.close();
  }

  private noPackets(what: string): Fault {
    const problem = `This is ${what}: send packets of Opus as an AudioEncoder gives them (a MediaRecorder puts them into a file), or ask for pcm16.`;
    return { type: 'fault', code: 'unsupported_audio', problem };
  }

  private noSound(what: string): Fault {
    const rate = this.call.inputSampleRate;
    return {
      type: 'fault',
      code: 'unsupported_audio',
      problem: `This is ${what}: send raw PCM16, mono, little-endian, at ${rate} Hz, without a header (from an AudioWorklet; a MediaRecorder cannot make it).`,
    };
  }
}
