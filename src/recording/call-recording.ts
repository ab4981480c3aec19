import type { CallInfo, CallTransition } from '../calls/call-observer.port.js';
import type { CallSound, CallSoundFormat } from '../calls/call-sound.port.js';
import type { Clock } from '../conversation/clock.port.js';
import { textOf } from '../database/error-code.js';
import type { ConversationEvent, Playback } from '../conversation/conversation.port.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { settledWithin } from '../deadline/within.js';
import { AgentSide } from './agent-side.js';
import { CallerSide } from './caller-side.js';
import { CardWatch, type Cut } from './card-watch.js';
import { partName, RecordingFile } from './recording-file.js';
import { SAMPLES_PER_MS, Track } from './track.js';

/** Nothing is written that is younger, ms: what was said may turn out to be a card's number. */
const HOLD_MS = 4_000;
/** Nothing is held longer, ms: what nobody has transcribed by then is not recorded. */
const MAX_HOLD_MS = 60_000;
/** So long audio may be on its way, ms, from a client that is there and from one that may come back. */
const PATIENCE_MS = 10_000;
const AWAY_PATIENCE_MS = 45_000;

/** A disk that does not take a second of audio in so long takes none of this call any more, ms: the rest would fill the memory. */
const STUCK_MS = 30_000;

/** Why a part of a call is silence in its recording. */
export type PauseReason = 'card' | 'consent' | 'unheard';

/** What becomes of a recording, for the call's trail. Times are ms since 1970. */
export interface RecordingListener {
  started(at: number): void;
  paused(at: number, reason: PauseReason): void;
  resumed(at: number, reason: PauseReason): void;
  /** Nothing more is written; `code`: the file system's word. */
  failed(at: number, code: string): void;
}

export interface CallRecordingDeps {
  readonly folder: string;
  readonly clock: Clock;
  readonly listener: RecordingListener;
}

/** The recording of one call in one process: takes both sides as they come, and writes them a little later. */
export class CallRecording implements CallSound {
  private readonly zero: number;
  /** Of the recording's zero, ms since 1970. */
  private readonly zeroAt = Date.now();
  private readonly tracks = [new Track(), new Track()] as const;
  private readonly caller: CallerSide;
  private readonly agent: AgentSide;
  private readonly cards: CardWatch;
  /** While nobody has agreed. */
  private readonly refused: Cut[] = [];
  private readonly unheard: Cut[] = [];
  private readonly told = new Set<Cut>();
  private readonly toldEnd = new Set<Cut>();
  /** Up to here it is written, or left out for good, ms. */
  private done = 0;
  private file: RecordingFile | undefined;
  private isAway = false;
  /** Nothing more is taken. */
  private isOver = false;
  private hasFailed = false;
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  private writingFrom = 0;

  constructor(
    private readonly call: CallInfo & { readonly recording: { readonly language: string } },
    { inputSampleRate, outputSampleRate }: CallSoundFormat,
    private readonly deps: CallRecordingDeps,
  ) {
    this.zero = deps.clock.now();
    this.caller = new CallerSide(this.tracks[0], inputSampleRate);
    this.agent = new AgentSide(this.tracks[1], outputSampleRate);
    this.cards = new CardWatch(lexiconFor(call.recording.language));
    if (!this.isAllowed) this.refused.push({ from: 0, to: undefined });
  }

  // ---- what comes

  heard(chunk: Uint8Array): void {
    if (!this.isOver) this.caller.hear(chunk, this.now);
  }

  said(chunk: Uint8Array): void {
    if (!this.isOver) this.agent.said(chunk, this.now);
  }

  playback(how: Playback): void {
    if (!this.isOver) this.agent.playback(how, this.now);
  }

  key(): void {
    this.cards.key(this.now);
  }

  event(event: ConversationEvent): void {
    if (this.isOver) return;
    this.cards.event(event, this.now);
    this.obey();
  }

  transition({ type }: CallTransition): void {
    if (type === 'detached') this.isAway = true;
    if (type === 'attached') this.isAway = false;
  }

  // ---- what is written

  /** Resolves when what was begun to be written is on disk, or will not be. */
  get written(): Promise<void> {
    return this.writing;
  }

  /** Writes what is old enough, unless the last time is not through yet. */
  tick(): void {
    if (this.isOver) return;
    const { now } = this;
    if (this.isWriting) {
      if (now - this.writingFrom > STUCK_MS) this.failed(STUCK);
      return;
    }
    this.obey();
    const settled = this.caller.settle(now, this.isAway ? AWAY_PATIENCE_MS : PATIENCE_MS);
    const held = this.cards.heldFrom(now) ?? Infinity;
    const wanted = Math.min(now - HOLD_MS, settled, held);
    const to = Math.max(wanted, now - MAX_HOLD_MS);
    this.giveUp(to > held ? Math.max(this.done, held) : undefined);
    if (to > this.done) this.write(to);
  }

