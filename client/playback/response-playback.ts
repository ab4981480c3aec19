// Plays a session's replies on a speaker and tells the server what was heard of them: the server keeps in the
// conversation only what the caller has heard, so these positions decide what the agent remembers of an interrupted reply.
import { BYTES_PER_SAMPLE } from '../../src/protocol/constants.js';
import type { ClientEvents } from '../client-events.js';
import { Emitter } from '../emitter.js';
import type { VoiceClient } from '../voice-client.js';
import { followOutages } from './outage.js';
import { newSegment, type Segment } from './segment.js';
import type { Speaker } from './speaker.js';

/** What playback needs of a VoiceClient. */
export type PlaybackSession = Pick<VoiceClient, 'on' | 'reportPlayback' | 'reportPlaybackFinished'>;

export interface PlaybackEvents {
  /** The first audio of a response has been given to the speaker. */
  readonly started: { readonly responseId: string };
  /** A response was heard to its end. */
  readonly finished: { readonly responseId: string; readonly playedMs: number };
  /** A response was cut off; the rest of it was thrown away. */
  readonly interrupted: { readonly responseId: string; readonly playedMs: number };
  /** More audio is waiting than `maxQueuedMs`; this much of it was not queued. */
  readonly overflow: { readonly responseId: string; readonly droppedMs: number };
}

export interface ResponsePlaybackOptions {
  /** ms between two playback.position messages while playing; 100 when absent. */
  readonly reportEveryMs?: number;
  /** Audio that may wait for the speaker, ms; what comes beyond is dropped. 300 000 when absent. */
  readonly maxQueuedMs?: number;
}

type Resumed = ClientEvents['session.resumed'];

const REPORT_EVERY_MS = 100;
const MAX_QUEUED_MS = 300_000;
/** A goodbye that stands still for so long is not waited for, ms: the browser has suspended its audio. */
const STUCK_MS = 2000;

export class ResponsePlayback extends Emitter<PlaybackEvents> {
  readonly #client: PlaybackSession;
  readonly #speaker: Speaker;
  readonly #reportEveryMs: number;
  readonly #maxQueuedSamples: number;
  readonly #subscriptions: (() => void)[];
  /** Responses that are not finished, in the order in which they are played. */
  readonly #segments: Segment[] = [];
  /** Samples written to the speaker that were or will be heard. */
  #written = 0;
  /** The newest response that was heard to its end or cut off: nothing more of it is played. */
  #over: string | undefined;
  /** The server waits for what the caller is about to say. */
  #paused = false;
  /** The connection is lost. */
  #held = false;
  /** The call is over; this is how it is heard out. `at`: when playback last went on, ms of performance.now. */
  #goodbye: { at: number; heard: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #idleWaiters: (() => void)[] = [];

