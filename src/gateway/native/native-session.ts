// One session on the native wire: the client's frames go to the call, the call's events and audio go to the client.
// Owns the order of things (start, talk, end) and the verdict on every fault of the client.
import { randomUUID } from 'node:crypto';
import type { Logger } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { CallRefused } from '../../calls/call.port.js';
import type { CallFactory, StartedCall } from '../../calls/call.port.js';
import type { ConversationEvent, ConversationOutput, SessionEndReason } from '../../conversation/conversation.port.js';
import { BYTES_PER_SAMPLE, CLOSE, ERRORS } from '../../protocol/index.js';
import type { ClientMessage, CloseEvent, ErrorCode, SessionResume, SessionStart } from '../../protocol/index.js';
import type { GatewayObserver, SessionSummary } from '../gateway-observer.port.js';
import { Connection } from '../session/connection.js';
import type { ConnectionHandler } from '../session/connection.js';
import { Deadlines } from '../session/deadlines.js';
import type { Session } from '../session/session.js';
import {
  AUDIO_BURST_MS,
  AUDIO_SPEED,
  END_TIMEOUT_MS,
  MAX_FAULTS,
  MIN_FRAME_COST_BYTES,
  TEARDOWN_TIMEOUT_MS,
} from '../session/session-limits.js';
import type { SessionLimits } from '../session/session-limits.js';
import { settledWithin } from '../session/settled-within.js';
import { Allowance } from '../transport/allowance.js';
import type { Ticker } from '../transport/ticker.js';
import type { Admitted } from '../upgrade/admitted.js';
import { decodeClientMessage } from './decode.js';
import { closeOf, encode } from './encode.js';
import { callRequest, maxDuration, sessionStarted } from './session-start.js';

export interface NativeSessionDeps {
  readonly calls: CallFactory;
  readonly ticker: Ticker;
  readonly observer: GatewayObserver;
  readonly limits: SessionLimits;
  readonly log: Pick<Logger, 'log' | 'warn' | 'error'>;
}

/** `waiting` for session.start, `active`, `ending` until the call has said session.ended, `ended` when nothing more is sent. */
type Phase = 'waiting' | 'active' | 'ending' | 'ended';

export class NativeSession implements ConversationOutput, ConnectionHandler, Session {
  readonly id = randomUUID();
  readonly ended: Promise<void>;
  private readonly resolveEnded: () => void;
  private readonly connection: Connection;
  private readonly deadlines: Deadlines;
  private readonly openedAt: number;
  private phase: Phase = 'waiting';
  private call: StartedCall | undefined;
  private audioIn: Allowance | undefined;
  private faults = 0;
  private endBy = Number.POSITIVE_INFINITY;
  /** How to close once the call has ended; undefined when the call ends by itself. */
  private close: CloseEvent | undefined;
  private fatal: ErrorCode | undefined;
  private reason: SessionSummary['reason'] = 'never_started';

  constructor(
    ws: WebSocket,
    private readonly admitted: Admitted,
    private readonly deps: NativeSessionDeps,
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.resolveEnded = resolve;
    this.connection = new Connection(ws, admitted.socket, this, deps.ticker, deps.observer.traffic);
    this.openedAt = deps.ticker.now;
    const tokenEndsAt = this.openedAt + admitted.token.expiresAt - Date.now();
    this.deadlines = new Deadlines(this.openedAt, tokenEndsAt, deps.limits.idleTimeoutMs);
    deps.observer.sessionOpened();
  }

  get inCall(): boolean {
    return this.phase === 'active';
  }

  // ---- the client speaks

  onBinary(frame: Buffer): void {
    if (this.phase !== 'active') {
      if (this.phase === 'waiting') this.fail('audio_before_start', 'Send audio after session.started.');
    } else if (frame.length % BYTES_PER_SAMPLE !== 0) {
      this.fault('odd_audio_length', 'Audio is PCM16: a frame holds whole samples of two bytes.');
    } else if (this.audioIn?.take(Math.max(frame.length, MIN_FRAME_COST_BYTES)) !== true) {
      this.fail('audio_too_fast', `Audio may run at most ${AUDIO_BURST_MS / 1000} s ahead of real time.`);
    } else {
      try {
        this.call?.conversation.pushAudio(frame);
      } catch (error) {
        this.crash(error);
      }
    }
  }

