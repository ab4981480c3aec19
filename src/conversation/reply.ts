// One reply: the model writes, tools run, sentences are cut and spoken, all under one AbortSignal. It ends played,
// failed or interrupted, exactly once, and then knows what the caller heard of it.
import type { ChatMessage, LanguageModel, LlmUsage, ToolSpec } from '../llm/llm.port.js';
import { ProviderError } from '../provider/provider.port.js';
import type { TextToSpeech } from '../tts/tts.port.js';

import type { Clock } from './clock.port.js';
import { type CallRecord, type ReplyItem, replyMessages } from './context.js';
import type { ConversationEvent, ConversationMeter } from './conversation.port.js';
import { faultOf, remedyOf } from './failure-message.js';
import { type FillerPhrases, Fillers } from './fillers.js';
import type { ConversationOptions } from './options.js';
import { RemoteSpeech } from './remote-speech.js';
import { SentenceChunker } from './sentence-chunker.js';
import { Speech } from './speech.js';
import type { ToolCallScope } from './tool-call-run.js';
import type { ToolCalls } from './tool-calls.js';

export interface ReplyDeps {
  readonly model: LanguageModel;
  readonly voice: TextToSpeech;
  readonly clock: Clock;
  readonly toolCalls: ToolCalls;
  readonly toolSpecs: readonly ToolSpec[];
  readonly options: ConversationOptions;
  readonly meter: ConversationMeter;
  readonly fillers: FillerPhrases;
  /** The apology as audio, PCM16 at the output rate, for when no voice can be had. */
  readonly apology: () => Uint8Array | undefined;
  emit(event: ConversationEvent): void;
  audio(chunk: Uint8Array): void;
}

export interface ReplyListener {
  firstToken(): void;
  /** The first audio is about to be sent. */
  audible(): void;
  /** Everything is written. `question`: it ends by asking something. */
  written(question: boolean): void;
  /**
   * The reply is over, by itself: played to its end, or failed. Not called after `interrupt`. `cut`: the voice failed, and
   * `items` end with what was heard.
   */
  over(items: readonly ReplyItem[], cut: boolean): void;
}

/** Text of the reply and the pieces of it that were given to the voice. */
interface TextItem {
  text: string;
  /** Said to bridge a wait: the caller hears it, the model need not know in the same reply. */
  readonly filler: boolean;
  readonly segments: number[];
}

export class Reply {
  private readonly controller = new AbortController();
  private readonly items: (TextItem | { readonly calls: CallRecord[] })[] = [];
  private readonly chunker = new SentenceChunker();
  private readonly speech: Speech | RemoteSpeech;
  private readonly fillers: Fillers;
  private cancelDeadline: (() => void) | undefined;
  private chars = 0;
  /** How many of the items the model has been shown. */
  private shown = 0;
  private done = false;
  /** A draft's events wait here until it is released; undefined once it is. */
  private held: (() => void)[] | undefined;
  private readonly released = Promise.withResolvers<void>();
  private usage: LlmUsage = { inputTokens: 0, outputTokens: 0 };
  private broken = false;

  /**
   * Opens the voice at once, so that its connection is there when the first sentence is. A draft is not heard of until
   * `release`: it may read, it may not speak or change anything.
   */
  constructor(
    readonly id: string,
    private readonly deps: ReplyDeps,
    private readonly listener: ReplyListener,
    draft = false,
  ) {
    const { options } = deps;
    this.speech = deps.voice.remote === true ? this.remoteSpeech() : this.ownSpeech();
    this.fillers = new Fillers(deps.clock, options.reply, deps.fillers, {
      silent: () => this.held === undefined && this.speech.idle,
      say: (phrase) => this.bridge(phrase),
    });
    if (draft) {
      this.held = [];
      this.speech.pause();
    } else this.released.resolve();
  }

  private ownSpeech(): Speech {
    const { deps, listener } = this;
    const { voice, voices, language, outputSampleRate: sampleRate, reply } = deps.options;
    return new Speech(
      deps.voice,
      { voice, voices, language, sampleRate },
      reply,
      deps.clock,
      {
        audio: (chunk) => deps.audio(chunk),
        audible: () => listener.audible(),
        allSent: (audioMs) => this.emit({ type: 'response.audio_done', responseId: this.id, audioMs }),
        played: () => this.played(),
        failed: (error) => this.voiceFailed(error),
      },
      deps.apology,
    );
  }

  /** The client speaks by itself. */
  private remoteSpeech(): RemoteSpeech {
    const { deps, listener, id: responseId } = this;
    const { voice: first, voices, language, reply } = deps.options;
    const provider = deps.voice.name;
    const voice = first === '' ? (voices?.[provider] ?? '') : first;
    const { playbackGraceMs } = reply;
    return new RemoteSpeech({ language, provider, playbackGraceMs }, deps.clock, {
      speak: (segment, text) =>
        this.emit({
          type: 'response.speak',
          responseId,
          segment,
          text,
          language,
          ...(voice === '' ? {} : { voice }),
        }),
      audible: () => listener.audible(),
      played: () => this.played(),
      failed: (error) => this.voiceFailed(error),
    });
  }

