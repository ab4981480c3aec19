import type { ConversationEvent, ConversationOutput, SessionEndReason } from '../conversation/conversation.port.js';
import type { CallPlan, OwnedConversation } from './call-factory.js';
import { CallFaults } from './call-faults.js';
import { CallHandover, type ComesFrom, type HandoverDeps, type LeaveReason } from './call-handover.js';
import { CallInputs } from './call-inputs.js';
import type { CallObserver, CallTransition } from './call-observer.port.js';
import { CallObservers } from './call-observers.js';
import { CallSupervision } from './call-supervision.js';
import type { CallSound, CallSounds } from './call-sound.port.js';
import { type AttachFrom, type Call, CallMoving, type CallRequest, NotResumable, type Resumed } from './call.port.js';
import { EventLog } from './event-log.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import type { Budgets } from '../usage/budgets.port.js';
import type { Prices } from '../usage/prices.port.js';
import type { FaultBoundary } from './fault-boundary.js';
import type { Line } from './line.port.js';
import { ResumeTokens } from './resume-tokens.js';
import { MARKS, Spending } from './spending.js';
import type { ResumeRights, StoredCall } from './session-store.port.js';
import { storedCall } from './stored-call.js';
import type { SupervisedCall, Supervision } from './supervision.port.js';

export interface LiveCallDeps extends HandoverDeps {
  readonly observers: readonly CallObserver[];
  readonly log: { error(line: object): void };
  /** Nothing has a price without them. */
  readonly prices?: Prices;
  /** Calls of a user may cost any amount without them. */
  readonly budgets?: Budgets;
  /** Observers want to know each step of the turn machine, which costs a little. */
  readonly traced?: boolean;
  /** Who keeps the audio of calls, if anybody does. */
  readonly sounds?: CallSounds;
}

/** Numbers that another process may have used for events after it last wrote the call down. */
const SEQ_JUMP = 100_000;

/** One call in this process: from its start, or its coming, to its end, or its leaving. */
export class LiveCall extends CallInputs implements Call, SupervisedCall {
  readonly id: string;
  readonly agent: string;
  private readonly agentVersion: string | undefined;
  readonly privacy: Call['privacy'];
  readonly turnDetection: Call['turnDetection'];
  readonly takesTranscripts: boolean;
  readonly maxSessionMs: number | undefined;
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
  readonly resumeGraceMs: number;
  readonly ended: Promise<void>;
  readonly supervision: Supervision;
  private readonly resolveEnded: () => void;
  protected readonly conversation: OwnedConversation;
  private readonly observers: CallObservers;
  private readonly faults: CallFaults;
  protected readonly boundary: FaultBoundary;
  private readonly events: EventLog;
  private readonly tokens: ResumeTokens;
  private readonly handover: CallHandover;
  private readonly spending: Spending;
  /** Undefined when nobody keeps the audio. */
  private readonly sound: CallSound | undefined;
  /** ms since 1970. */
  private readonly startedAt: number;
  private line: Line | undefined;
  private bytes: number;
  private clientSeq: number;
  /** Tells that nobody came back in time. */
  private cancelGrace: (() => void) | undefined;
  /** Nothing more is told to anybody. */
  private over = false;
  /** It goes on in another process. */
  private left = false;