  /** Writes the rest, but for what nobody has understood any more. Resolves when it is on disk, or will not be. */
  async end(): Promise<void> {
    if (this.isOver) return this.settled();
    await this.settled();
    if (this.hasFailed) return;
    const { now } = this;
    this.obey();
    this.caller.settle(Infinity, 0);
    const held = this.cards.endedHeld(now);
    if (held !== undefined && held < now) this.unheard.push({ from: Math.max(held, this.done), to: now });
    this.write(now);
    this.isOver = true;
    await this.settled();
    if (!this.hasFailed) await this.file?.close().catch((error: unknown) => this.failed(error));
  }

  /** What was begun to be written is on disk, or will not be. */
  private async settled(): Promise<void> {
    if (this.hasFailed) return;
    if (!(await settledWithin(this.writing, STUCK_MS, this.deps.clock))) this.failed(STUCK);
  }

  /** What is held too long, from then on; undefined: nothing is any more. */
  private giveUp(from: number | undefined): void {
    const last = this.unheard.at(-1);
    const isOpen = last !== undefined && last.to === undefined;
    if (from === undefined && isOpen) last.to = this.done;
    if (from !== undefined && !isOpen) this.unheard.push({ from, to: undefined });
  }

  private get now(): number {
    return this.deps.clock.now() - this.zero;
  }

  private get isAllowed(): boolean {
    return this.call.privacy?.recording === true;
  }

  /** What the caller has agreed to, or not any more. */
  private obey(): void {
    const { now } = this;
    const last = this.refused.at(-1);
    const isRefused = last !== undefined && last.to === undefined;
    if (this.isAllowed && isRefused) last.to = now;
    // What he has just said is not written any more either.
    if (!this.isAllowed && !isRefused) this.refused.push({ from: this.done, to: undefined });
  }

  private write(to: number): void {
    this.agent.settle(to);
    const from = this.startOf(to);
    const samples = this.take(from, to);
    this.done = to;
    if (samples === undefined) return;
    this.isWriting = true;
    this.writingFrom = this.now;
    this.writing = this.append(samples, from)
      .catch((error: unknown) => this.failed(error))
      .finally(() => (this.isWriting = false));
  }

  /** What comes before anybody has agreed, or before there is anything to hear, makes no file. */
  private startOf(to: number): number {
    if (this.file !== undefined) return this.done;
    if (!this.tracks.some((track) => track.has(place(to)))) return to;
    const refused = this.refused.find((cut) => cut.from <= this.done && (cut.to ?? Infinity) > this.done);
    return refused === undefined ? this.done : Math.min(to, refused.to ?? to);
  }

  /** Both sides interleaved, or undefined when there is nothing. */
  private take(from: number, to: number): Int16Array | undefined {
    for (const [cuts, reason] of this.cutsByReason()) for (const cut of cuts) this.leaveOut(cut, reason, to);
    const [start, end] = [place(from), place(to)];
    const before = new Int16Array((start - place(this.done)) * 2);
    for (const channel of [0, 1] as const) this.tracks[channel].take(start, before, channel);
    if (end <= start) return undefined;
    const samples = new Int16Array((end - start) * 2);
    for (const channel of [0, 1] as const) this.tracks[channel].take(end, samples, channel);
    return samples;
  }

  private cutsByReason(): readonly (readonly [Cut[], PauseReason])[] {
    return [
      [this.cards.cuts, 'card'],
      [this.refused, 'consent'],
      [this.unheard, 'unheard'],
    ];
  }

  private leaveOut(cut: Cut, reason: PauseReason, to: number): void {
    if (cut.from >= to || (cut.to ?? Infinity) <= this.done) return;
    for (const track of this.tracks)
      track.silence(place(Math.max(cut.from, this.done)), place(Math.min(cut.to ?? to, to)));
    const { listener } = this.deps;
    const isFirst = cut.from === 0 && reason === 'consent';
    if (!this.told.has(cut) && !isFirst) listener.paused(this.zeroAt + Math.max(cut.from, this.done), reason);
    this.told.add(cut);
    if (cut.to === undefined || cut.to > to || this.toldEnd.has(cut)) return;
    this.toldEnd.add(cut);
    if (!isFirst) listener.resumed(this.zeroAt + cut.to, reason);
  }

  private async append(samples: Int16Array, from: number): Promise<void> {
    if (this.file === undefined) {
      const startedAt = this.zeroAt + from;
      const file = await RecordingFile.create(this.deps.folder, partName(this.call.sessionId, startedAt));
      // The disk has stood still for too long, and that was told: nobody will write to it, nor close it.
      if (this.hasFailed) return file.close();
      this.file = file;
      this.deps.listener.started(startedAt);
    }
    await this.file.write(samples);
  }

  private async letGo(): Promise<void> {
    try {
      await this.file?.close();
    } catch {
      // It is lost already, and that was told.
    }
  }

  private failed(error: unknown): void {
    if (this.hasFailed) return;
    this.hasFailed = true;
    this.isOver = true;
    this.deps.listener.failed(Date.now(), codeOf(error));
    void this.letGo();
  }
}

const STUCK = { code: 'ETIMEDOUT' };

const place = (ms: number): number => Math.round(ms * SAMPLES_PER_MS);

const codeOf = (error: unknown): string => textOf(error, 'code') ?? 'internal';
