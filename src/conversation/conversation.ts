// One call's conversation: feeds the turn machine with what the recogniser, the reply, the client and the clock report,
// and carries out what it decides. Calls go down, events come up; nothing here decides who may speak.
import type { ChatMessage, LanguageModel } from '../llm/llm.port.js';
import type { ProviderError } from '../provider/provider.port.js';
import type { SpeechToText } from '../stt/stt.port.js';
import type { Caller, ToolRunner } from '../tools/tool.port.js';
import type { TextToSpeech } from '../tts/tts.port.js';
import type { VoiceActivityDetector } from '../vad/vad.port.js';
import type { Clock } from './clock.port.js';
import { type Answer, ConfirmationGate } from './confirmation.js';
import { type CallRecord, ConversationContext } from './context.js';
import type {
  ConversationEvent,
  ConversationInput,
  ConversationMeter,
  ConversationOutput,
  Heard,
  HeldReply,
  SessionEndReason,
} from './conversation.port.js';
import type { EchoDetector } from '../echo/echo.port.js';
import { Ears } from './ears.js';
import { faultOf, remedyOf } from './failure-message.js';
import { answerReader } from './lexicon/answers.js';
import { FillerPhrases } from './fillers.js';
import type { ConversationOptions } from './options.js';
import { Reply, type ReplyDeps, type ReplyEnd, type ReplyListener } from './reply.js';
import { ToolCalls } from './tool-calls.js';
import { Timers } from './timers.js';
import { TurnTiming } from './turn-timing.js';
import { type MachineOptions, step } from './turn/turn-machine.js';
import {
  initialTurnState,
  type ReplyKind,
  type TurnEffect,
  type TurnEvent,
  type TurnTimer,
} from './turn/turn-state.js';

export interface ConversationDeps {
  readonly stt: SpeechToText;
  readonly model: LanguageModel;
  readonly voice: TextToSpeech;
  /** Tells the agent's own voice by its sound; without it only its words give it away. */
  readonly echo?: EchoDetector;
  /** Needed in `vad` mode only. */
  readonly vad?: VoiceActivityDetector;
  readonly tools: ToolRunner;
  readonly caller: Caller;
  readonly clock: Clock;
  /** The agent's apology as audio, PCM16 at the output rate, for when no voice can be had; undefined while there is none. */
  readonly apology?: () => Uint8Array | undefined;
  /** Told what the call uses; optional. */
  readonly meter?: ConversationMeter;
  readonly output: ConversationOutput;
}

/** A client that is back first sends what its microphone heard meanwhile: nothing is decided by silence before, ms. */
const CATCH_UP_MS = 1500;

type Turn = { readonly id: string; readonly text: string };

/** Starts when `start()` is called; nothing reaches the output before. Ends once, with `session.ended`. */
export class Conversation implements ConversationInput {
  private readonly machine: MachineOptions;
  private state = initialTurnState;
  private readonly pending: TurnEvent[] = [];
  private stepping = false;
  private readonly timers: Timers<TurnTimer>;
  private readonly context = new ConversationContext();
  private readonly gate: ConfirmationGate;
  private readonly toolCalls: ToolCalls;
  private readonly replyDeps: ReplyDeps;
  private ears: Ears | undefined;
  private reply: Reply | undefined;
  private draft: Reply | undefined;
  /** Results that came after their reply, not told yet. */
  private late: CallRecord[] = [];
  private timing = new TurnTiming();
  private startedAt = 0;
  /** The client is gone. */
  private held = false;
  private ending = false;
  private silent = false;
  private readonly finished = Promise.withResolvers<void>();
  readonly ended = this.finished.promise;

  constructor(
    private readonly deps: ConversationDeps,
    private readonly options: ConversationOptions,
  ) {
    this.machine = { ...options.turn, lexicon: options.lexicon };
    this.gate = new ConfirmationGate(answerReader(options.lexicon));
    const emit = (event: ConversationEvent) => this.emit(event);
    this.timers = new Timers(deps.clock, (timer) => this.dispatch({ type: 'timer', timer }));
    this.toolCalls = new ToolCalls(deps.tools, this.gate, deps.clock, options.reply, (record) => {
      this.late.push(record);
      this.dispatch({ type: 'news' });
    });
    this.replyDeps = {
      model: deps.model,
      voice: deps.voice,
      clock: deps.clock,
      toolCalls: this.toolCalls,
      toolSpecs: deps.tools.specs(options.tools),
      options,
      meter: deps.meter ?? { modelUsed: () => undefined },
      fillers: new FillerPhrases(options.phrases.fillers),
      apology: deps.apology ?? (() => undefined),
      emit,
      audio: (chunk) => {
        this.ears?.replySent(chunk);
        deps.output.audio(chunk);
      },
    };
  }