  constructor(
    private readonly request: CallRequest,
    plan: CallPlan,
    private readonly deps: LiveCallDeps,
    from?: ComesFrom,
  ) {
    super();
    const { info } = plan;
    this.id = info.sessionId;
    this.agent = info.agent;
    this.agentVersion = info.agentVersion;
    this.privacy = info.privacy?.base ?? info.privacy?.level ?? 'standard';
    this.turnDetection = plan.turnDetection;
    this.takesTranscripts = plan.takesTranscripts;
    this.maxSessionMs = plan.maxSessionMs;
    this.inputSampleRate = request.inputSampleRate;
    this.outputSampleRate = request.outputSampleRate;
    this.resumeGraceMs = request.resumable === false ? 0 : deps.resumeGraceMs;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.resolveEnded = resolve;
    this.observers = new CallObservers(info, deps.observers, deps.log);
    this.tokens = from?.tokens ?? new ResumeTokens();
    this.startedAt = from?.call.startedAt ?? Date.now();
    const payer = { userId: request.caller.userId, isPrivate: this.privacy === 'zero' };
    this.spending = new Spending({ ...deps, limit: plan.maxCost, payer }, from?.call.spent);
    this.bytes = from?.call.securedBytes ?? 0;
    this.clientSeq = from?.call.clientSeq ?? 0;
    // The first number of a new call is for the transport's greeting.
    this.events = from === undefined ? new EventLog(1) : EventLog.of(from.call, SEQ_JUMP);
    this.faults = new CallFaults(this, this.observers, deps);
    this.boundary = this.faults.boundary;
    this.handover = new CallHandover(
      this,
      this.observers,
      { ...deps, resumeGraceMs: this.resumeGraceMs },
      this.boundary,
      from?.lease,
    );
    const wiring = {
      boundary: this.boundary,
      meter: this.observers,
      onUsage: (usage: ProviderUsage) => this.used(usage),
      output: this.output(),
      checkpoint: () => this.handover.checkpoint(),
      ...(deps.traced === true ? { trace: (what: string) => this.observers.transition({ type: 'turn', what }) } : {}),
    };
    this.conversation = from === undefined ? plan.begin(wiring) : plan.restore(from.call.snapshot, wiring);
    void this.conversation.ended.then(resolve);
    this.supervision = new CallSupervision({
      conversation: this.conversation,
      boundary: this.boundary,
      planned: info.providers.llm === 'rules',
      end: () => this.end('agent'),
      tell: (transition) => this.observers.transition(transition),
    });
    const { inputSampleRate, outputSampleRate, startedAt } = this;
    this.sound = deps.sounds?.open(info, { inputSampleRate, outputSampleRate, startedAt });
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
    return this.handover.securedBytes ?? this.bytes;
  }

  // ---- beginning and end

  /** Starts the conversation once the transport knows the call. */
  start(line: Line): void {
    this.line = line;
    queueMicrotask(() => {
      this.observers.started();
      this.boundary.run('start', () => this.conversation.start());
      this.handover.checkpoint();
    });
  }

  /** Goes on as far as that is possible without its client, who is expected. */
  goOn(): void {
    this.observers.resumed();
    this.boundary.run('start', () => this.conversation.start());
    this.waitForLine();
    this.handover.checkpoint();
  }

  end(reason: SessionEndReason): void {
    if (!this.over) this.boundary.run('end', () => this.conversation.end(reason));
  }

  /** Whether this client may have the call; its token counts as used then, and has a successor. */
  admits(userId: string, token: string): boolean {
    if (this.over || this.resumeGraceMs === 0 || userId !== this.request.caller.userId) return false;
    return this.tokens.use(token);
  }

  /** The process stood still. */
  stalled(stall: Pick<Extract<CallTransition, { type: 'stalled' }>, 'ms' | 'cause'>): void {
    this.observers.transition({ type: 'stalled', ...stall });
  }

  get isOver(): boolean {
    return this.over;
  }

  // ---- the line

  attach(line: Line, { lastSeq, heard }: AttachFrom, greet: (resumed: Resumed) => void): void {
    if (this.left || this.handover.leaving) throw new CallMoving();
    if (this.over || this.faults.failing) throw new NotResumable();
    this.release('taken');
    this.cancelGrace?.();
    this.cancelGrace = undefined;
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
    this.handover.checkpoint();
  }

  detach(line: Line): void {
    if (line !== this.line) return;
    this.line = undefined;
    this.observers.transition({ type: 'detached' });
    if (this.over || this.handover.leaving) return;
    this.boundary.run('detach', () => this.conversation.hold());
    this.waitForLine();
    this.handover.checkpoint();
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
    if (this.handover.leaving) return;
    try {
      this.bytes += chunk.length;
      this.sound?.heard(chunk);
      this.conversation.pushAudio(chunk);
    } catch (error) {
      this.boundary.fault(error, 'audio');
    }
  }

