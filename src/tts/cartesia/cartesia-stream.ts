import { randomUUID } from 'node:crypto';
import type { RawOutputFormat } from '@cartesia/cartesia-js/resources/tts';
import { closedEarlyError, connectionError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { Word } from '../../stt/stt.port.js';
import { SocketSpeech } from '../common/socket-speech.js';
import type { SpeechDeadlines } from '../common/speech-request.js';
import type { TtsListener } from '../tts.port.js';
import type { CartesiaConnection, Member } from './cartesia-connection.js';
import { CARTESIA, wordsOf } from './map-event.js';
import type { CartesiaEvent } from './map-event.js';
import type { WordTimestamps } from './wire.schema.js';

/** The fields that all requests of a context have in common: Cartesia wants them to be the same. */
export interface ContextParams {
  readonly model_id: string;
  readonly voice: { readonly mode: 'id'; readonly id: string };
  readonly language: string;
  readonly output_format: RawOutputFormat & { readonly encoding: 'pcm_s16le' };
  readonly add_timestamps: true;
  /** Whole sentences come: there is nothing to wait for. */
  readonly max_buffer_delay_ms: 0;
}

export interface CartesiaStreamOptions {
  readonly params: ContextParams;
  readonly deadlines: SpeechDeadlines;
  /** Hz, of the audio to deliver. */
  readonly sampleRate: number;
  connect(): CartesiaConnection;
}

/** A stretch of speech without a pause in our own text: Cartesia forgets a context a second after its last audio. */
interface Context {
  readonly id: string;
  /** Segments handed over, and those whose audio is all there. */
  sent: number;
  spoken: number;
  /** Audio of the segments that are all there, ms. */
  spokenMs: number;
  words: Word[];
}

/**
 * One reply's speech. Segments that come while others are spoken continue their context, so that the voice goes on in one
 * breath; the flush between two of them tells where the audio of one ends. Audio that arrives for a context that we have
 * cancelled (Cartesia finishes what it has begun) goes to nobody.
 */
export class CartesiaStream extends SocketSpeech implements Member {
  private readonly id = randomUUID();
  private connection: CartesiaConnection | undefined;
  private context: Context | undefined;

  constructor(
    private readonly options: CartesiaStreamOptions,
    listener: TtsListener,
  ) {
    const { params, deadlines, sampleRate } = options;
    super({ provider: CARTESIA, providerRate: params.output_format.sample_rate, sampleRate, deadlines }, listener);
    queueMicrotask(() => {
      this.join();
    });
  }

  opened(): void {
    this.submit();
  }

  received(contextId: string, event: CartesiaEvent): void {
    const { context } = this;
    if (context?.id !== contextId) return;
    switch (event.type) {
      case 'audio':
        return this.audio(context, event.audio, event.flush);
      case 'timings':
        return this.timings(context, event.timings, event.flush);
      case 'flushed':
        return this.spokenTo(context, event.flush + 1);
      case 'done':
        return this.done(context);
      case 'failed':
        return this.fail(event.error);
    }
  }

  lost(error: ProviderError, established: boolean): void {
    this.connection = undefined;
    // Nothing of ours was lost with it: the next segment takes another. A handshake that failed is told at once.
    if (established && this.isIdle) return;
    this.fail(error);
  }

  protected get isSpeaking(): boolean {
    return this.context !== undefined;
  }

  protected override late(error: ProviderError): void {
    // Perhaps only this context is stuck; but nobody else should begin on a connection that may be dead.
    this.connection?.retire();
    super.late(error);
  }

  private join(): void {
    if (this.output.isOver || this.connection !== undefined) return;
    try {
      this.connection = this.options.connect();
    } catch (error) {
      return this.fail(error instanceof ProviderError ? error : connectionError(CARTESIA, error));
    }
    this.connection.join(this.id, this);
    this.submit();
  }

  /** Hands over what waits. */
  protected submit(): void {
    if (this.texts.length === 0) return;
    if (this.connection === undefined) return queueMicrotask(() => this.join());
    if (!this.connection.isOpen) return;
    const context = this.context ?? this.newContext(this.connection);
    if (context.sent === context.spoken) this.expectAudio('first audio');
    for (const text of this.texts.splice(0)) {
      // Texts of a context are put together as they are: the blank keeps two sentences apart.
      this.request(context, { transcript: `${text} `, continue: true });
      this.request(context, { transcript: '', continue: true, flush: true });
      context.sent += 1;
    }
  }

  private newContext(connection: CartesiaConnection): Context {
    const context = { id: randomUUID(), sent: 0, spoken: 0, spokenMs: 0, words: [] };
    this.context = context;
    connection.route(context.id, this);
    return context;
  }

  private request(context: Context, request: { transcript: string; continue: boolean; flush?: true }): void {
    this.connection?.send({ ...this.options.params, context_id: context.id, ...request });
  }

  private audio(context: Context, audio: Uint8Array, flush: number | undefined): void {
    if (flush !== undefined && flush > context.spoken) this.spokenTo(context, flush);
    if (audio.length === 0 || this.context !== context || this.output.isOver) return;
    this.expectAudio('further audio');
    this.output.audio(audio);
  }

  private timings(context: Context, timings: WordTimestamps, flush: number | undefined): void {
    if (flush !== undefined && flush !== context.spoken) return;
    context.words = [...context.words, ...wordsOf(timings, context.spokenMs)];
    this.output.words(context.words);
  }

  /** The audio of the context's first `count` segments is all there. */
  private spokenTo(context: Context, count: number): void {
    while (context.spoken < Math.min(count, context.sent) && !this.output.isOver) {
      if (this.output.currentMs === 0) return this.fail(closedEarlyError(CARTESIA, 'the speech'));
      context.spoken += 1;
      context.spokenMs += this.output.currentMs;
      context.words = [];
      if (context.spoken === context.sent) this.leaveContext(context);
      else this.expectAudio('first audio');
      this.output.segmentEnded();
    }
    this.mayFinish();
  }

  /** Everything that was asked for in this context is spoken; the provider need not keep it open. */
  private leaveContext(context: Context): void {
    this.watchdog.stop();
    this.request(context, { transcript: '', continue: false });
    this.connection?.unroute(context.id);
    this.context = undefined;
  }

  /** The provider has closed the context. Its last segment may end with it, nothing else. */
  private done(context: Context): void {
    const isComplete = context.spoken === context.sent - 1 && this.output.currentMs > 0;
    if (!isComplete) return this.fail(closedEarlyError(CARTESIA, 'the speech'));
    this.spokenTo(context, context.sent);
  }

  protected disconnect(): void {
    const { connection, context } = this;
    this.connection = undefined;
    this.context = undefined;
    if (connection === undefined) return;
    if (context !== undefined) {
      connection.unroute(context.id);
      connection.send({ cancel: true, context_id: context.id });
    }
    connection.leave(this.id);
  }
}
