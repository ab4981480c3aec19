import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { CloseEvent, ErrorCode } from '../../protocol/index.js';
import type { Traffic } from '../gateway-observer.port.js';
import { Allowance } from '../transport/allowance.js';
import { Outbox, OUTBOX_DEFAULTS } from '../transport/outbox.js';
import type { Tickable, Ticker } from '../transport/ticker.js';
import {
  CONTROL_BURST,
  CONTROL_PER_SECOND,
  DEAD_AFTER_MS,
  MAX_FRAME_BYTES,
  outboxBytes,
  PING_INTERVAL_MS,
} from './session-limits.js';

/** A codec: what one wire makes of the frames of one connection. */
export interface ConnectionHandler {
  /** Hot path: one binary frame. The bytes belong to the handler. */
  onBinary(frame: Buffer): void;
  onText(frame: Buffer): void;
  /** The client broke a rule of the transport; the handler says so to the client and ends the session. */
  onViolation(code: ErrorCode, message: string): void;
  onTick(now: number): void;
  /** The socket is gone, and no other method is called any more. `code` is that of the close frame, or 1005, 1006. */
  onClosed(code: number): void;
}

/**
 * One accepted WebSocket, whatever its wire: frames in with their limits, frames out through the bounded outbox, dead peers
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
    private readonly ws: WebSocket,
    private readonly socket: Socket,
    private readonly handler: ConnectionHandler,
    private readonly ticker: Ticker,
    private readonly traffic: Traffic,
  ) {
    ticker.add(this);
    const { now } = ticker;
    this.heard = now;
    this.aliveAt = now;
    // Spread out, so that a thousand sessions that began together are not pinged together.
    this.pingedAt = now - Math.random() * PING_INTERVAL_MS;
    this.control = new Allowance(CONTROL_BURST, CONTROL_PER_SECOND / 1000, now);
    this.outbox = new Outbox(ws, OUTBOX_DEFAULTS, outboxBytes(0), now, () =>
      handler.onViolation('slow_reader', 'What was sent to you is not being read.'),
    );
    ws.on('message', this.onMessage);
    ws.on('ping', this.onPing);
    ws.on('pong', this.onPong);
    ws.once('close', this.onClose);
    socket.on('drain', this.onDrain);
  }

  /** When the last frame of the client came, monotonic ms, to the tick. */
  get heardAt(): number {
    return this.heard;
  }

  /** Makes room for the reply audio of a session that plays at `sampleRate` Hz. */
  expectAudio(sampleRate: number): void {
    this.outbox.allow(outboxBytes(sampleRate));
  }

  send(frame: string | Uint8Array): void {
    this.framesOut += 1;
    this.bytesOut += frame.length;
    this.outbox.push(frame);
  }

  clearAudio(): void {
    this.outbox.clearAudio();
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
    this.ws.terminate();
  }

  tick(now: number): void {
    if (this.framesIn > 0) {
      this.heard = now;
      this.aliveAt = now;
    }
    this.countTraffic();
    this.control.refill(now);
    this.outbox.tick(now);
    if (now - this.aliveAt > DEAD_AFTER_MS) {
      this.ws.terminate();
      return;
    }
    if (now - this.pingedAt >= PING_INTERVAL_MS && this.ws.readyState === this.ws.OPEN) {
      this.pingedAt = now;
      this.ws.ping();
    }
    this.handler.onTick(now);
  }

  private readonly onMessage = (data: RawData, isBinary: boolean): void => {
    // binaryType is ws's default, `nodebuffer`: every frame is one Buffer.
    const frame = data as Buffer;
    this.framesIn += 1;
    this.bytesIn += frame.length;
    if (frame.length > MAX_FRAME_BYTES) {
      this.handler.onViolation('frame_too_large', `A frame may have at most ${MAX_FRAME_BYTES} bytes.`);
    } else if (isBinary) {
      this.handler.onBinary(frame);
    } else if (this.mayControl()) {
      this.handler.onText(frame);
    }
  };

  private readonly onPing = (): void => {
    this.heard = this.ticker.now;
    this.aliveAt = this.ticker.now;
    this.mayControl();
  };

  private readonly onPong = (): void => {
    this.aliveAt = this.ticker.now;
    this.mayControl();
  };

  private readonly onDrain = (): void => this.outbox.flush();

  private readonly onClose = (code: number): void => {
    this.ticker.remove(this);
    this.countTraffic();
    this.outbox.drop();
    this.ws.off('message', this.onMessage);
    this.ws.off('ping', this.onPing);
    this.ws.off('pong', this.onPong);
    this.socket.off('drain', this.onDrain);
    this.handler.onClosed(code);
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

  private mayControl(): boolean {
    if (this.control.take(1)) return true;
    this.handler.onViolation('too_many_messages', `At most ${CONTROL_PER_SECOND} control messages a second.`);
    return false;
  }
}