  /** Whether a draft has failed before it was needed: better to ask again than to speak its apology. */
  get failed(): boolean {
    return this.broken;
  }

  /** The words are confirmed: what was held goes out, in its order, and the voice may be heard. */
  release(): void {
    const waiting = this.held ?? [];
    this.held = undefined;
    for (const action of waiting) action();
    this.released.resolve();
    this.speech.resume();
  }

  /** Throws a draft away without a trace, its cost aside. */
  discard(): void {
    this.close();
    this.controller.abort(new DOMException('The draft was not needed.', 'AbortError'));
    this.deps.meter.modelUsed(this.usage, true);
  }

  /**
   * Answers: `history` ends with the caller's turn, or with `results` that came after an earlier reply had stopped waiting
   * for them.
   */
  answer(
    system: string,
    history: readonly ChatMessage[],
    scope: Omit<ToolCallScope, 'responseId' | 'signal' | 'released' | 'emit'>,
    results: readonly CallRecord[] = [],
  ): void {
    if (results.length > 0) this.items.push({ calls: [...results] });
    this.cancelDeadline = this.deps.clock.after(this.deps.options.reply.replyDeadlineMs, () =>
      this.controller.abort(
        new ProviderError('The reply took too long.', { provider: 'reply', code: 'timeout', retryable: true }),
      ),
    );
    void this.converse([{ role: 'system', text: system }, ...history, ...this.newMessages()], {
      ...scope,
      responseId: this.id,
      signal: this.controller.signal,
      released: this.released.promise,
      emit: (event) => this.emit(event),
    }).then(
      () => this.written(),
      (error: unknown) => this.modelFailed(error),
    );
  }

  /** Says a fixed text. */
  announce(text: string): void {
    this.listener.firstToken();
    this.write(text);
    this.written();
  }

  /** How much of it has been played, ms. */
  position(): number {
    return this.speech.position();
  }

  /** What of it has been played, as the voice speaks it. */
  spokenText(): string {
    return this.speech.spokenText();
  }

  pause(): void {
    this.speech.pause();
  }

  resume(): void {
    this.speech.resume();
  }

  playbackPosition(playedMs: number): void {
    this.speech.reported(playedMs);
  }

  playbackFinished(): void {
    this.speech.reportedFinished();
  }

  /** Of a reply that the client speaks by itself. */
  playbackSpoken(segment: number, heardChars: number, done: boolean): void {
    if (this.speech instanceof RemoteSpeech) this.speech.reportedSpoken(segment, heardChars, done);
  }

  /** Stops everything at once. Returns what the caller heard and every tool call made. */
  interrupt(): readonly ReplyItem[] {
    const items = this.heardItems();
    this.close();
    this.controller.abort(new DOMException('The reply was interrupted.', 'AbortError'));
    return items;
  }

  /** Rounds of model and tools until the model has no more calls. */
  private async converse(messages: readonly ChatMessage[], scope: ToolCallScope): Promise<void> {
    const { maxToolRounds } = this.deps.options.reply;
    for (let round = 0; ; round += 1) {
      const running = await this.round(messages, round < maxToolRounds ? this.deps.toolSpecs : [], scope);
      this.sayRest();
      if (running.length === 0) return;
      this.fillers.waiting();
      await Promise.all(running);
      this.fillers.stop();
      scope.signal.throwIfAborted();
      if (round >= maxToolRounds) return; // it went on calling although no tool was offered any more
      messages = [...messages, ...this.newMessages()];
    }
  }

  /** What this reply has added since the last round, as the model should see it. */
  private newMessages(): ChatMessage[] {
    const fresh = this.items.slice(this.shown);
    this.shown = this.items.length;
    return replyMessages(
      fresh.filter((item) => !('filler' in item && item.filler)),
      false,
    );
  }

  private async round(
    messages: readonly ChatMessage[],
    tools: readonly ToolSpec[],
    scope: ToolCallScope,
  ): Promise<Promise<void>[]> {
    const running: Promise<void>[] = [];
    const calls: CallRecord[] = [];
    for await (const part of this.deps.model.stream({ messages, tools }, scope.signal)) {
      scope.signal.throwIfAborted();
      if (part.type === 'text') {
        if (!this.write(part.delta)) break;
      } else if (part.type === 'finished') {
        if (part.usage !== undefined) this.used(part.usage);
      } else {
        this.listener.firstToken();
        if (calls.length === 0) this.items.push({ calls });
        if (running.length >= this.deps.options.reply.maxToolCalls) {
          calls.push(this.deps.toolCalls.refuse(part.call, 'That was too many things at once.'));
        } else {
          const started = this.deps.toolCalls.start(part.call, scope);
          calls.push(started.record);
          running.push(started.done);
        }
      }
    }
    return running;
  }