  onText(frame: Buffer): void {
    if (this.phase === 'ending' || this.phase === 'ended') return;
    const decoded = decodeClientMessage(frame);
    if (!decoded.ok) {
      this.fault(decoded.code, decoded.problem);
    } else if (decoded.message.type === 'session.start') {
      if (this.phase === 'waiting') this.start(decoded.message);
      else this.fault('wrong_state', 'The session has started already.');
    } else if (decoded.message.type === 'session.resume') {
      if (this.phase === 'waiting') this.fail('resume_failed', 'There is no such call here: start a new one.');
      else this.fault('wrong_state', 'The session has started already.');
    } else if (this.call === undefined) {
      this.fault('wrong_state', `Send session.start before ${decoded.message.type}.`);
    } else {
      try {
        this.forward(decoded.message, this.call);
      } catch (error) {
        this.crash(error);
      }
    }
  }

  onViolation(code: ErrorCode, message: string): void {
    this.fail(code, message);
  }

  onTick(now: number): void {
    this.audioIn?.refill(now);
    if (this.phase === 'ending') {
      if (now > this.endBy) this.finish(this.close ?? CLOSE.internal);
    } else if (this.phase !== 'ended') {
      const overdue = this.deadlines.check(now, this.connection.heardAt);
      if (overdue !== undefined) this.fail(overdue.code, overdue.message);
    }
  }

  onClosed(code: number): void {
    this.admitted.slot.release();
    if (this.phase === 'active') this.reason = 'disconnected';
    this.phase = 'ended';
    const summary: SessionSummary = {
      sessionId: this.id,
      agent: this.call?.agent,
      reason: this.reason,
      closeCode: code,
      durationMs: Math.round(this.deps.ticker.now - this.openedAt),
    };
    this.deps.observer.sessionClosed(summary);
    this.deps.log.log({ msg: 'session closed', userId: this.admitted.token.caller.userId, ...summary });
    void this.tearDown();
  }

  // ---- the call speaks

  event(event: ConversationEvent): void {
    if (this.phase === 'ended') return;
    if (event.type === 'error') {
      this.deps.observer.errorSent(event.code);
      if (event.fatal) this.fatal = event.code;
    }
    this.connection.send(encode(event));
    if (event.type !== 'session.ended') return;
    this.reason = event.reason;
    this.finish(this.close ?? closeOf(event.reason, this.fatal));
  }

  audio(chunk: Uint8Array): void {
    if (this.phase === 'active') this.connection.send(chunk);
  }

  clearAudio(): void {
    this.connection.clearAudio();
  }

  // ---- the server speaks

  shutDown(): void {
    if (this.phase === 'waiting') this.fail('shutting_down', 'The server is stopping; connect again.');
    else if (this.phase === 'active') this.end(CLOSE.goingAway, 'shutdown');
  }

  terminate(): void {
    this.connection.terminate();
  }

  private start(message: SessionStart): void {
    const { limits, observer, log } = this.deps;
    const request = callRequest(this.id, message, this.admitted);
    let call: StartedCall;
    try {
      call = this.deps.calls.start(request, this);
    } catch (error) {
      if (error instanceof CallRefused) this.fail(error.code, error.message);
      else this.crash(error);
      return;
    }
    const { now } = this.deps.ticker;
    this.call = call;
    this.phase = 'active';
    this.deadlines.start(now, maxDuration(call, limits));
    const bytesPerMs = (request.inputSampleRate * BYTES_PER_SAMPLE) / 1000;
    this.audioIn = new Allowance(AUDIO_BURST_MS * bytesPerMs, AUDIO_SPEED * bytesPerMs, now);
    this.connection.expectAudio(request.outputSampleRate);
    this.connection.send(encode(sessionStarted(request, call, limits)));
    observer.sessionStarted(call.agent);
    const { userId } = request.caller;
    log.log({ msg: 'session started', sessionId: this.id, userId, agent: call.agent, address: this.admitted.address });
  }