  /** A telephone cancels with its first key. */
  override cancelResponse(): void {
    this.sound?.key();
    super.cancelResponse();
  }

  // ---- other processes

  /** Whether no other process has taken the call; it is written down as it is now. Yes when nobody can tell. */
  async isHere(): Promise<boolean> {
    await this.handover.confirm();
    return !this.over;
  }

  /** Hands the call over; false when it stays, because it could not be written down. */
  leave(why: LeaveReason): Promise<boolean> {
    return this.handover.leave(why);
  }

  /** Stands still, to be handed over; false when it is about to end instead. */
  holdToLeave(): boolean {
    if (this.over || this.faults.failing) return false;
    this.boundary.run('hold', () => this.conversation.hold());
    return true;
  }

  /** Goes on here after all. */
  stay(): void {
    if (this.line === undefined) this.waitForLine();
    else this.boundary.run('release', () => this.conversation.release());
  }

  /** The call goes on elsewhere. */
  drop(why: LeaveReason): void {
    if (this.over) return;
    this.left = true;
    this.observers.transition({ type: 'left', why });
    this.release(why);
    this.settle();
    this.handover.stop();
    // What has been begun and cannot be stopped, a mail for example, ends by itself.
    this.faults.end('shutdown');
  }

  rights(): ResumeRights {
    return { userId: this.request.caller.userId, tokenHashes: this.tokens.hashes };
  }

  stored(): StoredCall | undefined {
    const { request, agent, agentVersion, conversation, events, bytes, clientSeq, startedAt } = this;
    return this.boundary.run('checkpoint', () =>
      storedCall({ ...request, agent, ...(agentVersion && { agentVersion }) }, conversation.snapshot(), events.kept(), {
        bytes,
        clientSeq,
        startedAt,
        spent: this.spending.total,
      }),
    );
  }

  // ---- the conversation speaks

  private output(): ConversationOutput {
    return {
      event: (event) => {
        // What a conversation still says after a fault of ours is of no use to anybody.
        if (!this.faults.failing || event.type === 'session.ended') this.boundary.run('output', () => this.say(event));
      },
      audio: (chunk) => {
        if (this.handover.leaving) return;
        try {
          this.sound?.said(chunk);
          this.line?.audio(chunk);
        } catch (error) {
          this.boundary.fault(error, 'line');
        }
      },
      clearAudio: () => this.boundary.run('line', () => this.line?.clearAudio()),
      playback: (how) => this.sound?.playback(how),
    };
  }

  private say(event: ConversationEvent): void {
    if (this.over) return;
    if (this.handover.withholds(event)) return;
    const seq = this.events.add(event);
    this.boundary.run('line', () => this.line?.event(event, seq));
    this.observers.event(event, seq);
    if (event.type === 'transcript.final') this.handover.checkpoint();
    if (event.type !== 'session.ended') return;
    this.handover.end();
    this.settle();
  }

  /** May throw. */
  endConversation(reason: SessionEndReason): void {
    this.conversation.end(reason);
  }

  /** The conversation does not end by itself. */
  abandon(): void {
    if (this.over) return;
    this.say({ type: 'session.ended', reason: 'error', durationMs: this.ageMs });
    this.resolveEnded();
  }

  private used(usage: ProviderUsage): void {
    const { cost, passed } = this.spending.add(usage);
    this.observers.used(usage, cost);
    if (passed === undefined || this.over) return;
    const fatal = passed !== 'budget_low';
    this.tell({ type: 'error', code: passed, message: MARKS[passed], fatal });
    // Not from within a provider's stream.
    if (fatal) queueMicrotask(() => this.end('limit'));
  }

  private settle(): void {
    this.over = true;
    this.cancelGrace?.();
    // The line closes by itself: it has been told that this is the end.
    this.line = undefined;
    void this.ended.then(() => this.boundary.close());
  }

  // ---- without a line

  private release(why: LeaveReason): void {
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
    if ((await this.isHere()) && this.line === undefined) this.end('disconnected');
  }
}
