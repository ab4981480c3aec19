import type { Clock } from '../conversation/clock.port.js';
import type { ConversationEvent, ConversationOutput, SessionEndReason } from '../conversation/conversation.port.js';
import type { CallPlan, OwnedConversation } from './call-factory.js';
import { CallKeeper } from './call-keeper.js';
import type { CallObserver, CallTransition } from './call-observer.port.js';
import { CallObservers } from './call-observers.js';
import { type AttachFrom, type Call, type CallRequest, NotResumable, type Resumed } from './call.port.js';
import { describeFault } from './describe-fault.js';
import { EventLog } from './event-log.js';
import { FaultBoundary } from './fault-boundary.js';
import type { Line } from './line.port.js';
import { guardedClock } from './guarded-providers.js';
import { ResumeTokens } from './resume-tokens.js';
import type { Lease, ResumeRights, SessionStore, StoredCall } from './session-store.port.js';

export interface LiveCallDeps {
  readonly clock: Clock;
  readonly observers: readonly CallObserver[];
  /** How long a call waits for a line, ms; 0: not at all. */
  readonly resumeGraceMs: number;
  readonly log: { error(line: object): void };
  /** Observers want to know each step of the turn machine, which costs a little. */
  readonly traced?: boolean;
  /** Where calls are kept for other processes; absent where there are none. */
  readonly store?: SessionStore;
}

/** A call that has been going on in another process. */
export interface ComesFrom {
  readonly call: StoredCall;
  readonly lease: Lease;
  /** Of the token by which it comes. */
  readonly tokenHash: string;
}

/** Numbers that another process may have used for events after it last wrote the call down. */
const SEQ_JUMP = 100_000;
/** How much longer than it waits for its client a call is kept for other processes, ms. */
const KEEP_MS = 30_000;
/** A process that has written a call so short a time ago can be asked for it, and has not been, ms. */
const CERTAIN_MS = 5000;
/** PCM16. */
const BYTES_PER_SAMPLE = 2;

/** How long a conversation that has failed may take to end by itself, ms. */
const FAULT_END_MS = 2000;

/** One call in this process: from its start, or its coming, to its end, or its leaving. */
export class LiveCall implements Call {
  readonly id: string;
  readonly agent: string;
  readonly turnDetection: Call['turnDetection'];
  readonly takesTranscripts: boolean;
  readonly maxSessionMs: number | undefined;
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
  readonly resumeGraceMs: number;
  readonly ended: Promise<void>;
  private readonly resolveEnded: () => void;
  private readonly conversation: OwnedConversation;
  private readonly observers: CallObservers;
  private readonly boundary = new FaultBoundary((error, where) => this.faulted(error, where));
  private readonly events: EventLog;
  private readonly tokens: ResumeTokens;
  private readonly keeper: CallKeeper | undefined;
  /** ms since 1970. */
  private readonly startedAt: number;
  private line: Line | undefined;
  private bytes: number;
  private clientSeq: number;
  /** Tells that nobody came back in time. */
  private cancelGrace: (() => void) | undefined;
  /** A fault of ours is ending the call. */
  private failing = false;
  /** The call is being handed over, and will say this again where it goes; kept in case that it stays. */
  private leaving: ConversationEvent[] | undefined;
  /** Nothing more is told to anybody. */
  private over = false;

  constructor(
    private readonly request: CallRequest,
    plan: CallPlan,
    private readonly deps: LiveCallDeps,
    from?: ComesFrom,
  ) {
    const { info } = plan;
    this.id = info.sessionId;
    this.agent = info.agent;
    this.turnDetection = plan.turnDetection;
    this.takesTranscripts = plan.takesTranscripts;
    this.maxSessionMs = plan.maxSessionMs;
    this.inputSampleRate = request.inputSampleRate;
    this.outputSampleRate = request.outputSampleRate;
    this.resumeGraceMs = deps.resumeGraceMs;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.resolveEnded = resolve;
    this.observers = new CallObservers(info, deps.observers, deps.log);
    this.tokens = new ResumeTokens(from?.tokenHash);
    this.startedAt = from?.call.startedAt ?? Date.now();
    this.bytes = from?.call.securedBytes ?? 0;
    this.clientSeq = from?.call.clientSeq ?? 0;
    // The first number of a new call is for the transport's greeting.
    this.events = from === undefined ? new EventLog(1) : EventLog.of(from.call, SEQ_JUMP);
    this.keeper = this.newKeeper(from?.lease);
    const wiring = {
      boundary: this.boundary,
      meter: this.observers,
      output: this.output(),
      checkpoint: () => this.keeper?.checkpoint(),
      ...(deps.traced === true ? { trace: (what: string) => this.observers.transition({ type: 'turn', what }) } : {}),
    };
    this.conversation = from === undefined ? plan.begin(wiring) : plan.restore(from.call.snapshot, wiring);
    void this.conversation.ended.then(resolve);
  }

  get ageMs(): number {
    return Date.now() - this.startedAt;
  }

  get resumeToken(): string {
    return this.tokens.current;
  }

  get seq(): number {
    return this.events.seq;
  }

