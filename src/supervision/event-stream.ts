// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) to one reader, who may be slow.
import type { ServerResponse } from 'node:http';

export interface EventStreamOptions {
  /** What may wait for a reader, bytes: one for whom more waits is cut off. */
  readonly maxBufferedBytes: number;
  /** A comment so often keeps what stands between from closing it, ms. */
  readonly heartbeatMs: number;
  /** How long a reader may take for the rest once the stream has ended, ms. */
  readonly closeMs: number;
}

export const defaultStreamOptions: EventStreamOptions = {
  maxBufferedBytes: 1024 * 1024,
  heartbeatMs: 15_000,
  closeMs: 10_000,
};

/** Why a stream ends before what it tells of does. */
export type CutReason = 'too_slow' | 'token_expired' | 'elsewhere' | 'shutting_down';

const MESSAGES: Readonly<Record<CutReason, string>> = {
  too_slow: 'More is told than you read: ask again, and read faster.',
  token_expired: 'The token has expired: ask again with a new one.',
  elsewhere: 'The call goes on at another server.',
  shutting_down: 'The server stops: ask again in a moment.',
};

export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;
  private readonly listeners = new Set<() => void>();
  private over = false;

  constructor(
    private readonly response: Pick<
      ServerResponse,
      'writeHead' | 'flushHeaders' | 'write' | 'end' | 'destroy' | 'writableLength' | 'on'
    >,
    private readonly options: EventStreamOptions = defaultStreamOptions,
  ) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // For nginx, which would wait for more.
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), options.heartbeatMs);
    response.on('close', () => this.finish());
    // `close` follows.
    response.on('error', () => undefined);
  }

  /** Nobody reads any more, or nothing more is told. */
  get isOver(): boolean {
    return this.over;
  }

  /** Once, when it is over. */
  onOver(listener: () => void): void {
    if (this.over) listener();
    else this.listeners.add(listener);
  }

  send(event: string, data: object, id?: number): void {
    this.sendJson(event, JSON.stringify(data), id);
  }

  /** `json` is one line. */
  sendJson(event: string, json: string, id?: number): void {
    this.write(frame(event, json, id));
  }

  /** The last event is told already. */
  end(): void {
    if (this.over) return;
    this.finish();
    this.response.end();
    this.closeInTime();
  }

  /** Tells why as the last event: `cut`. */
  cut(code: CutReason): void {
    if (this.over) return;
    this.response.write(frame('cut', JSON.stringify({ type: 'cut', code, message: MESSAGES[code] })));
    this.end();
  }

  private write(text: string): void {
    if (this.over) return;
    if (this.response.writableLength > this.options.maxBufferedBytes) return this.cut('too_slow');
    this.response.write(text);
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.heartbeat);
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }

  /** Who does not read the end does not keep the connection. */
  private closeInTime(): void {
    const timer = setTimeout(() => this.response.destroy(), this.options.closeMs);
    timer.unref();
    this.response.on('close', () => clearTimeout(timer));
  }
}

const frame = (event: string, json: string, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${json}\n\n`;
