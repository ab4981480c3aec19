import { BYTES_PER_SAMPLE, msForBytes } from '../../protocol/index.js';
import { AUDIO_BURST_MS, AUDIO_CREDIT_MS, AUDIO_SPEED } from './session-limits.js';

/** Where the audio goes: a Call. */
export interface Hearer {
  pushAudio(chunk: Uint8Array): void;
  skipAudio(bytes: number, ms: number): void;
}

/** After so much audio the clock is read even between two ticks, ms. */
const CHECK_MS = 1000;
/** Audio that may be passed on at once, ms: the burst, and what came before anybody looked at the clock. */
const AT_ONCE_MS = AUDIO_BURST_MS + 2 * CHECK_MS;
/** Audio that comes so much faster than real time is being caught up with. */
const CATCHING_UP = 1.5;
/** Frames that may be held: 2 ms each. */
const MAX_HELD_FRAMES = AUDIO_BURST_MS / 2;
/** How long to wait for the end of what is being caught up with, ms. */
const CATCH_UP_MS = 2000;

/**
 * Microphone audio on its way into the call. In real time it passes straight through. When none has come for longer than
 * AUDIO_BURST_MS, because the client paused, the network held it back or this process stood still, what comes next is held
 * until it is clear which: at most a tick for a client that had paused. Of audio that was held back, the last AUDIO_BURST_MS
 * are heard, and what is older is left out.
 *
 * The clock is read by the tick and once a second of audio, so that a frame costs a subtraction.
 */
export class Intake {
  private readonly bytesPerMs: number;
  /** Bytes until the clock is read, and how many there were when it was read last. */
  private unchecked: number;
  private granted: number;
  private checkedAt: number;
  private tickedAt: number;
  /** Audio that may be passed on now, ms. */
  private atOnce = AT_ONCE_MS;
  /** Audio that may come before it is abuse, ms. */
  private credit = AUDIO_CREDIT_MS;
  /** How far behind real time the audio is, if the client has not paused, ms. */
  private behindMs = 0;
  /** What comes is held. */
  private late = false;
  private heldSince = 0;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private heldThisTick = 0;
  private skippedBytes = 0;

  /** `now` reads a monotonic clock, ms. */
  constructor(
    private readonly call: Hearer,
    private readonly sampleRate: number,
    private readonly now: () => number,
  ) {
    this.bytesPerMs = (sampleRate * BYTES_PER_SAMPLE) / 1000;
    this.granted = Math.floor(CHECK_MS * this.bytesPerMs);
    this.unchecked = this.granted;
    this.checkedAt = now();
    this.tickedAt = this.checkedAt;
  }

  /** Hot path. `cost` is what the frame counts for, bytes. False: there is far more than real time has. */
  take(chunk: Uint8Array, cost: number): boolean {
    this.unchecked -= cost;
    if (this.unchecked >= 0) {
      this.call.pushAudio(chunk);
      return true;
    }
    const now = this.now();
    const isFair = this.check(now);
    if (!this.late) this.call.pushAudio(chunk);
    else if (isFair) this.hold(chunk, cost, now);
    return isFair;
  }

  /** `now` is on the same clock. False as for `take`. */
  tick(now: number): boolean {
    // What was not used up to now; what has been earned since may be long, and is for what was queued behind it.
    this.credit = Math.min(AUDIO_CREDIT_MS, this.credit);
    const isFair = this.check(now);
    const catchingUp = this.heldThisTick > CATCHING_UP * (now - this.tickedAt) * this.bytesPerMs;
    if (this.held.length > 0 && !(catchingUp && now - this.heldSince < CATCH_UP_MS)) this.flush();
    this.heldThisTick = 0;
    this.tickedAt = now;
    return isFair;
  }

  /** Passes on what is held, the latest of it; before something that has to come after it. */
  flush(): void {
    if (this.held.length === 0) return;
    const { held } = this;
    const room = Math.max(0, Math.min(this.atOnce, AUDIO_BURST_MS)) * this.bytesPerMs;
    let first = 0;
    for (; this.heldBytes > room && first < held.length; first += 1) this.skip(held[first]);
    const { skippedBytes } = this;
    this.atOnce -= this.heldBytes / this.bytesPerMs;
    this.late = false;
    this.behindMs = 0;
    this.held = [];
    this.heldBytes = 0;
    this.skippedBytes = 0;
    this.grant();
    if (skippedBytes > 0) this.call.skipAudio(skippedBytes, Math.round(msForBytes(skippedBytes, this.sampleRate)));
    for (; first < held.length; first += 1) this.call.pushAudio(held[first] as Uint8Array);
  }

  /** Counts what came since the last time against what time has earned. */
  private check(now: number): boolean {
    const elapsed = now - this.checkedAt;
    const came = (this.granted - this.unchecked) / this.bytesPerMs;
    this.checkedAt = now;
    this.credit += elapsed * AUDIO_SPEED - came;
    this.atOnce = Math.min(AT_ONCE_MS, this.atOnce + elapsed * AUDIO_SPEED) - (this.late ? 0 : came);
    if (came < elapsed / CATCHING_UP || came > elapsed * CATCHING_UP) this.behindMs += elapsed - came;
    else this.behindMs = 0;
    if (this.behindMs < 0) this.behindMs = 0;
    if (this.behindMs > AUDIO_BURST_MS || this.atOnce < 0) this.late = true;
    this.grant();
    return this.credit >= 0;
  }

  /** While audio is late, or there is too much of it, each frame is looked at. Whole numbers cost the hot path least. */
  private grant(): void {
    this.granted = this.late ? 0 : Math.floor(Math.max(0, Math.min(CHECK_MS, this.atOnce)) * this.bytesPerMs);
    this.unchecked = this.granted;
  }

  private hold(chunk: Uint8Array, cost: number, now: number): void {
    if (this.held.length === 0) this.heldSince = now;
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    this.heldThisTick += cost;
    // Bounded while it is waiting: twice the burst, so that the oldest is not cut off one by one.
    if (this.heldBytes > 2 * AUDIO_BURST_MS * this.bytesPerMs || this.held.length > 2 * MAX_HELD_FRAMES) this.shorten();
  }

  private shorten(): void {
    const { held } = this;
    let first = 0;
    const most = AUDIO_BURST_MS * this.bytesPerMs;
    for (; this.heldBytes > most || held.length - first > MAX_HELD_FRAMES; first += 1) this.skip(held[first]);
    this.held = held.slice(first);
  }

  private skip(chunk: Uint8Array | undefined): void {
    const bytes = chunk?.length ?? 0;
    this.heldBytes -= bytes;
    this.skippedBytes += bytes;
  }
}