  get receivedBytes(): number {
    return this.bytes;
  }

  get lastClientSeq(): number {
    return this.clientSeq;
  }

  get securedBytes(): number {
    return this.keeper?.securedBytes ?? this.bytes;
  }

  // ---- beginning and end

  /** Starts the conversation once the transport knows the call. */
  start(line: Line): void {
    this.line = line;
    queueMicrotask(() => {
      this.observers.started();
      this.boundary.run('start', () => this.conversation.start());
      this.keeper?.checkpoint();
    });
  }

  /** Goes on as far as that is possible without its client, who is expected. */
  goOn(): void {
    this.observers.resumed();
    this.boundary.run('start', () => this.conversation.start());
    this.waitForLine();
    this.keeper?.checkpoint();
  }

  end(reason: SessionEndReason): void {
    if (!this.over) this.boundary.run('end', () => this.conversation.end(reason));
  }

  /** Whether this client may have the call; the token counts as used then. */
  admits(userId: string, token: string): boolean {
    return !this.over && this.resumeGraceMs > 0 && userId === this.request.caller.userId && this.tokens.use(token);
  }

  // ---- the line

  attach(line: Line, { lastSeq, heard }: AttachFrom, greet: (resumed: Resumed) => void): void {
    if (this.over || this.failing || this.leaving !== undefined) throw new NotResumable();
    this.release('taken');
    this.cancelGrace?.();
    this.cancelGrace = undefined;
    this.tokens.rotate();
    // What it says from here on is numbered already when the client is told what it has missed; audio comes after that.
    const response = this.boundary.run('attach', () => this.conversation.release(heard));
    const missed = this.events.forgottenSeq > lastSeq;
    const replayed = this.events.after(lastSeq);
    this.boundary.run('line', () => {
      greet({ missed, response });
      for (const { event, seq } of replayed) line.event(event, seq);
    });
    this.line = line;
    this.observers.transition({ type: 'attached', lastSeq, replayed: replayed.length, missed });
    this.keeper?.checkpoint();
  }

  detach(line: Line): void {
    if (line !== this.line) return;
    this.line = undefined;
    this.observers.transition({ type: 'detached' });
    if (this.over || this.leaving !== undefined) return;
    this.boundary.run('detach', () => this.conversation.hold());
    this.waitForLine();
    this.keeper?.checkpoint();
  }

  nextSeq(): number {
    return this.events.next();
  }

  takeClientSeq(seq: number): boolean {
    if (seq <= this.clientSeq) return false;
    this.clientSeq = seq;
    return true;
  }

  skipAudio(bytes: number, ms: number): void {
    this.bytes += bytes;
    this.tell({ type: 'audio.skipped', ms });
  }

  tell(event: ConversationEvent): void {
    this.boundary.run('tell', () => this.say(event));
  }

  // ---- inputs

  /** Hot path: enters without the boundary's context, which its streams and timers have already. */
  pushAudio(chunk: Uint8Array): void {
    // It is asked for again where the call goes.
    if (this.leaving !== undefined) return;
    try {
      this.bytes += chunk.length;
      this.conversation.pushAudio(chunk);
    } catch (error) {
      this.boundary.fault(error, 'audio');
    }
  }

  submitText(text: string): void {
    this.boundary.run('text', () => this.conversation.submitText(text));
  }

  submitTranscript(text: string, final: boolean): boolean {
    return this.boundary.run('transcript', () => this.conversation.submitTranscript(text, final)) ?? true;
  }

  commitInput(): void {
    this.boundary.run('commit', () => this.conversation.commitInput());
  }

  clearInput(): void {
    this.boundary.run('clear', () => this.conversation.clearInput());
  }

  cancelResponse(): void {
    this.boundary.run('cancel', () => this.conversation.cancelResponse());
  }

  playbackPosition(responseId: string, playedMs: number): void {
    this.boundary.run('playback', () => this.conversation.playbackPosition(responseId, playedMs));
  }

  playbackFinished(responseId: string): void {
    this.boundary.run('playback', () => this.conversation.playbackFinished(responseId));
  }

  playbackSpoken(responseId: string, segment: number, heardChars: number, done: boolean): void {
    this.boundary.run('playback', () => this.conversation.playbackSpoken(responseId, segment, heardChars, done));
  }

  // ---- other processes

  /** Whether no other process has taken the call; yes when nobody can tell. */
  async isHere(withinMs = CERTAIN_MS): Promise<boolean> {
    await this.keeper?.confirm(withinMs);
    return !this.over;
  }

  /** Hands the call over; false when it stays, because it could not be written down. */
  async leave(why: 'taken' | 'handover'): Promise<boolean> {
    const { keeper, line } = this;
    if (keeper === undefined || this.over || this.failing || this.leaving !== undefined) return false;
    this.boundary.run('hold', () => this.conversation.hold());
    this.leaving = [];
    const result = await keeper.free();
    const unsaid = this.leaving;
    this.leaving = undefined;
    if (result !== 'away') {
      this.drop(why);
      return true;
    }
    if (line !== undefined && line === this.line) this.boundary.run('release', () => this.conversation.release());
    else this.waitForLine();
    for (const event of unsaid) this.tell(event);
    return false;
  }

