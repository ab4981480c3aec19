// What the simulators of voices over HTTP have in common: requests, refusals, and the faults of an answer.
import type { IncomingHttpHeaders } from 'node:http';
import { knobsOf } from './http-simulator.js';
import type { PerRequest } from './http-simulator.js';
import { Speaker } from './voice.js';
import type { VoiceKnobs } from './voice-knobs.js';

export interface HttpVoiceFault {
  /** Bytes of audio that come before it. */
  readonly afterBytes: number;
  readonly kind:
    | 'end' // the body ends early, in good order
    | 'destroy' // the TCP connection is reset
    | 'stall' // nothing comes any more
    | 'garbage'; // bytes that are no part of the wire; goes on afterwards
}

interface HttpVoiceRefusal {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

export interface HttpVoiceKnobs extends Omit<VoiceKnobs, 'fault'> {
  readonly refusal?: HttpVoiceRefusal;
  /** `refuse` drops the TCP connection, `hang` takes the request and never answers. */
  readonly connection?: 'refuse' | 'hang';
  readonly fault?: HttpVoiceFault;
}

/** How one provider's answers look. */
export interface HttpVoiceWire {
  /** The status and body of a request that is not allowed; undefined when it is. */
  faultOf(request: HttpVoiceRequest): HttpVoiceRefusal | undefined;
  readonly contentType: string;
  textOf(request: HttpVoiceRequest): string;
  sampleRateOf(request: HttpVoiceRequest): number;
  /** One piece of the answer. */
  chunk(audio: Buffer, part: { readonly text: string; readonly atMs: number; readonly durationMs: number }): Buffer;
  readonly garbage: Buffer;
}

export interface HttpVoiceRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** One request and the way to answer it, over whichever version of HTTP. */
export interface HttpVoiceExchange extends HttpVoiceRequest {
  readonly response: {
    write(chunk: Buffer): unknown;
    writeHead(status: number, headers: Record<string, string>): unknown;
    flushHeaders?(): void;
    end(chunk?: string): unknown;
    on(event: 'close', listener: () => void): unknown;
  };
  /** Ends the connection as a network does that goes away. */
  reset(): void;
}

/** Answers requests for speech as the knobs say, and keeps them. */
export class HttpVoice {
  readonly requests: HttpVoiceRequest[] = [];

  constructor(
    private readonly wire: HttpVoiceWire,
    private readonly knobs: PerRequest<HttpVoiceKnobs>,
  ) {}

  take(exchange: HttpVoiceExchange): void {
    const { method, url, headers, body, response } = exchange;
    const knobs = knobsOf(this.knobs, this.requests.length) ?? {};
    this.requests.push({ method, url, headers, body });
    if (knobs.connection === 'hang') return;
    if (knobs.connection === 'refuse') return exchange.reset();
    const refusal = knobs.refusal ?? this.wire.faultOf(exchange);
    if (refusal === undefined) return this.speak(exchange, knobs);
    response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers });
    response.end(JSON.stringify(refusal.body ?? {}));
  }

  private speak(exchange: HttpVoiceExchange, { fault, ...speaking }: HttpVoiceKnobs): void {
    const { response } = exchange;
    const text = this.wire.textOf(exchange);
    const rate = this.wire.sampleRateOf(exchange);
    const knobs = { ...speaking, ...(fault === undefined ? {} : { fault: soundOf(fault) }) };
    const speaker: Speaker = new Speaker(rate, knobs, {
      chunk: (audio, atMs) => {
        const durationMs = (audio.length / 2 / rate) * 1000;
        response.write(this.wire.chunk(audio, { text, atMs, durationMs }));
      },
      done: () => response.end(),
      fault: () => {
        if (fault?.kind === 'garbage') response.write(this.wire.garbage);
        if (fault?.kind !== 'destroy') return;
        speaker.stop();
        // What was written should reach the client before the reset does.
        setTimeout(() => exchange.reset(), 20);
      },
    });
    response.on('close', () => speaker.stop());
    response.writeHead(200, { 'content-type': this.wire.contentType });
    response.flushHeaders?.();
    speaker.speak(text);
  }
}

/** As the fault of the speaker that all simulators share. */
function soundOf({ kind, afterBytes }: HttpVoiceFault): NonNullable<VoiceKnobs['fault']> {
  return { kind: kind === 'garbage' || kind === 'destroy' ? 'garbage' : kind, afterBytes };
}