  private forward(message: Exclude<ClientMessage, SessionStart | SessionResume>, { conversation }: StartedCall): void {
    switch (message.type) {
      case 'text.submit':
        return conversation.submitText(message.text);
      case 'input.transcript':
        if (!conversation.submitTranscript(message.text, message.final)) {
          this.fault('transcript_not_taken', 'This session recognises speech itself: send audio.');
        }
        return;
      case 'input.commit':
        return conversation.commitInput();
      case 'input.clear':
        return conversation.clearInput();
      case 'response.cancel':
        return conversation.cancelResponse();
      case 'playback.position':
        return conversation.playbackPosition(message.responseId, message.playedMs);
      case 'playback.finished':
        return conversation.playbackFinished(message.responseId);
      case 'playback.spoken':
        return conversation.playbackSpoken(message.responseId, message.segment, message.heardChars, message.done);
      case 'session.end':
        return this.end(CLOSE.normal, 'client');
      case 'ping':
        return this.connection.send(
          encode(message.id === undefined ? { type: 'pong' } : { type: 'pong', id: message.id }),
        );
    }
  }

  /** A fault of the client that the session survives when it has begun, a few times. */
  private fault(code: ErrorCode, message: string): void {
    const { fatal } = ERRORS[code];
    if (fatal === 'always' || (fatal === 'before start' && this.phase === 'waiting')) {
      this.fail(code, message);
      return;
    }
    this.sendError(code, message, false);
    this.faults += 1;
    if (this.faults >= MAX_FAULTS) this.fail('too_many_faults', 'Too many faulty messages.');
  }

  /** Says what is wrong and ends the session with the close code that belongs to it. */
  private fail(code: ErrorCode, message: string): void {
    if (this.phase === 'ended') return;
    const close = CLOSE[ERRORS[code].close];
    if (code === 'slow_reader') {
      // Nothing gets through to this client any more; the close frame is a courtesy.
      this.deps.observer.errorSent(code);
      this.reason = 'error';
      this.phase = 'ended';
      this.connection.closeNow(close);
      this.endCall('error');
    } else if (this.phase !== 'ending') {
      this.sendError(code, message, true);
      this.end(close, END_REASONS[code] ?? 'error');
    }
  }

  /** A fault of ours: this session ends, the others go on. */
  private crash(error: unknown): void {
    this.deps.log.error({ msg: 'session failed', sessionId: this.id, err: error });
    this.fail('internal', 'The server failed; connect again.');
  }

  private sendError(code: ErrorCode, message: string, fatal: boolean): void {
    this.deps.observer.errorSent(code);
    this.connection.send(encode({ type: 'error', code, message, fatal }));
  }

  /** Tells the call to end; its session.ended closes the socket, or else the deadline does. */
  private end(close: CloseEvent, reason: SessionEndReason): void {
    this.close = close;
    this.connection.clearAudio();
    if (this.call === undefined) {
      this.finish(close);
      return;
    }
    this.phase = 'ending';
    this.reason = reason;
    this.endBy = this.deps.ticker.now + END_TIMEOUT_MS;
    if (!this.endCall(reason)) this.finish(close);
  }

  /** False when the call threw, which is a fault of ours. */
  private endCall(reason: SessionEndReason): boolean {
    try {
      this.call?.conversation.end(reason);
      return true;
    } catch (error) {
      this.deps.log.error({ msg: 'call did not end', sessionId: this.id, err: error });
      return false;
    }
  }

  private finish(close: CloseEvent): void {
    this.phase = 'ended';
    this.connection.finish(close);
  }

  /** Nothing may be left running behind a closed socket. */
  private async tearDown(): Promise<void> {
    if (this.call !== undefined) {
      const { conversation } = this.call;
      this.endCall('client');
      if (!(await settledWithin(conversation.ended, TEARDOWN_TIMEOUT_MS))) {
        this.deps.log.warn({ msg: 'session left something running', sessionId: this.id });
      }
    }
    this.resolveEnded();
  }
}

/** What an error means for the records of the call; `error` where nothing is said. */
const END_REASONS: Partial<Record<ErrorCode, SessionEndReason>> = {
  idle_timeout: 'idle',
  call_too_long: 'limit',
  token_expired: 'limit',
  shutting_down: 'shutdown',
};
