// One client's session on one connection: the client's frames go to a call, the call's events and audio go to the client. Owns the order of
// things (start or resume, talk, end) and the verdict on every fault of the client; the wire's codec owns how it is said.
import { randomUUID } from 'node:crypto';
import type { Logger } from '@nestjs/common';
import { type Call, CallMoving, type Calls, NotResumable } from '../../calls/call.port.js';
import type { Line } from '../../calls/line.port.js';
import type { ConversationEvent, SessionEndReason } from '../../conversation/conversation.port.js';
import { BYTES_PER_SAMPLE, ERRORS } from '../../protocol/index.js';
import type { ClientMessage, ErrorCode, SessionResume, SessionStart } from '../../protocol/index.js';
import type { Opus } from '../../opus/opus.js';
import type { Admitted } from '../door/admitted.js';
import type { GatewayObserver } from '../gateway-observer.port.js';
import { Connection } from '../transport/connection.js';
import type { ConnectionHandler } from '../transport/connection.js';
import type { Peer } from '../transport/peer.js';
import type { Ticker } from '../transport/ticker.js';
import type { CallSlots } from './call-slots.js';
import { ClientEnd } from './client-end.js';
import type { Codec, Ending, Fault, Introduction } from './codec.js';
import { Deadlines } from './deadlines.js';
import { drive } from './drive.js';
import { HeldFrames } from './held-frames.js';
import { Microphone, TOO_FAST } from './microphone.js';
import { findCall, startCall, Unopened } from './opening.js';
import { MAX_FAULTS, RESUME_TIMEOUT_MS, TEARDOWN_TIMEOUT_MS } from './session-limits.js';
import type { SessionLimits } from './session-limits.js';
import { callRequest, maxDuration, type Packing, sessionResumed, sessionStarted } from './session-start.js';
import { outcomeWithin, settledWithin } from '../../deadline/within.js';
import { END_REASONS, SessionEnd } from './session-end.js';
import { SessionReport } from './session-report.js';
import type { Session } from './session.js';
import type { CallWire } from './wire.js';

export interface CallSessionDeps {
  readonly calls: Calls;
  readonly slots: CallSlots;
  readonly ticker: Ticker;
  readonly observer: GatewayObserver;
  readonly limits: SessionLimits;
  /** For the clients that ask for it; without it all have PCM. */
  readonly opus?: Opus | undefined;
  readonly log: Pick<Logger, 'log' | 'warn' | 'error'>;
}

/**
 * `waiting` for the first message, `starting` while its proof is looked at and the call is written down, `resuming` while it
 * is looked for, `active`, `ending` until the call has said session.ended, `ended` when nothing more is sent.
 */
type Phase = 'waiting' | 'starting' | 'resuming' | 'active' | 'ending' | 'ended';

const NOBODY = Promise.resolve(undefined);

export class CallSession implements Line, ConnectionHandler, Session {
  readonly ended: Promise<void>;
  private readonly resolveEnded: () => void;
  private readonly codec: Codec;
  private readonly connection: Connection;
  private readonly client: ClientEnd;
  private readonly deadlines: Deadlines;
  private readonly report: SessionReport;
  private callId: string = randomUUID();
  private phase: Phase = 'waiting';
  private call: Call | undefined;
  private microphone: Microphone | undefined;
  private faults = 0;
  private readonly early = new HeldFrames();
  private readonly farewell = new SessionEnd();

  constructor(
    peer: Peer,
    private admitted: Admitted,
    private readonly wire: CallWire,
    private readonly deps: CallSessionDeps,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.resolveEnded = resolve;
    const { ticker, observer, limits, log } = deps;
    this.codec = wire.codec();
    this.connection = new Connection(peer, admitted.drain, wire, this, ticker, observer.traffic);
    this.client = new ClientEnd(this.connection, this.codec, observer);
    this.deadlines = new Deadlines(ticker.now, admitted.token.expiresAt, limits.idleTimeoutMs);
    this.report = new SessionReport(admitted, observer, log);
  }

  /** Of the call, which keeps it over all its sockets. */
  get id(): string {
    return this.callId;
  }

  get inCall(): boolean {
    return this.phase === 'active';
  }

  // ---- the client speaks

  onFrame(frame: Buffer, isBinary: boolean): void {
    if (this.phase === 'ending' || this.phase === 'ended') return;
    if (this.phase === 'starting') {
      if (!this.early.take(frame, isBinary)) this.fail(TOO_FAST.code, TOO_FAST.problem);
      return;
    }
    const input = this.codec.decode(frame, isBinary);
    if (input instanceof Uint8Array) this.hear(input, frame.length);
    else if (this.connection.mayControl() && input !== undefined) this.obey(input);
  }

  onViolation(code: ErrorCode, message: string): void {
    this.fail(code, message);
  }

  onTick(now: number): void {
    if (this.phase === 'ended') return;
    if (this.phase === 'ending') {
      if (this.farewell.isOverdue(now)) this.finish(this.farewell.why);
    } else if (this.microphone?.tick(this.deps.ticker.at) === false) {
      this.fail(TOO_FAST.code, TOO_FAST.problem);
    } else {
      const overdue = this.deadlines.check(now, this.connection.heardAt, this.deps.ticker.epoch);
      if (overdue !== undefined) this.fail(overdue.code, overdue.message);
    }
  }

