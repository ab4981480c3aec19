import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Speaker, wordsOf } from './voice.js';
import { playFault } from './voice-knobs.js';
import type { VoiceKnobs } from './voice-knobs.js';
import type { HandshakeKnobs } from './websocket-simulator.js';

export interface CartesiaKnobs extends VoiceKnobs, HandshakeKnobs {
  /** Times of words count from the context (the default) or from the flush: the documentation allows both. */
  readonly timesFrom?: 'context' | 'flush';
  /** Leaves `flush_id` out of chunks and timestamps. */
  readonly withoutFlushIds?: boolean;
  /** Contexts at once; one more is answered with the error 429. */
  readonly maxContexts?: number;
}

/** What a client sends, as far as the simulator looks at it. */
export interface CartesiaRequest {
  readonly context_id: string;
  readonly transcript?: string;
  readonly continue?: boolean;
  readonly flush?: boolean;
  readonly cancel?: boolean;
  readonly add_timestamps?: boolean;
  readonly output_format?: { readonly sample_rate: number; readonly encoding: string; readonly container: string };
  readonly [field: string]: unknown;
}

/** What a connection has seen, for tests. */
export interface CartesiaLog {
  readonly requests: CartesiaRequest[];
  /** Contexts that are open now. */
  readonly contexts: number;
  open: boolean;
}

interface Context {
  readonly id: string;
  readonly first: CartesiaRequest;
  readonly speaker: Speaker;
  pending: string;
  flushes: number;
  doneFlushes: number;
  spokenMs: number;
  isEnding: boolean;
}

const FIELDS_OF_A_CONTEXT = ['model_id', 'voice', 'language', 'output_format', 'add_timestamps', 'max_buffer_delay_ms'];

/** One accepted WebSocket. */
export class CartesiaSession {
  readonly log: CartesiaLog;
  private readonly contexts = new Map<string, Context>();

  constructor(
    private readonly socket: WebSocket,
    private readonly tcp: Duplex,
    private readonly knobs: CartesiaKnobs,
  ) {
    const { contexts } = this;
    this.log = {
      requests: [],
      open: true,
      get contexts() {
        return contexts.size;
      },
    };
    socket.on('message', (data: Buffer) => {
      this.take(JSON.parse(data.toString()) as CartesiaRequest);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.log.open = false;
      for (const { speaker } of contexts.values()) speaker.stop();
    });
  }

  private take(request: CartesiaRequest): void {
    this.log.requests.push(request);
    const known = this.contexts.get(request.context_id);
    if (request.cancel === true) {
      // What has begun is finished: docs.cartesia.ai, "cancelling requests".
      known?.speaker.forget();
      return;
    }
    if (known === undefined && this.contexts.size >= (this.knobs.maxContexts ?? Infinity)) {
      return this.error(request.context_id, 429, 'concurrency_limited');
    }
    const context = known ?? this.open(request);
    if (context === undefined) return;
    const differing = FIELDS_OF_A_CONTEXT.find(
      (field) => JSON.stringify(request[field]) !== JSON.stringify(context.first[field]),
    );
    if (differing !== undefined) return this.error(context.id, 400, 'context_mismatch');
    context.pending += request.transcript ?? '';
    if (request.flush === true || request.continue !== true) this.flush(context);
    if (request.continue !== true) {
      context.isEnding = true;
      if (context.doneFlushes === context.flushes) this.end(context);
    }
  }

  private open(request: CartesiaRequest): Context | undefined {
    const { context_id: id, output_format: format } = request;
    if (format?.encoding !== 'pcm_s16le' || format.container !== 'raw') {
      this.error(id, 400, 'invalid_output_format');
      return undefined;
    }
    const context: Context = {
      id,
      first: request,
      pending: '',
      flushes: 0,
      doneFlushes: 0,
      spokenMs: 0,
      isEnding: false,
      speaker: new Speaker(format.sample_rate, this.knobs, {
        chunk: (audio, atMs) => this.chunk(context, audio, atMs),
        done: (text) => this.spoken(context, text),
        fault: (kind) => playFault(kind, this.socket, this.tcp, faultMessages(id)),
      }),
    };
    this.contexts.set(id, context);
    return context;
  }

  private flush(context: Context): void {
    if (context.pending.trim() === '') return;
    context.flushes += 1;
    context.speaker.speak(context.pending.trimEnd());
    context.pending = '';
  }

  private chunk(context: Context, audio: Buffer, atMs: number): void {
    if (atMs === 0 && context.first.add_timestamps === true) this.timestamps(context);
    this.send(context, { type: 'chunk', data: audio.toString('base64'), step_time: 1 });
  }

  /** In two messages, as long texts come. */
  private timestamps(context: Context): void {
    const text = context.speaker.current;
    const words = wordsOf(text, this.knobs.msPerChar);
    const half = Math.ceil(words.length / 2);
    const offset = this.knobs.timesFrom === 'flush' ? 0 : context.spokenMs / 1000;
    for (const part of [words.slice(0, half), words.slice(half)]) {
      if (part.length === 0) continue;
      this.send(context, {
        type: 'timestamps',
        word_timestamps: {
          words: part.map((word) => word.text),
          start: part.map(({ start }) => offset + start),
          end: part.map(({ end }) => offset + end),
        },
      });
    }
  }

  private spoken(context: Context, text: string): void {
    context.doneFlushes += 1;
    context.spokenMs += text.length * (this.knobs.msPerChar ?? 60);
    const message = { type: 'flush_done', flush_id: context.doneFlushes, flush_done: true };
    this.raw({ context_id: context.id, status_code: 206, done: false, ...message });
    if (context.isEnding && context.doneFlushes === context.flushes) this.end(context);
  }

  private end(context: Context): void {
    this.contexts.delete(context.id);
    this.raw({ type: 'done', context_id: context.id, status_code: 200, done: true });
  }

  private send(context: Context, message: object): void {
    const ids = this.knobs.withoutFlushIds === true ? {} : { flush_id: context.doneFlushes + 1 };
    this.raw({ context_id: context.id, status_code: 206, done: false, ...ids, ...message });
  }

  private raw(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private error(contextId: string, status: number, code: string): void {
    this.raw(errorMessage(contextId, status, code));
  }
}

const errorMessage = (contextId: string, status: number, code: string): object => ({
  type: 'error',
  context_id: contextId,
  status_code: status,
  error_code: code,
  title: 'It did not work.',
  message: 'It did not work.',
  done: true,
});

const faultMessages = (contextId: string) => ({
  /** The SDK decodes the data in a listener of its socket, and throws there. */
  malformed: { type: 'chunk', context_id: contextId, status_code: 206, done: false },
  error: errorMessage(contextId, 500, 'internal_error'),
  ourError: errorMessage(contextId, 400, 'model_not_found'),
});