  /** The call goes on elsewhere. */
  private drop(why: 'taken' | 'handover'): void {
    if (this.over) return;
    this.observers.transition({ type: 'left', why });
    this.release(why);
    this.settle();
    this.keeper?.stop();
    // What has been begun and cannot be stopped, a mail for example, ends by itself.
    this.conversationEnds('shutdown');
  }

  private newKeeper(lease: Lease | undefined): CallKeeper | undefined {
    const { store, clock, resumeGraceMs } = this.deps;
    if (store === undefined || resumeGraceMs === 0) return undefined;
    const call = {
      rights: () => this.rights,
      stored: () => this.boundary.run('checkpoint', () => this.stored()),
      lost: () => this.drop('taken'),
      told: (transition: CallTransition) => this.observers.transition(transition),
    };
    const options = { ttlMs: resumeGraceMs + KEEP_MS, securedBytes: this.bytes };
    const guarded = guardedClock(clock, this.boundary);
    return new CallKeeper(store, lease ?? store.create(this.id), guarded, call, options);
  }

  private get rights(): ResumeRights {
    return { userId: this.request.caller.userId, tokenHashes: this.tokens.hashes };
  }

  private stored(): StoredCall {
    const { caller: _caller, sessionId: _sessionId, ...request } = this.request;
    const snapshot = this.conversation.snapshot();
    const bytesPerMs = (this.inputSampleRate * BYTES_PER_SAMPLE) / 1000;
    const heard = Math.floor((snapshot.heardMs * bytesPerMs) / BYTES_PER_SAMPLE) * BYTES_PER_SAMPLE;
    return {
      version: 1,
      request: { ...request, agent: this.agent },
      snapshot,
      ...this.events.kept(),
      securedBytes: Math.min(heard, this.bytes),
      clientSeq: this.clientSeq,
      startedAt: this.startedAt,
    };
  }

  // ---- the conversation speaks

  private output(): ConversationOutput {
    return {
      event: (event) => {
        // What a conversation still says after a fault of ours is of no use to anybody.
        if (!this.failing || event.type === 'session.ended') this.boundary.run('output', () => this.say(event));
      },
      audio: (chunk) => {
        if (this.leaving !== undefined) return;
        try {
          this.line?.audio(chunk);
        } catch (error) {
          this.boundary.fault(error, 'line');
        }
      },
      clearAudio: () => this.boundary.run('line', () => this.line?.clearAudio()),
    };
  }

  private say(event: ConversationEvent): void {
    if (this.over) return;
    if (this.leaving !== undefined) {
      this.leaving.push(event);
      return;
    }
    const seq = this.events.add(event);
    this.boundary.run('line', () => this.line?.event(event, seq));
    this.observers.event(event, seq);
    if (event.type === 'transcript.final') this.keeper?.checkpoint();
    if (event.type !== 'session.ended') return;
    this.keeper?.end();
    this.settle();
  }

  /** A fault of ours ends this call, and no other. */
  private faulted(error: unknown, where: string): void {
    this.deps.log.error({ msg: 'call failed', callId: this.id, where, ...describeFault(error) });
    if (this.over) return;
    this.observers.transition({ type: 'faulted', where });
    if (this.failing) return;
    this.failing = true;
    this.tell({ type: 'error', code: 'internal', message: 'The server failed; start a new session.', fatal: true });
    this.deps.clock.after(FAULT_END_MS, () => this.abandon());
    // Not from within whatever has failed.
    queueMicrotask(() => this.conversationEnds('error'));
  }

  private conversationEnds(reason: SessionEndReason): void {
    try {
      this.conversation.end(reason);
    } catch (error) {
      this.deps.log.error({ msg: 'call did not end', callId: this.id, ...describeFault(error) });
      this.abandon();
    }
  }

  /** The conversation does not end by itself. */
  private abandon(): void {
    if (this.over) return;
    this.say({ type: 'session.ended', reason: 'error', durationMs: this.ageMs });
    this.resolveEnded();
  }

  private settle(): void {
    this.over = true;
    this.cancelGrace?.();
    // The line closes by itself: it has been told that this is the end.
    this.line = undefined;
    void this.ended.then(() => this.boundary.close());
  }

  // ---- without a line

  private release(why: 'taken' | 'handover'): void {
    const { line } = this;
    if (line === undefined) return;
    this.line = undefined;
    this.boundary.run('line', () => line.released(why));
    if (!this.over) this.boundary.run('hold', () => this.conversation.hold());
  }

  private waitForLine(): void {
    if (this.resumeGraceMs === 0) {
      this.end('disconnected');
      return;
    }
    this.cancelGrace?.();
    this.cancelGrace = this.deps.clock.after(this.resumeGraceMs, () => void this.nobodyCame());
  }

  /** A process that stood still may have lost the call meanwhile: then it is not for it to say that the call is over. */
  private async nobodyCame(): Promise<void> {
    if ((await this.isHere(0)) && this.line === undefined) this.end('disconnected');
  }
}