  constructor(client: PlaybackSession, speaker: Speaker, options: ResponsePlaybackOptions = {}) {
    super();
    this.#client = client;
    this.#speaker = speaker;
    this.#reportEveryMs = options.reportEveryMs ?? REPORT_EVERY_MS;
    this.#maxQueuedSamples = ((options.maxQueuedMs ?? MAX_QUEUED_MS) * speaker.sampleRate) / 1000;
    this.#written = speaker.heardSamples();
    this.#subscriptions = [
      client.on('response.started', ({ responseId }) => this.#begin(responseId)),
      client.on('audio', ({ responseId, chunk }) => this.#write(responseId, chunk)),
      client.on('response.speak', ({ responseId }) => this.#spokenHere(responseId)),
      client.on('response.audio_done', ({ responseId, audioMs }) => this.#audioDone(responseId, audioMs)),
      // One that the client speaks by itself has no audio that could be done.
      client.on('response.completed', ({ responseId }) => this.#complete(responseId)),
      client.on('response.paused', () => this.#pause()),
      client.on('response.resumed', () => this.#resume()),
      client.on('response.interrupted', ({ responseId }) => this.#interrupt(responseId)),
      client.on('response.cancelling', () => this.#interruptCurrent()),
      client.on('session.resuming', () => this.#tellPosition()),
      followOutages(client, {
        hold: () => this.#hold(),
        goOn: (resumed) => this.#goOn(resumed),
        goodbye: () => this.#completeAll(),
        stop: () => this.#interruptCurrent(),
      }),
    ];
  }

  /** Whether something is being played, held, or awaited. */
  get active(): boolean {
    return this.#segments.length > 0;
  }

  /** ms of this response heard so far; undefined when it is finished, cut off or unknown. */
  playedMs(responseId: string): number | undefined {
    const segment = this.#find(responseId);
    return segment === undefined ? undefined : this.#heardMs(segment);
  }

  /** Resolves when everything that was written has been heard or thrown away. */
  whenIdle(): Promise<void> {
    if (!this.active) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Stops listening to the client. The speaker is the caller's to close. */
  dispose(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#interruptCurrent();
  }

  #begin(responseId: string): Segment {
    const known = this.#find(responseId);
    if (known !== undefined) return known;
    const segment = newSegment(responseId, this.#written);
    this.#segments.push(segment);
    return segment;
  }

  #find(responseId: string): Segment | undefined {
    return this.#segments.find((segment) => segment.responseId === responseId);
  }

  /** The server goes on from what it is told now; what is played until it answers it will send again. */
  #tellPosition(): void {
    const [segment] = this.#segments;
    if (segment?.spoken === false) this.#client.reportPlayback(segment.responseId, this.#heardMs(segment));
  }

  #spokenHere(responseId: string): void {
    const segment = this.#find(responseId);
    if (segment !== undefined) segment.spoken = true;
  }

  /**
   * The session goes on over another connection. What waits for the speaker plays on: of the audio that the server sends
   * again, only what was not written yet is added.
   */
  #goOn({ response, missed }: Resumed): void {
    this.#held = false;
    if (response !== undefined && response.responseId !== this.#over) {
      const segment = this.#begin(response.responseId);
      const from = Math.round((response.fromMs * this.#speaker.sampleRate) / 1000);
      const written = segment.end - segment.begin;
      segment.complete = false;
      segment.resent = true;
      segment.known = Math.max(0, written - from);
      // What lies between was not heard here, but the server counts it.
      segment.begin -= Math.max(0, from - written);
    }
    // Whether they are done, or held, was said in what was missed.
    if (missed) {
      for (const segment of this.#segments) segment.complete ||= segment.responseId !== response?.responseId;
      this.#paused = false;
    }
    this.#play();
  }

  #write(responseId: string, chunk: Uint8Array): void {
    const segment = this.#segments.at(-1);
    // Audio of a response that was cut off here may still be under way: it has no segment any more.
    if (segment?.responseId !== responseId) return;
    const known = Math.min(segment.known, Math.floor(chunk.byteLength / BYTES_PER_SAMPLE));
    segment.known -= known;
    this.#append(segment, known === 0 ? chunk : chunk.subarray(known * BYTES_PER_SAMPLE));
  }

  #append(segment: Segment, chunk: Uint8Array): void {
    const { responseId } = segment;
    const samples = Math.floor(chunk.byteLength / BYTES_PER_SAMPLE);
    if (samples === 0) return;
    if (this.#written + samples - this.#speaker.heardSamples() > this.#maxQueuedSamples) {
      this.emit('overflow', { responseId, droppedMs: this.#ms(samples) });
      return;
    }
    const first = segment.end === segment.begin;
    this.#speaker.write(chunk);
    this.#written += samples;
    segment.end = this.#written;
    segment.complete ||= segment.end - segment.begin >= segment.total;
    if (first) this.emit('started', { responseId });
    this.#schedule();
  }

  /** Also said again by a server that goes on, before the audio of which it speaks. */
  #audioDone(responseId: string, audioMs: number): void {
    const segment = this.#find(responseId);
    const total = Math.floor((audioMs * this.#speaker.sampleRate) / 1000);
    if (segment?.resent === true && segment.end - segment.begin < total) segment.total = total;
    else this.#complete(responseId);
  }

  #complete(responseId: string): void {
    const segment = this.#find(responseId);
    if (segment === undefined) return;
    segment.complete = true;
    this.#tick();
  }

  #completeAll(): void {
    for (const segment of this.#segments) segment.complete = true;
    this.#goodbye = { at: performance.now(), heard: this.#speaker.heardSamples() };
    this.#held = false;
    this.#resume();
  }

  #pause(): void {
    this.#paused = true;
    this.#speaker.pause();
    this.#tick();
  }

  #hold(): void {
    this.#held = true;
    this.#speaker.pause();
    this.#tick();
  }

  #resume(): void {
    this.#paused = false;
    this.#play();
  }

  #play(): void {
    if (!this.#resting) this.#speaker.resume();
    this.#tick();
  }

  get #resting(): boolean {
    return this.#paused || this.#held;
  }

  /** Cuts off this response and whatever was queued before it. One that was heard already only ends its pause. */
  #interrupt(responseId: string): void {
    if (this.#segments.some((segment) => segment.responseId === responseId)) this.#interruptCurrent();
    else this.#resume();
  }

  #interruptCurrent(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#paused = false;
    this.#held = false;
    this.#over = this.#segments.at(-1)?.responseId ?? this.#over;
    const cutOff = this.#segments.splice(0).map((segment) => ({ segment, playedMs: this.#heardMs(segment) }));
    this.#speaker.flush();
    this.#written = this.#speaker.heardSamples();
    for (const { segment, playedMs } of cutOff) {
      this.#report(segment, playedMs);
      this.emit('interrupted', { responseId: segment.responseId, playedMs });
    }
    this.#settleIdle();
  }

  /**
   * Reports positions and ends, then plans the next look at the speaker. When it should have played meanwhile, the position
   * is reported although it stands still: between two reports the server goes by the clock, and would take for heard what a
   * browser with its audio suspended keeps to itself.
   */
  #tick(shouldHavePlayed = false): void {
    let again = shouldHavePlayed;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const heard = this.#speaker.heardSamples();
    if (this.#isStuck(heard)) return this.#interruptCurrent();
    for (let segment = this.#segments[0]; segment !== undefined; segment = this.#segments[0]) {
      const playedMs = this.#heardMs(segment);
      if (!segment.complete || heard < segment.end) {
        this.#report(segment, playedMs, again && heard < segment.end);
        break;
      }
      again = false;
      this.#segments.shift();
      this.#over = segment.responseId;
      this.#report(segment, playedMs);
      this.#client.reportPlaybackFinished(segment.responseId);
      this.emit('finished', { responseId: segment.responseId, playedMs });
    }
    this.#settleIdle();
    this.#schedule();
  }

  /** The next report, or the moment when the audio at hand runs out: whichever is sooner. Nothing to wait for: none. */
  #schedule(): void {
    const segment = this.#segments[0];
    if (segment === undefined || this.#resting || this.#timer !== undefined) return;
    const remainingMs = this.#ms(segment.end - this.#speaker.heardSamples());
    // Ran dry: the next audio, or the news that there is none, goes on from here.
    if (remainingMs <= 0 && !segment.complete) return;
    // The end may have been reached since the caller of this looked: then the timer finds it.
    this.#timer = setTimeout(
      () => this.#tick(true),
      Math.max(0, Math.min(this.#reportEveryMs, Math.ceil(remainingMs))),
    );
  }

  #report(segment: Segment, playedMs: number, again = false): void {
    if (playedMs === segment.reportedMs && !again) return;
    segment.reportedMs = playedMs;
    this.#client.reportPlayback(segment.responseId, playedMs);
  }

  #isStuck(heard: number): boolean {
    if (this.#goodbye === undefined) return false;
    const now = performance.now();
    if (heard > this.#goodbye.heard) this.#goodbye = { at: now, heard };
    return now - this.#goodbye.at >= STUCK_MS;
  }

  /** Whole ms, so that the same position is not reported twice for a fraction. */
  #heardMs(segment: Segment): number {
    const heard = Math.min(Math.max(this.#speaker.heardSamples(), segment.begin), segment.end);
    return Math.floor(this.#ms(heard - segment.begin));
  }

  #ms(samples: number): number {
    return (samples * 1000) / this.#speaker.sampleRate;
  }

  #settleIdle(): void {
    if (this.active) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