  onCrash(error: unknown): void {
    this.report.crashed(this.id, error);
    this.fail('internal', 'The server failed; connect again.');
  }

  onClosed(code: number): void {
    const { call } = this;
    const wasActive = this.phase === 'active';
    // A client that closes as it should has hung up; whatever else ends a socket leaves the call waiting for the next one.
    const hungUp = code === 1000;
    if (wasActive) this.farewell.reason = hungUp ? 'client' : 'disconnected';
    this.phase = 'ended';
    this.client.closed();
    this.microphone?.close();
    if (call === undefined) this.admitted.slot.release();
    else if (wasActive && hungUp) call.end('client');
    else if (wasActive) call.detach(this);
    this.report.closed({ sessionId: this.id, agent: call?.agent, reason: this.farewell.reason, closeCode: code });
    void this.tearDown();
  }

  // ---- the call speaks

  event(event: ConversationEvent, seq: number): void {
    if (this.phase === 'ended') return;
    if (event.type === 'error') this.deps.observer.errorSent(event.code);
    this.farewell.hear(event);
    this.client.say(event, seq);
    if (event.type === 'session.ended') this.finish(this.farewell.why);
  }

  audio(chunk: Uint8Array): void {
    if (this.phase === 'active') this.client.audio(chunk);
  }

  clearAudio(): void {
    if (this.phase === 'active') this.client.clearAudio();
  }

  released(why: 'taken' | 'handover'): void {
    if (this.phase === 'ended') return;
    this.farewell.reason = why;
    this.client.takeBack();
    this.finish(why);
  }

  // ---- the server speaks

  shutDown(): void {
    if (this.phase === 'active') this.end('shutdown', 'shutdown');
    else this.fail('shutting_down', 'The server is stopping; connect again.');
  }

  terminate(): void {
    this.connection.terminate();
  }

  /** Hot path. */
  private hear(chunk: Uint8Array, frameBytes: number): void {
    if (this.microphone === undefined) {
      this.fail('audio_before_start', 'Send audio after session.started or session.resumed.');
      return;
    }
    const fault = this.microphone.take(chunk, frameBytes);
    if (fault === undefined) return;
    if (ERRORS[fault.code].fatal === 'always' || this.connection.mayControl()) this.fault(fault.code, fault.problem);
  }

  private obey(input: ClientMessage | Introduction | Fault): void {
    const { call } = this;
    if (input.type === 'fault') {
      this.fault(input.code, input.problem);
    } else if (input.type === 'introduction') {
      if (this.phase === 'waiting') void this.introduce(input);
      else this.fault('wrong_state', 'The session has started already.');
    } else if (input.type === 'session.start' || input.type === 'session.resume') {
      if (this.phase === 'waiting') this.open(input);
      else this.fault('wrong_state', 'The session has started already.');
    } else if (input.type === 'ping' && this.phase !== 'waiting') {
      const received = call === undefined ? {} : { receivedSamples: call.securedBytes / BYTES_PER_SAMPLE };
      this.client.say({ type: 'pong', ...(input.id === undefined ? {} : { id: input.id }), ...received });
    } else if (call === undefined || input.type === 'ping') {
      this.fault('wrong_state', `Send session.start before ${input.type}.`);
    } else if (input.type === 'session.end') {
      this.end('client', 'client');
    } else if (!('clientSeq' in input) || input.clientSeq === undefined || call.takeClientSeq(input.clientSeq)) {
      if (input.type === 'input.commit' || input.type === 'input.clear') this.microphone?.flush();
      if (!drive(call, input)) this.fault('transcript_not_taken', 'This session recognises speech itself: send audio.');
    }
  }

  /** Never rejects. The door tells the operator why it does not believe somebody. */
  private async introduce({ proof, start }: Introduction): Promise<void> {
    this.phase = 'starting';
    try {
      const visitor = await outcomeWithin(this.admitted.introduce?.(proof) ?? NOBODY, RESUME_TIMEOUT_MS);
      if (this.isOver()) return;
      if (visitor === undefined) {
        this.finish('refused');
        return;
      }
      this.admitted = { ...this.admitted, ...visitor };
      this.callId = visitor.callSid ?? this.callId;
      this.report.introduced(this.admitted);
      await this.start(start);
    } catch (error) {
      this.onCrash(error);
    }
  }

  private open(message: SessionStart | SessionResume): void {
    if (message.type === 'session.resume') void this.resume(message);
    else if (this.admitted.returning) this.fail('wrong_state', 'This socket was let in to resume a session.');
    else void this.start(message);
  }