  /** Takes written text; false when the reply has become too long and no more should be asked for. */
  private write(delta: string): boolean {
    if (delta === '') return true;
    this.listener.firstToken();
    this.chars += delta.length;
    this.emit({ type: 'response.text', responseId: this.id, delta });
    const item = this.textItem();
    item.text += delta;
    for (const piece of this.chunker.add(delta)) item.segments.push(this.speech.say(piece));
    return this.chars < this.deps.options.reply.maxReplyChars;
  }

  /** Says something while the caller waits for tools. */
  private bridge(phrase: string): void {
    const item: TextItem = { text: `${phrase} `, segments: [], filler: true };
    this.items.push(item);
    this.emit({ type: 'response.text', responseId: this.id, delta: item.text });
    item.segments.push(this.speech.say(phrase));
  }

  private textItem(): TextItem {
    const last = this.items.at(-1);
    if (last !== undefined && 'text' in last && !last.filler) return last;
    const item: TextItem = { text: '', segments: [], filler: false };
    this.items.push(item);
    return item;
  }

  /** Speaks what the chunker still holds: the text before a round of tools, or the end. */
  private sayRest(): void {
    const item = this.items.findLast((candidate): candidate is TextItem => 'text' in candidate && !candidate.filler);
    for (const piece of this.chunker.flush()) {
      const segment = this.speech.say(piece);
      item?.segments.push(segment);
    }
  }

  private written(): void {
    if (this.done) return;
    this.cancelDeadline?.();
    if (this.chars === 0) this.write(this.deps.options.phrases.apology); // silence would leave the caller wondering
    this.sayRest();
    const last = this.items.findLast((item) => 'text' in item)?.text ?? '';
    const question = /[?？]["'”’)]*\s*$/u.test(last);
    this.whenReleased(() => this.listener.written(question));
    this.speech.end();
  }

  private modelFailed(error: unknown): void {
    if (this.done) return;
    if (this.held !== undefined) {
      this.broken = true;
      return;
    }
    const reason = this.controller.signal.aborted ? this.controller.signal.reason : error;
    this.emit({
      type: 'error',
      code: 'llm_failed',
      message: `No answer could be made (${faultOf(reason)}). The call goes on. ${remedyOf(reason, 'Say it again in a moment.')}`,
      fatal: false,
      ...retryAfter(reason),
    });
    this.controller.abort(reason);
    this.sayRest();
    this.write(`${this.chars > 0 ? ' ' : ''}${this.deps.options.phrases.apology}`);
    this.written();
  }

  private voiceFailed(error: ProviderError): void {
    this.emit({
      type: 'error',
      code: 'tts_failed',
      message:
        `The reply cannot be spoken (${faultOf(error)}). Its text is in response.text. ${remedyOf(error, '')}`.trimEnd(),
      fatal: false,
      ...retryAfter(error),
    });
  }

  private emit(event: ConversationEvent): void {
    this.whenReleased(() => this.deps.emit(event));
  }

  private whenReleased(action: () => void): void {
    if (this.held === undefined) action();
    else this.held.push(action);
  }

  private used(usage: LlmUsage): void {
    this.usage = {
      inputTokens: this.usage.inputTokens + usage.inputTokens,
      outputTokens: this.usage.outputTokens + usage.outputTokens,
    };
    this.whenReleased(() => this.deps.meter.modelUsed(usage, false));
  }

  private played(): void {
    if (this.done) return;
    const text = this.items
      .map((item) => ('text' in item ? item.text : ''))
      .join('')
      .trim();
    this.emit({ type: 'response.completed', responseId: this.id, text });
    this.finish();
  }

  private finish(): void {
    if (this.done) return;
    const cut = this.speech.brokeOff;
    const items = cut
      ? this.heardItems()
      : this.items.map((item) => ('text' in item ? { text: item.text.trim() } : item));
    this.close();
    this.listener.over(items, cut);
  }

  private close(): void {
    this.done = true;
    this.fillers.stop();
    this.cancelDeadline?.();
    this.speech.stop();
  }

  /** Words up to the last one heard; nothing that was written after it. Tool calls are kept: they happened. */
  private heardItems(): ReplyItem[] {
    let cut = false;
    return this.items.map((item) => {
      if ('calls' in item) return item;
      if (cut) return { text: '' };
      const pieces = item.segments.map((segment) => ({
        all: this.speech.segments[segment]?.text ?? '',
        heard: this.speech.heard(segment),
      }));
      const end = pieces.findIndex(({ all, heard }) => heard !== all);
      cut =
        end >= 0 ||
        item.text.trim() !==
          pieces
            .map(({ all }) => all)
            .join(' ')
            .trim();
      const heard = end < 0 ? pieces : pieces.slice(0, end + 1);
      return {
        text: heard
          .map((piece) => piece.heard)
          .filter((text) => text !== '')
          .join(' '),
      };
    });
  }
}

function retryAfter(error: unknown): { retryAfter: number } | Record<string, never> {
  const ms = error instanceof ProviderError ? error.retryAfterMs : undefined;
  return ms === undefined ? {} : { retryAfter: Math.ceil(ms / 1000) };
}