  /** Opens the recogniser and greets. Call once. */
  start(): void {
    const { deps, options } = this;
    this.startedAt = deps.clock.now();
    this.ears = new Ears({ ...deps, remoteVoice: deps.voice.remote === true }, options, {
      heard: (event) => this.dispatch(event),
      speechEnded: (at) => this.timing.speechEnded(at),
      transcriptSettled: () => this.timing.transcriptSettled(deps.clock.now()),
      failed: (error, deaf, retryMs) => this.recogniserFailed(error, deaf, retryMs),
    });
    this.dispatch({ type: 'call.started', greet: options.phrases.greeting !== '' });
  }

  pushAudio(chunk: Uint8Array): void {
    if (!this.ending) this.ears?.push(chunk);
  }

  submitText(text: string): void {
    this.timing = new TurnTiming();
    this.dispatch({ type: 'text.submitted', text });
  }

  submitTranscript(text: string, final: boolean): boolean {
    return this.ending || (this.ears?.transcript(text, final) ?? false);
  }

  commitInput(): void {
    this.dispatch({ type: 'input.committed' });
  }

  clearInput(): void {
    this.dispatch({ type: 'input.cleared' });
  }

  cancelResponse(): void {
    this.dispatch({ type: 'response.cancelled' });
  }

  playbackPosition(responseId: string, playedMs: number): void {
    if (this.reply?.id === responseId) this.reply.heardUpTo({ type: 'position', playedMs });
  }

  playbackFinished(responseId: string): void {
    if (this.reply?.id === responseId) this.reply.heardUpTo({ type: 'finished' });
  }

  playbackSpoken(responseId: string, segment: number, heardChars: number, done: boolean): void {
    if (this.reply?.id === responseId) this.reply.heardUpTo({ type: 'spoken', segment, heardChars, done });
  }

  hold(): void {
    if (this.held || this.ending) return;
    this.held = true;
    this.timers.hold();
    this.reply?.hold();
    this.draft?.hold();
    this.ears?.hold();
  }

  release(heard?: Heard): HeldReply | undefined {
    if (!this.held || this.ending) return undefined;
    this.held = false;
    this.ears?.release();
    this.draft?.resumeFrom();
    const held = this.releaseReply(heard);
    this.timers.release(CATCH_UP_MS);
    if (this.timers.left().has('idle')) this.timers.set('idle', this.options.turn.idlePromptMs);
    return held;
  }

  private releaseReply(heard: Heard | undefined): HeldReply | undefined {
    const { reply } = this;
    if (reply === undefined) return undefined;
    const fromMs = reply.resumeFrom(heard?.responseId === reply.id ? heard : undefined);
    this.ears?.replyRewound(fromMs);
    return { responseId: reply.id, fromMs };
  }

  end(reason: SessionEndReason): void {
    if (this.ending) return;
    this.ending = true;
    this.dispatch({ type: 'call.ended' });
    this.ears?.close();
    this.timers.clearAll();
    // A mail that is on its way arrives: side effects end by themselves, each within its tool's timeout.
    void this.toolCalls.close().then(() => this.finish(reason));
  }

  private finish(reason: SessionEndReason): void {
    this.emit({ type: 'session.ended', reason, durationMs: this.deps.clock.now() - this.startedAt });
    this.silent = true;
    this.finished.resolve();
  }

  private emit(event: ConversationEvent): void {
    if (!this.silent) this.deps.output.event(event);
  }

