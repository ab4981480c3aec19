import type { Clock } from '../conversation/clock.port.js';
import type { Conversation } from '../conversation/conversation.js';
import type { ConversationEvent, ConversationOutput, SessionEndReason } from '../conversation/conversation.port.js';
import type { CallPlan } from './call-factory.js';
import type { CallObserver } from './call-observer.port.js';
import { CallObservers } from './call-observers.js';
import { type AttachFrom, type Call, type CallRequest, NotResumable, type Resumed } from './call.port.js';
import { describeFault } from './describe-fault.js';
import { EventLog } from './event-log.js';
import { FaultBoundary } from './fault-boundary.js';
import type { Line } from './line.port.js';
import { ResumeTokens } from './resume-tokens.js';

export interface LiveCallDeps {
  readonly clock: Clock;
  readonly observers: readonly CallObserver[];
  /** How long a call waits for a line, ms; 0: not at all. */
  readonly resumeGraceMs: number;
  readonly log: { error(line: object): void };
}

/** How long a conversation that has failed may take to end by itself, ms. */
const FAULT_END_MS = 2000;

/** One call in this process, from its start to its end. */
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
  private readonly conversation: Conversation;
  private readonly observers: CallObservers;
  private readonly boundary = new FaultBoundary((error, where) => this.faulted(error, where));
  /** The first number is for the transport's greeting. */
  private readonly events = new EventLog(1);
  private readonly tokens = new ResumeTokens();
  private readonly startedAt = Date.now();
  private line: Line | undefined;
  private bytes = 0;
  private clientSeq = 0;
  /** Tells that nobody came back in time. */
  private cancelGrace: (() => void) | undefined;
  /** A fault of ours is ending the call. */
  private failing = false;
  /** Nothing more is told to anybody. */
  private over = false;

  constructor(
    private readonly request: CallRequest,
    plan: CallPlan,
    private readonly deps: LiveCallDeps,
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
    const wiring = { boundary: this.boundary, meter: this.observers, output: this.output() };
    this.conversation = plan.begin(wiring);
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
    return this.bytes;
  }

  // ---- beginning and end

  /** Starts the conversation once the transport knows the call. */
  start(line: Line): void {
    this.line = line;
    queueMicrotask(() => {
      this.observers.started();
      this.boundary.run('start', () => this.conversation.start());
    });
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
    if (this.over || this.failing) throw new NotResumable();
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
  }

  detach(line: Line): void {
    if (line !== this.line) return;
    this.line = undefined;
    this.observers.transition({ type: 'detached' });
    if (this.over) return;
    this.boundary.run('detach', () => this.conversation.hold());
    this.waitForLine();
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

  // ---- the conversation speaks

  private output(): ConversationOutput {
    return {
      event: (event) => {
        // What a conversation still says after a fault of ours is of no use to anybody.
        if (!this.failing || event.type === 'session.ended') this.boundary.run('output', () => this.say(event));
      },
      audio: (chunk) => {
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
    const seq = this.events.add(event);
    this.boundary.run('line', () => this.line?.event(event, seq));
    this.observers.event(event, seq);
    if (event.type === 'session.ended') this.settle();
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
    this.cancelGrace = this.deps.clock.after(this.resumeGraceMs, () => this.end('disconnected'));
  }
}
