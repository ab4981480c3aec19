// One call's conversation: feeds the turn machine with what the recogniser, the reply, the client and the clock report,
// and carries out what it decides. Calls go down, events come up; nothing here decides who may speak.
import { NEWS_CALL, type LanguageModel } from '../llm/llm.port.js';
import type { ProviderError } from '../provider/provider.port.js';
import type { SpeechToText } from '../stt/stt.port.js';
import type { Caller } from '../identity/caller.port.js';
import type { ClientAnswer, ToolFailure, ToolRunner } from '../tools/tool.port.js';
import type { TextToSpeech } from '../tts/tts.port.js';
import type { VoiceActivityDetector } from '../vad/vad.port.js';
import { ClientCalls } from './client-calls.js';
import type { Clock } from './clock.port.js';
import type { Enrichment } from './enrichment.port.js';
import { CallConsent, ConsentTools } from './consent.js';
import { ConfirmationGate } from './confirmation.js';
import { ConversationContext } from './context.js';
import { ModelSummariser } from './context/model-summariser.js';
import type {
  ConsentState,
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
import { deafness } from './failure-message.js';
import { answerReader } from './lexicon/answers.js';
import { FillerPhrases } from './fillers.js';
import { OperatorInstructions } from './operator-instructions.js';
import type { ConversationOptions } from './options.js';
import { Replies } from './replies.js';
import { type ConversationSnapshot, readSnapshot, SNAPSHOT_VERSION } from './snapshot.js';
import { Supervised } from './supervised.js';
import { outcomeJson } from './tool-call-run.js';
import { ToolCalls } from './tool-calls.js';
import { Timers } from './timers.js';
import { TransferTools } from './transfer.js';
import type { CallTransfer } from './transfer.port.js';
import { renamedReply, restoredTurn, turnSnapshot } from './turn-snapshot.js';
import { TurnAudit } from './turn-audit.js';
import { TurnLoop } from './turn/turn-loop.js';
import type { TurnEffect, TurnEvent, TurnTimer } from './turn/turn-state.js';

export interface ConversationDeps {
  readonly stt: SpeechToText;
  readonly model: LanguageModel;
  /** The same for what nobody hears; the one that speaks when absent. */
  readonly noting?: LanguageModel;
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
  /** What the model may know beside the talk; nothing without it. */
  readonly enrichment?: Enrichment;
  /** Puts the caller through; nobody can where it is absent. */
  readonly transfer?: CallTransfer;
  /** Told what the call uses; optional. */
  readonly meter?: ConversationMeter;
  readonly output: ConversationOutput;
  /** Told when a snapshot is worth taking: once the event that is being told is through. */
  readonly checkpoint?: () => void;
  /** Told whether the caller agrees to what is kept, before the event is. */
  readonly consented?: (state: ConsentState) => void;
  /** Told in a line what each event did to the floor, without anybody's words; optional. */
  readonly trace?: (what: string) => void;
}

/** A client that is back first sends what its microphone heard meanwhile: nothing is decided by silence before, ms. */
const CATCH_UP_MS = 1500;

/** As what the model knows of a message of the client's. */
const CLIENT_MESSAGE = 'client_message';

/** After these a snapshot is worth taking: a turn is over, a reply has begun or is over, a tool begins or has ended. */
const WORTH_KEEPING: ReadonlySet<ConversationEvent['type']> = new Set([
  'turn.ended',
  'response.started',
  'response.speak',
  'response.audio_done',
  'response.completed',
  'response.interrupted',
  'disclosure.told',
  'consent.changed',
  'supervisor.changed',
  'transfer.ended',
  'tool.started',
  'tool.finished',
]);

/** Starts when `start()` is called; nothing reaches the output before. Ends once, with `session.ended`. */
export class Conversation implements ConversationInput {
  private readonly turns: TurnLoop;
  private readonly audit: TurnAudit;
  private readonly timers: Timers<TurnTimer>;
  private readonly ears: Ears;
  private readonly replies: Replies;
  private readonly clientCalls = new ClientCalls((event) => this.emit(event));
  private readonly consent = new CallConsent({
    changed: (state) => this.deps.consented?.(state),
    emit: (event) => this.emit(event),
  });
  private readonly instructions = new OperatorInstructions();
  readonly supervision = new Supervised({
    blocked: () => (this.ending ? 'over' : this.onHold ? 'on_hold' : undefined),
    state: () => this.turns.state,
    dispatch: (event) => this.dispatch(event),
    instruct: (text) => this.instructions.add(text),
    checkpoint: () => this.deps.checkpoint?.(),
  });
  private startedAt = 0;
  /** The client is gone. */
  private held = false;
  /** The caller waits for somebody else: what comes from the caller is not for us. */
  private onHold = false;
  private readonly transfer: TransferTools | undefined;
  private ending = false;
  private silent = false;
  private newsCount = 0;
  /** What it was in another process. */
  private before: ConversationSnapshot | undefined;
  private readonly finished = Promise.withResolvers<void>();
  readonly ended = this.finished.promise;

  constructor(
    private readonly deps: ConversationDeps,
    private readonly options: ConversationOptions,
  ) {
    const { clock, output } = deps;
    const machine = { ...options.turn, lexicon: options.lexicon };
    this.audit = new TurnAudit({
      mode: options.turn.mode,
      lexicon: options.lexicon,
      now: () => clock.now(),
      heardMs: (id, agoMs) => this.replies.positionOf(id, agoMs),
      found: (fault, turnId) => deps.meter?.turnMisjudged?.(fault, turnId),
    });
    this.turns = new TurnLoop(
      machine,
      (effect) => this.carryOut(effect),
      deps.trace,
      (event, effects) => this.audit.step(event, effects),
    );
    this.timers = new Timers(clock, (timer) => this.dispatch({ type: 'timer', timer }));
    const gate = new ConfirmationGate(answerReader(options.lexicon));
    this.ears = new Ears({ ...deps, remoteVoice: deps.voice.remote === true, asked: () => gate.isOpen }, options, {
      heard: (event) => {
        if (!this.onHold) this.dispatch(event);
      },
      speechBegan: (at) => this.audit.speechBegan(at),
      speechEnded: (at) => {
        this.audit.speechEnded(at);
        this.replies.turnTiming.speechEnded(at);
      },
      leftOut: (words, by) => deps.meter?.wordsLeftOut?.(words, by),
      transcriptSettled: () => this.replies.turnTiming.transcriptSettled(clock.now()),
      failed: (error, retryMs) => this.recogniserFailed(error, retryMs),
    });
    this.transfer = this.transferOf(deps, options);
    const { runner, allowed } = this.platformTools();
    const meter = deps.meter ?? { modelUsed: () => undefined };
    const summariser = new ModelSummariser(deps.noting ?? deps.model, clock, (usage) => meter.modelUsed(usage, false));
    this.replies = new Replies({
      ...deps,
      options: { ...options, tools: allowed },
      consent: this.consent,
      context: new ConversationContext(options.context, summariser),
      gate,
      instructions: this.instructions,
      ears: this.ears,
      toolCalls: new ToolCalls({ runner, gate, clock, options: options.reply, client: this.clientCalls }, (record) =>
        this.replies.cameLate(record),
      ),
      toolSpecs: runner.specs(allowed),
      meter,
      fillers: new FillerPhrases(options.phrases.fillers),
      apology: deps.apology ?? (() => undefined),
      emit: (event) => this.emit(event),
      audio: (chunk) => output.audio(chunk),
      playback: (how) => output.playback?.(how),
      checkpoint: () => deps.checkpoint?.(),
      clearAudio: () => output.clearAudio(),
      dispatch: (event) => this.dispatch(event),
      renamed: () => this.renamed(),
    });
  }

  /**
   * The same call in another process: what `snapshot` gave there. `options` are made anew, from the same agent. It is held
   * from its start until `release`; then a reply under way is said on from the last word heard, and a turn without an
   * answer is answered. Throws SnapshotRefused for what it cannot read.
   */
  static restore(snapshot: unknown, deps: ConversationDeps, options: ConversationOptions): Conversation {
    const conversation = new Conversation(deps, options);
    conversation.before = readSnapshot(snapshot);
    return conversation;
  }

  /** Opens the recogniser and greets, or goes on where it was. Call once. */
  start(): void {
    const { before } = this;
    this.startedAt = this.deps.clock.now() - (before?.elapsedMs ?? 0);
    this.deps.enrichment?.refresh();
    if (before !== undefined) return this.goOn(before);
    this.ears.open();
    if (this.options.consent !== undefined) this.consent.set(this.options.consent, 'client');
    const { phrases, disclosure } = this.options;
    this.dispatch({ type: 'call.started', greet: phrases.greeting !== '', disclose: disclosure !== undefined });
  }

  /**
   * Plain data with which another process can go on with this call; see `restore`. Not from within an event of this
   * conversation: in the microtask after it.
   */
  snapshot(): ConversationSnapshot {
    return {
      version: SNAPSHOT_VERSION,
      elapsedMs: this.deps.clock.now() - this.startedAt,
      ...(this.consent.state === 'unknown' ? {} : { consent: this.consent.state }),
      turn: turnSnapshot(this.turns.state),
      timers: Object.fromEntries(this.timers.left()),
      ...this.ears.snapshot(),
      ...this.replies.snapshot(),
    };
  }

  private goOn(before: ConversationSnapshot): void {
    this.held = true;
    if (before.consent !== undefined) this.consent.restore(before.consent);
    this.turns.state = restoredTurn(before.turn, before.reply);
    this.timers.hold();
    for (const [timer, ms] of Object.entries(before.timers)) this.timers.set(timer as TurnTimer, ms);
    this.ears.restore(before);
    this.ears.open();
    this.ears.hold();
    this.replies.restore(before);
  }

  pushAudio(chunk: Uint8Array): void {
    // The recogniser's time goes on, and it hears nobody.
    if (!this.ending) this.ears.push(this.onHold ? new Uint8Array(chunk.length) : chunk);
  }

  submitText(text: string): void {
    if (this.onHold) return;
    this.deps.enrichment?.refresh();
    this.replies.typed();
    this.dispatch({ type: 'text.submitted', text });
  }

  submitTranscript(text: string, final: boolean): boolean {
    return this.ending || this.onHold || this.ears.transcript(text, final);
  }

  commitInput(): void {
    if (!this.onHold) this.dispatch({ type: 'input.committed' });
  }

  clearInput(): void {
    if (!this.onHold) this.dispatch({ type: 'input.cleared' });
  }

  cancelResponse(): void {
    if (!this.onHold) this.dispatch({ type: 'response.cancelled' });
  }

  playbackPosition(responseId: string, playedMs: number): void {
    this.replies.heardUpTo(responseId, { type: 'position', playedMs });
  }

  playbackFinished(responseId: string): void {
    this.replies.heardUpTo(responseId, { type: 'finished' });
  }

  playbackSpoken(responseId: string, segment: number, heardChars: number, done: boolean): void {
    this.replies.heardUpTo(responseId, { type: 'spoken', segment, heardChars, done });
  }

  setConsent(...change: Parameters<CallConsent['set']>): void {
    if (!this.ending) this.consent.set(...change);
  }

  answerTool(callId: string, answer: ClientAnswer): void {
    this.clientCalls.answer(callId, answer);
  }

  news(tool: string, outcome: ToolFailure): void {
    if (this.ending) return;
    this.replies.cameLate({ call: { id: this.newsId(), name: tool, arguments: '{}' }, content: outcomeJson(outcome) });
    // Whoever told it tells it once.
    this.deps.checkpoint?.();
  }

  clientMessage(name: string, data: unknown): void {
    if (this.ending || this.onHold) return;
    this.replies.learn({
      call: { id: this.newsId(), name: CLIENT_MESSAGE, arguments: JSON.stringify({ name }) },
      content: outcomeJson({ ok: true, data, untrusted: true }),
    });
    this.deps.checkpoint?.();
  }

  private newsId(): string {
    this.newsCount += 1;
    return `${NEWS_CALL}${this.deps.clock.now() - this.startedAt}_${this.newsCount}`;
  }

  hold(): void {
    if (this.held || this.ending) return;
    this.held = true;
    this.timers.hold();
    this.replies.hold();
    this.ears.hold();
  }

  release(heard?: Heard): HeldReply | undefined {
    if (!this.held || this.ending) return undefined;
    this.held = false;
    this.ears.release();
    const reply = this.replies.release(heard);
    this.dispatch({ type: 'line.restored' });
    this.timers.release(CATCH_UP_MS);
    return reply;
  }

  end(reason: SessionEndReason): void {
    if (this.ending) return;
    this.ending = true;
    this.dispatch({ type: 'call.ended' });
    this.ears.close();
    this.timers.clearAll();
    this.transfer?.callerLeft();
    // A mail that is on its way arrives: side effects end by themselves, each within its tool's timeout.
    void this.replies.close().then(() => this.finish(reason));
  }

  private finish(reason: SessionEndReason): void {
    // The carrier takes the line from us before we hear that somebody has taken the call.
    const why = this.transfer?.outcome === 'answered' ? 'transferred' : reason;
    this.emit({ type: 'session.ended', reason: why, durationMs: this.deps.clock.now() - this.startedAt });
    this.silent = true;
    this.finished.resolve();
  }

  /** The agent's tools, and those of the platform around them. */
  private platformTools(): { readonly runner: ToolRunner; readonly allowed: readonly string[] } {
    const { consentQuestion: question, tools } = this.options;
    const inner = this.transfer ?? this.deps.tools;
    const allowed = this.transfer === undefined ? tools : TransferTools.allowed(tools);
    if (question === undefined) return { runner: inner, allowed };
    return { runner: new ConsentTools(inner, this.consent, question), allowed: ConsentTools.allowed(allowed) };
  }

  private transferOf(
    { transfer: line, tools, clock }: ConversationDeps,
    { lexicon, language }: ConversationOptions,
  ): TransferTools | undefined {
    if (line === undefined || line.destinations.length === 0) return undefined;
    return new TransferTools(tools, {
      line,
      words: lexicon.transfer,
      language,
      now: () => clock.now(),
      emit: (event) => this.emit(event),
      hold: (on) => this.putOnHold(on),
      transferred: () => this.end('transferred'),
    });
  }

  /** What the caller was saying when he was put on hold was not said to us. */
  private putOnHold(on: boolean): void {
    if (on) this.clearInput();
    this.onHold = on;
  }

  private emit(event: ConversationEvent): void {
    if (this.silent) return;
    // What is asked for while the caller speaks is often there when he has finished.
    if (event.type === 'speech.started') this.deps.enrichment?.refresh();
    this.deps.output.event(event);
    if (WORTH_KEEPING.has(event.type)) this.deps.checkpoint?.();
  }

  private renamed(): string {
    const { state, id } = renamedReply(this.turns.state);
    this.turns.state = state;
    return id;
  }

  private dispatch(event: TurnEvent): void {
    this.turns.dispatch(event);
  }

  private carryOut(effect: TurnEffect): void {
    switch (effect.type) {
      case 'emit':
        if (effect.event.type === 'turn.ended') this.replies.turnTiming.turnEnded(this.deps.clock.now());
        return this.emit(effect.event);
      case 'reply.start':
        return this.replies.start(effect.id, effect.kind, effect.turn, effect.text);
      case 'turn.note':
        return this.replies.note(effect.text);
      case 'question.withdraw':
        return this.replies.withdrawQuestion();
      case 'draft.start':
        return this.replies.startDraft(effect.id, effect.turn);
      case 'draft.discard':
        return this.replies.discardDraft();
      case 'reply.pause':
        return this.replies.pause();
      case 'reply.resume':
        return this.replies.resume();
      case 'reply.interrupt':
        return this.replies.interrupt();
      case 'timer.set':
        return this.timers.set(effect.timer, effect.ms);
      case 'timer.clear':
        return this.timers.clear(effect.timer);
      case 'recognition.finalize':
        return this.ears.finalize();
      case 'recognition.reset':
        return this.ears.reset();
      case 'call.end':
        return this.end(effect.reason);
    }
  }

  /** The call goes on: the caller may type, and hears what is said. */
  private recogniserFailed(error: ProviderError, retryMs: number): void {
    this.emit(deafness(error, retryMs));
    this.dispatch({ type: 'hearing.lost' });
  }
}