  /** Takes events in order, also those that arise while one is being carried out. */
  private dispatch(event: TurnEvent): void {
    this.pending.push(event);
    if (this.stepping) return;
    this.stepping = true;
    try {
      for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) {
        const { state, effects } = step(this.state, next, this.machine);
        this.state = state;
        for (const effect of effects) this.carryOut(effect);
      }
    } finally {
      this.stepping = false;
    }
  }

  private carryOut(effect: TurnEffect): void {
    switch (effect.type) {
      case 'emit':
        if (effect.event.type === 'turn.ended') this.timing.turnEnded(this.deps.clock.now());
        return this.emit(effect.event);
      case 'reply.start':
        return this.startReply(effect.id, effect.kind, effect.turn);
      case 'draft.start':
        return this.startDraft(effect.id, effect.turn);
      case 'draft.discard':
        this.draft?.discard();
        this.draft = undefined;
        return;
      case 'reply.pause':
        return this.reply?.pause();
      case 'reply.resume':
        return this.reply?.resume();
      case 'reply.interrupt':
        return this.interruptReply();
      case 'timer.set':
        return this.timers.set(effect.timer, effect.ms);
      case 'timer.clear':
        return this.timers.clear(effect.timer);
      case 'recognition.finalize':
        return this.ears?.finalize();
      case 'recognition.reset':
        return this.ears?.reset();
      case 'call.end':
        return this.end(effect.reason);
    }
  }

  private startReply(id: string, kind: ReplyKind, turn?: Turn): void {
    if (turn === undefined) {
      // An unasked reply has no turn to account for, and takes the place of whatever was asked before it.
      this.gate.answered(undefined);
      this.reply = this.newReply(id, new TurnTiming());
      this.ears?.replyStarted(this.reply);
      if (kind !== 'report') return this.reply.announce(this.phrase(kind));
      const results = this.late.splice(0);
      return this.answer(this.reply, this.context.messages(), undefined, results);
    }
    const { draft, timing } = this;
    const answer = this.gate.answered(this.context.addUser(turn.text));
    this.timing = new TurnTiming();
    this.draft = undefined;
    if (draft?.id === id && !draft.failed && draft.settles(answer)) {
      this.reply = draft;
      this.ears?.replyStarted(draft);
      return draft.release();
    }
    draft?.discard();
    timing.answering();
    this.reply = this.newReply(id, timing, turn);
    this.ears?.replyStarted(this.reply);
    this.answer(this.reply, this.context.messages(), answer);
  }

  private startDraft(id: string, turn: Turn): void {
    const asked = this.context.preview(turn.text);
    this.timing.answering();
    this.draft = this.newReply(id, this.timing, turn, true);
    this.answer(this.draft, asked.messages, this.gate.preview(asked));
  }

  private answer(
    reply: Reply,
    history: readonly ChatMessage[],
    answer: Answer | undefined,
    results: readonly CallRecord[] = [],
  ): void {
    const { sessionId, instructions, tools } = this.options;
    const scope = {
      sessionId,
      caller: this.deps.caller,
      allowed: tools,
      heard: this.ears?.words ?? [],
      ...(answer === undefined ? {} : { answer }),
    };
    reply.answer(instructions, history, scope, results);
  }

  private newReply(id: string, timing: TurnTiming, turn?: Turn, draft = false): Reply {
    const { clock } = this.deps;
    const listener: ReplyListener = {
      firstToken: () => timing.firstToken(clock.now()),
      audible: () => {
        if (turn !== undefined) this.emit(timing.firstAudio(turn.id, clock.now()));
        this.dispatch({ type: 'reply.audible', id });
      },
      written: (question) => this.dispatch({ type: 'reply.written', id, question }),
      over: (end) => {
        this.remember(end);
        this.ears?.replyEnded();
        this.reply = undefined;
        this.dispatch({ type: 'reply.over', id });
      },
    };
    const reply = new Reply(id, this.replyDeps, listener, draft);
    if (this.held) reply.hold();
    return reply;
  }

  private interruptReply(): void {
    const { reply } = this;
    if (reply === undefined) return;
    this.ears?.replyEnded();
    this.reply = undefined;
    const end = reply.interrupt();
    this.deps.output.clearAudio();
    const heardText = this.remember(end);
    this.emit({ type: 'response.interrupted', responseId: reply.id, heardText });
  }

  /** Takes a reply into the context, as far as it was heard; returns its words. */
  private remember({ items, cut, question }: ReplyEnd): string {
    this.context.addReply(items, cut);
    if (question !== undefined) this.gate.heard(question);
    return items
      .map((item) => ('text' in item ? item.text : ''))
      .join(' ')
      .trim();
  }

  private phrase(kind: Exclude<ReplyKind, 'report'>): string {
    const { phrases } = this.options;
    if (kind === 'greeting') return phrases.greeting;
    if (kind === 'unheard') return phrases.unheard;
    return kind === 'goodbye' ? phrases.goodbye : phrases.idlePrompt;
  }

  /** The call goes on either way: the caller may type, and hears what is said. */
  private recogniserFailed(error: ProviderError, deaf: boolean, retryMs: number): void {
    const fault = faultOf(error);
    this.emit({
      type: 'error',
      code: 'stt_failed',
      message: deaf
        ? `Speech recognition failed (${fault}) and is tried again later; until then only typed text is understood. ${remedyOf(error, '')}`.trimEnd()
        : `Speech recognition failed (${fault}) and is being restarted; the last words may have to be said again.`,
      fatal: false,
      ...(deaf ? { retryAfter: Math.ceil(retryMs / 1000) } : {}),
    });
    if (deaf) this.dispatch({ type: 'hearing.lost' });
  }
}
