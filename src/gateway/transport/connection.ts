import { performance } from 'node:perf_hooks';
import type { CloseEvent, ErrorCode } from '../../protocol/index.js';
import type { Traffic } from '../gateway-observer.port.js';
import { Allowance } from './allowance.js';
import { Outbox, OUTBOX_DEFAULTS } from './outbox.js';
import type { Frame } from './outbox.js';
import type { Drain, Peer } from './peer.js';
import type { Tickable, Ticker } from './ticker.js';
import { CONTROL_BURST, CONTROL_PER_SECOND, DEAD_AFTER_MS, outboxBytes, PING_INTERVAL_MS } from './transport-limits.js';

/** What the frames of one connection mean. What it throws ends this connection, and no other. */
export interface ConnectionHandler {
  /** Hot path: one frame. The bytes belong to the handler. */
  onFrame(frame: Buffer, isBinary: boolean): void;
  /** The client broke a rule of the transport; the handler says so to the client and ends the session. */
  onViolation(code: ErrorCode, message: string): void;
  onTick(now: number): void;
  /** The socket is gone, and no other method is called any more. `code` is that of the close frame, or 1005, 1006. */
  onClosed(code: number): void;
  /** One of the others has thrown: a fault of ours. */
  onCrash(error: unknown): void;
}

export interface ConnectionLimits {
  /** Largest frame accepted, bytes. */
  readonly maxFrameBytes: number;
  /** How long the peer may take at the end to take what is left, ms. */
  readonly patience: { readonly readMs: number };
}

/**
 * One client's end, whatever its wire, in most cases an accepted WebSocket: frames in with their limits, frames out through the bounded outbox, dead peers
 * found by pings. Sits on the raw `message` event, because the dispatch of @nestjs/platform-ws parses every frame as JSON.
 */
export class Connection implements Tickable {
  private readonly outbox: Outbox;
  private readonly control: Allowance;
  private pingedAt: number;
  private aliveAt: number;
  private heard: number;
  // Since the last tick: whole numbers of our own are the cheapest thing to write on the hot path.
  private framesIn = 0;
  private bytesIn = 0;
  private framesOut = 0;
  private bytesOut = 0;

  constructor(
    private readonly peer: Peer,
    private readonly drain: Drain,
    private readonly limits: ConnectionLimits,
    private readonly handler: ConnectionHandler,
    private readonly ticker: Ticker,
    private readonly traffic: Traffic,
  ) {
    ticker.add(this);
    const { now } = ticker;
    this.heard = now;
    this.aliveAt = now;
    this.pingedAt = now;
    this.control = new Allowance(CONTROL_BURST, CONTROL_PER_SECOND / 1000, ticker.at);
    const outbox = { ...OUTBOX_DEFAULTS, finishMs: limits.patience.readMs };
    this.outbox = new Outbox(peer, outbox, outboxBytes(0), now, () =>
      handler.onViolation('slow_reader', 'What was sent to you is not being read.'),
    );
    peer.on('message', this.onMessage);
    peer.on('ping', this.onPing);
    peer.on('pong', this.onPong);
    peer.once('close', this.onClose);
    drain.on('drain', this.onDrain);
  }

  /** When the last frame of the client came, in the ticker's time, to the tick. */
  get heardAt(): number {
    return this.heard;
  }

  /** Makes room for the reply audio of a session that plays at `sampleRate` Hz. */
  expectAudio(sampleRate: number): void {
    this.outbox.allow(outboxBytes(sampleRate));
  }

  /** `isAudio`: `clearAudio` may take it back. */
  send(frame: Frame, isAudio: boolean): void {
    this.framesOut += 1;
    this.bytesOut += frame.length;
    this.outbox.push(frame, isAudio);
  }

  clearAudio(): void {
    this.outbox.clearAudio();
  }

  /** Counts a message that is not audio; false, after the handler was told, when there were too many. */
  mayControl(): boolean {
    if (this.control.take(1) || this.control.refill(performance.now())) return true;
    this.handler.onViolation('too_many_messages', `At most ${CONTROL_PER_SECOND} control messages a second.`);
    return false;
  }

  /** Closes after what waits has been sent. Idempotent. */
  finish({ code, reason }: CloseEvent): void {
    this.outbox.finish(code, reason, this.ticker.now);
  }

  /** Closes without what waits. Idempotent. */
  closeNow({ code, reason }: CloseEvent): void {
    this.outbox.closeNow(code, reason);
  }

  terminate(): void {
    this.peer.terminate();
  }

  tick(now: number): void {
    if (this.framesIn > 0) {
      this.heard = now;
      this.aliveAt = now;
    }
    this.countTraffic();
    this.control.refill(this.ticker.at);
    this.outbox.tick(now);
    if (now - this.aliveAt > DEAD_AFTER_MS) {
      this.peer.terminate();
      return;
    }
    // A microphone that is open is a sign of life by itself.
    const quietSince = Math.max(this.aliveAt, this.pingedAt);
    if (now - quietSince >= PING_INTERVAL_MS && this.peer.readyState === this.peer.OPEN) {
      this.pingedAt = now;
      this.peer.ping();
    }
    this.handler.onTick(now);
  }

  /** A fault of ours: this connection ends, by the handler's words if it still has any. */
  crashed(error: unknown): void {
    try {
      this.handler.onCrash(error);
    } catch {
      // onCrash has told of the first fault; the second one is its consequence.
      this.peer.terminate();
    }
  }

  /** ws's binaryType is its default, `nodebuffer`: every frame is one Buffer. */
  private readonly onMessage = (frame: Buffer, isBinary: boolean): void => {
    this.framesIn += 1;
    this.bytesIn += frame.length;
    try {
      const { maxFrameBytes } = this.limits;
      if (frame.length <= maxFrameBytes) this.handler.onFrame(frame, isBinary);
      else this.handler.onViolation('frame_too_large', `A frame may have at most ${maxFrameBytes} bytes.`);
    } catch (error) {
      this.crashed(error);
    }
  };

  private readonly onPing = (): void => {
    this.heard = this.ticker.now;
    this.onPong();
  };

  private readonly onPong = (): void => {
    this.aliveAt = this.ticker.now;
    try {
      this.mayControl();
    } catch (error) {
      this.crashed(error);
    }
  };

  private readonly onDrain = (): void => {
    try {
      this.outbox.flush();
    } catch (error) {
      this.crashed(error);
    }
  };

  private readonly onClose = (code: number): void => {
    this.ticker.remove(this);
    this.countTraffic();
    this.outbox.drop();
    this.peer.off('message', this.onMessage);
    this.peer.off('ping', this.onPing);
    this.peer.off('pong', this.onPong);
    this.drain.off('drain', this.onDrain);
    try {
      this.handler.onClosed(code);
    } catch (error) {
      this.crashed(error);
    }
  };

  private countTraffic(): void {
    this.traffic.framesIn += this.framesIn;
    this.traffic.bytesIn += this.bytesIn;
    this.traffic.framesOut += this.framesOut;
    this.traffic.bytesOut += this.bytesOut;
    this.framesIn = 0;
    this.bytesIn = 0;
    this.framesOut = 0;
    this.bytesOut = 0;
  }
}
