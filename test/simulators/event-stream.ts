import type { ServerResponse } from 'node:http';
import { drawMs, Schedule } from './schedule.js';
import type { Delay } from './schedule.js';

export type StreamFaultKind =
  | 'end' // the body ends without the end that the wire promises
  | 'destroy' // the TCP connection is reset
  | 'stall' // nothing comes any more
  | 'garbage' // an event that is not JSON
  | 'malformed' // JSON of another shape
  | 'binary' // bytes that are no text
  | 'error'; // an error in the stream

export interface StreamFault {
  /** How many events come before it. */
  readonly afterChunks: number;
  readonly kind: StreamFaultKind;
}

export interface StreamKnobs {
  /** From the request to the first token. */
  readonly firstToken?: Delay;
  /** Between tokens; without it all come at once. */
  readonly betweenTokens?: Delay;
  readonly fault?: StreamFault;
  /** From the last event to the end of the body: the two often come in packets of their own. */
  readonly endOfBody?: Delay;
  /** The body never ends. */
  readonly neverEnds?: boolean;
}

/** What the faults that are messages look like on this wire. */
export interface StreamWire {
  readonly garbage: string;
  readonly malformed: string;
  readonly error: string;
}

/** Plays the events of one answer (server-sent events, each with its blank line) with delays and faults. */
export class EventStream {
  private readonly schedule = new Schedule();
  private sent = 0;

  constructor(
    private readonly response: ServerResponse,
    private readonly events: readonly string[],
    private readonly wire: StreamWire,
    private readonly knobs: StreamKnobs,
  ) {
    response.on('close', () => {
      this.schedule.clear();
    });
  }

  start(): void {
    this.response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    this.response.flushHeaders();
    this.schedule.run(drawMs(this.knobs.firstToken), () => {
      this.next();
    });
  }

  private next(): void {
    const { betweenTokens, fault, neverEnds } = this.knobs;
    for (;;) {
      if (fault !== undefined && this.sent === fault.afterChunks) return this.play(fault.kind);
      const event = this.events[this.sent];
      if (event === undefined) {
        if (neverEnds === true) return;
        return this.schedule.run(drawMs(this.knobs.endOfBody), () => this.response.end());
      }
      this.sent += 1;
      this.response.write(event);
      if (betweenTokens === undefined || this.sent >= this.events.length) continue;
      return this.schedule.run(drawMs(betweenTokens), () => {
        this.next();
      });
    }
  }

  private play(kind: StreamFaultKind): void {
    switch (kind) {
      case 'end':
        this.response.end();
        return;
      case 'destroy':
        this.response.socket?.resetAndDestroy();
        return;
      case 'stall':
        return;
      case 'garbage':
      case 'malformed':
      case 'error':
        this.response.end(this.wire[kind]);
        return;
      case 'binary':
        this.response.end(Buffer.from([0x00, 0xff, 0xfe, 0x80, 0x0a, 0x0a, 0xc3, 0x28, 0x0a, 0x0a]));
        return;
    }
  }
}