  /** Never rejects. */
  private async start(message: SessionStart): Promise<void> {
    this.phase = 'starting';
    const { calls, limits } = this.deps;
    try {
      const request = callRequest(this.id, message, this.admitted, this.wire);
      const opening = await calls.open(request);
      if (this.isOver()) {
        opening.cancel();
        return;
      }
      const call = startCall(opening, this);
      if (call instanceof Unopened) {
        this.fail(call.code, call.message);
        return;
      }
      const packing = this.begin(call, message.audio);
      // The call keeps the first number for this.
      this.client.say(sessionStarted(call, packing, limits, this.wire.maxFrameBytes), 1);
      this.report.started(call);
      // A vendor's name of the call leads to who called.
      if (call.privacy !== 'zero') this.admitted.started?.(call.id);
      this.early.release((frame, isBinary) => this.onFrame(frame, isBinary));
    } catch (error) {
      this.onCrash(error);
    }
  }

  /** Never rejects. The socket may be gone when the call has been found: then the call goes on waiting. */
  private async resume(message: SessionResume): Promise<void> {
    this.phase = 'resuming';
    try {
      const call = await findCall(this.deps.calls, message, this.admitted.token.caller);
      if (this.isOver()) return;
      if (call instanceof Unopened) this.fail(call.code, call.message);
      else this.goOn(call, message);
    } catch (error) {
      if (error instanceof CallMoving) this.released('handover');
      else if (error instanceof NotResumable) this.fail('resume_failed', error.message);
      else this.onCrash(error);
    }
  }

  private goOn(call: Call, { lastSeq, heard, audio }: SessionResume): void {
    const { limits } = this.deps;
    call.attach(this, heard === undefined ? { lastSeq } : { lastSeq, heard }, (resumed) => {
      this.callId = call.id;
      const packing = this.begin(call, audio);
      this.client.say(sessionResumed(call, packing, limits, this.wire.maxFrameBytes, resumed));
    });
    // What was told again may have been too much for the socket.
    if (this.isOver()) call.detach(this);
    this.report.resumed(call);
  }

  /** How the audio of this line is packed: as was asked, where that can be had. */
  private begin(call: Call, asked: SessionResume['audio']): Packing {
    const { slots, limits, ticker, opus } = this.deps;
    this.call = call;
    this.phase = 'active';
    slots.handOver(this.admitted.slot, call);
    this.deadlines.start(ticker.epoch + maxDuration(call, limits) - call.ageMs);
    const decoder = asked?.input?.encoding === 'opus' ? opus?.decoder(call.inputSampleRate) : undefined;
    this.microphone = new Microphone(call, decoder);
    this.connection.expectAudio(call.outputSampleRate);
    const packs = asked?.output?.encoding === 'opus' && opus !== undefined;
    const isPacked = packs && this.client.pack(opus, call.outputSampleRate, () => this.noEncoder());
    return { input: decoder === undefined ? 'pcm16' : 'opus', output: isPacked ? 'opus' : 'pcm16' };
  }

  /** The client comes back over another socket, without packets: so it is told where the reply goes on. */
  private noEncoder(): void {
    if (this.phase !== 'active') return;
    this.farewell.reason = 'disconnected';
    this.phase = 'ended';
    this.client.closeNow('handover');
    this.call?.detach(this);
  }

  private isOver(): boolean {
    return this.phase === 'ending' || this.phase === 'ended';
  }

  /** A fault of the client that the session survives when it has begun, a few times. */
  private fault(code: ErrorCode, message: string): void {
    const { fatal } = ERRORS[code];
    if (fatal === 'always' || (fatal === 'before start' && this.call === undefined)) {
      this.fail(code, message);
      return;
    }
    this.client.error(code, message, false);
    this.faults += 1;
    if (this.faults >= MAX_FAULTS) this.fail('too_many_faults', 'Too many faulty messages.');
  }

  /** Says what is wrong and ends the session with the close code that belongs to it. */
  private fail(code: ErrorCode, message: string): void {
    if (this.phase === 'ended') return;
    if (code === 'slow_reader') {
      // Nothing gets through to this client any more; the close frame is a courtesy. The next socket may do better.
      this.deps.observer.errorSent(code);
      this.farewell.reason = 'disconnected';
      this.phase = 'ended';
      this.client.closeNow(code);
      this.call?.detach(this);
    } else if (this.phase !== 'ending') {
      this.client.error(code, message, true);
      this.end(code, END_REASONS[code] ?? 'error');
    }
  }

  /** Tells the call to end; its session.ended closes the socket, or else the deadline does. */
  private end(ending: Ending, reason: SessionEndReason): void {
    this.client.takeBack();
    if (this.call === undefined) {
      this.finish(ending);
      return;
    }
    this.farewell.decide(ending, reason, this.deps.ticker.now);
    this.phase = 'ending';
    this.call.end(reason);
  }

  private finish(why: Ending): void {
    this.phase = 'ended';
    this.client.finish(why);
  }

  /** A call that ends with its session leaves nothing running behind it; one that waits for its client is not waited for. */
  private async tearDown(): Promise<void> {
    const { call, farewell } = this;
    if (call !== undefined && !farewell.leavesCall && !(await settledWithin(call.ended, TEARDOWN_TIMEOUT_MS))) {
      this.report.leftRunning(this.id);
    }
    this.resolveEnded();
  }
}
