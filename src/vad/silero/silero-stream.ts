import { bytesOf, samplesOf } from '../../audio/pcm16.js';
import { Resampler } from '../../audio/resampler.js';
import type { VadEvent, VadStream, VoiceActivityDetector } from '../vad.port.js';
import type { CallRing, RingListener } from './call-ring.js';

/** A call's place in the thread. */
export interface Slot {
  readonly ring: CallRing;
  close(): void;
}

export interface SileroStreamDeps {
  /** Takes a place in the thread; undefined when there is none to be had now. Never calls the listener before it returns. */
  connect(listener: RingListener): Slot | undefined;
  /** Decides when the thread cannot. */
  readonly substitute: VoiceActivityDetector;
  /** Told when the thread was too far behind for this call. */
  behind(): void;
  closed(): void;
  /** Hz, of what the thread wants. */
  readonly sampleRate: number;
  /** Audio after which a call without a place looks for one, at the next silence, ms. */
  readonly returnAfterMs: number;
  /** A substitute that hears no speech for so long ends the speech that it found going on, ms. */
  readonly hangoverMs: number;
}

/** One call: in the thread as long as that keeps up, with the substitute otherwise. Its events alternate, whoever decides. */
export class SileroStream implements VadStream {
  private readonly resampler: Resampler;
  private slot: Slot | undefined;
  private substitute: VadStream | undefined;
  /** Where the present detector's audio begins, ms. */
  private beginMs = 0;
  private receivedMs = 0;
  /** When a call without a place looks for one, ms of audio. */
  private lookAtMs: number;
  private speaking = false;
  /** The substitute has said something: speech that it found going on is now its own to end. */
  private confirmed = false;
  private closed = false;

  constructor(
    private readonly deps: SileroStreamDeps,
    sampleRate: number,
    private readonly listener: (event: VadEvent) => void,
  ) {
    this.resampler = new Resampler(sampleRate, deps.sampleRate);
    this.slot = this.connect();
    if (this.slot === undefined) this.substitute = this.openSubstitute();
    this.lookAtMs = deps.returnAfterMs;
  }

  /** Whether the thread decides on this call at present. */
  get hasSlot(): boolean {
    return this.slot !== undefined;
  }

  /** Audio that was pushed and is not decided yet, ms. */
  get pendingMs(): number {
    return this.slot === undefined ? 0 : this.receivedMs - this.beginMs - this.toMs(this.slot.ring.decided);
  }

  push(chunk: Uint8Array): void {
    if (this.closed) return;
    const pcm = this.resampler.push(chunk);
    const samples = samplesOf(pcm);
    this.receivedMs += this.toMs(samples.length);
    if (this.slot === undefined) this.substituted(pcm);
    else if (!this.slot.ring.write(samples)) {
      this.deps.behind();
      this.leave(pcm);
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.slot?.close();
    this.slot = undefined;
    this.substitute?.close();
    this.deps.closed();
  }

  private connect(): Slot | undefined {
    const slot = this.deps.connect({
      event: (event) => {
        if (this.slot === slot) this.decided(event);
      },
      dropped: () => {
        if (this.slot !== slot) return;
        this.deps.behind();
        this.leave();
      },
      lost: () => {
        if (this.slot === slot) this.leave();
      },
    });
    return slot;
  }

  private openSubstitute(): VadStream {
    return this.deps.substitute.open({ sampleRate: this.deps.sampleRate }, (event) => this.decided(event));
  }

  private decided(event: VadEvent): void {
    if (this.closed) return;
    this.confirmed = true;
    const started = event.type === 'speech.started';
    if (started === this.speaking) return;
    this.speaking = started;
    this.listener({ type: event.type, audioMs: this.beginMs + event.audioMs });
  }

  /** Gives up the place in the thread; what it has not decided goes to the substitute, and then `pcm`. */
  private leave(pcm: Uint8Array = new Uint8Array(0)): void {
    const { slot } = this;
    if (slot === undefined) return;
    this.slot = undefined;
    slot.close();
    this.beginMs += this.toMs(slot.ring.decided);
    this.lookAtMs = this.receivedMs + this.deps.returnAfterMs;
    this.confirmed = false;
    this.substitute = this.openSubstitute();
    this.substitute.push(bytesOf(slot.ring.undecided()));
    this.substituted(pcm);
  }

  private substituted(pcm: Uint8Array): void {
    this.substitute?.push(pcm);
    if (this.speaking && !this.confirmed && this.receivedMs - this.beginMs >= this.deps.hangoverMs) {
      this.decided({ type: 'speech.stopped', audioMs: 0 });
    }
    // Not in the middle of a sound: a new detector would not know that it began.
    if (!this.speaking && this.receivedMs >= this.lookAtMs) this.comeBack();
  }

  private comeBack(): void {
    this.lookAtMs = this.receivedMs + this.deps.returnAfterMs;
    this.slot = this.connect();
    if (this.slot === undefined) return;
    this.beginMs = this.receivedMs;
    this.substitute?.close();
    this.substitute = undefined;
  }

  private toMs(samples: number): number {
    return (samples * 1000) / this.deps.sampleRate;
  }
}
