// One reply: the model writes, tools run, sentences are cut and spoken, all under one AbortSignal. It ends played,
// failed or interrupted, exactly once, and then knows what the caller heard of it.
import type { ChatMessage, LlmRequest, LlmUsage } from '../llm/llm.port.js';
import type { ConversationOptions } from './options.js';
import { ProviderError } from '../provider/provider.port.js';
import { isAnswer } from './agreed-calls.js';
import { type Answer, sameAnswer } from './confirmation.js';
import type { CallRecord } from './context.js';
import type { ConversationEvent, Heard } from './conversation.port.js';
import { speechless, voiceless } from './failure-message.js';
import { Fillers } from './fillers.js';
import type { Mouth, PlaybackReport } from './mouth.js';
import { openMouth } from './open-mouth.js';
import type { LeftItem } from './reply/cut-reply.js';
import { Draft } from './reply/draft.js';
import { ReplyQuestion } from './reply/question.js';
import {
  type AnswerScope,
  type Opening,
  type ReplyAccount,
  type ReplyDeps,
  type ReplyEnd,
  type ReplyListener,
  textOf,
} from './reply/reply-contract.js';
import { type Ending, Rounds } from './reply/rounds.js';
import { Transcript } from './reply/transcript.js';
import type { ReplySnapshot } from './snapshot.js';
import { Timers } from './timers.js';
import type { ToolCallScope } from './tool-call-run.js';

export class Reply {
  private readonly controller = new AbortController();
  private readonly mouth: Mouth;
  private readonly transcript: Transcript;
  private readonly draft: Draft;
  private readonly question = new ReplyQuestion();
  private answering: Answer | undefined;
  private readonly fillers: Fillers;
  private readonly timers: Timers<'deadline'>;
  private complete = false;
  private done = false;
  private usage: LlmUsage = { inputTokens: 0, outputTokens: 0 };
  private broken = false;
  /** The client is gone. */
  private held = false;

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
    this.draft = new Draft(draft);
    this.timers = new Timers(deps.clock, () => this.controller.abort(tooLong()));
    this.mouth = openMouth(id, deps, {
      emit: (event) => this.emit(event),
      audio: (chunk) => deps.audio(chunk),
      playback: (how) => deps.playback?.(how),
      audible: (soundAtMs) => listener.audible(soundAtMs),
      silenceCut: (silenceMs, cutMs) => deps.meter.silenceCut?.(silenceMs, cutMs),
      made: () => deps.checkpoint(),
      played: () => this.played(),
      failed: (error) => this.emit(voiceless(error)),
    });
    this.transcript = new Transcript(
      this.mouth,
      (delta) => this.emit({ type: 'response.text', responseId: id, delta }),
      options,
    );
    this.fillers = new Fillers(deps.clock, options.reply, deps.fillers, {
      silent: () => !this.draft.held && !this.held && this.mouth.idle,
      say: (phrase) => this.transcript.bridge(phrase),
    });
    if (draft) this.mouth.pause();
  }

  /** Whether a draft has failed before it was needed: better to ask again than to speak its apology. */
  get failed(): boolean {
    return this.broken;
  }

  /** Whether a draft does about the question before it what the settled words say. */
  settles(answer: Answer | undefined): boolean {
    return sameAnswer(this.answering, answer);
  }

  /** The words are confirmed: what was held goes out, in its order, and the voice may be heard. */
  release(): void {
    this.draft.release();
    this.mouth.resume();
  }

  /** Throws a draft away without a trace, its cost aside. */
  discard(): void {
    this.close();
    this.controller.abort(new DOMException('The draft was not needed.', 'AbortError'));
    this.deps.meter.modelUsed(this.usage, true);
  }

  /**
   * Answers: `opening` comes first in every request, `history` ends with the caller's turn, or with `results` that came after an earlier reply had stopped waiting
   * for them.
   */
  answer(
    opening: Opening,
    history: readonly ChatMessage[],
    scope: AnswerScope,
    results: readonly CallRecord[] = [],
  ): void {
    if (results.length > 0) this.transcript.addCalls(results);
    const messages = [...history, ...this.transcript.newMessages()];
    const own = this.scopeOf(scope);
    this.converse(own, opening, (rounds) => rounds.run(messages, own));
  }

  /** Goes on with a reply that was cut in another process, of which `items` are left; see `answer`. */
  goOn(
    opening: Opening,
    history: readonly ChatMessage[],
    scope: AnswerScope,
    { written, question }: ReplySnapshot,
    items: readonly LeftItem[],
  ): void {
    const own = this.scopeOf(scope);
    const running: Promise<void>[] = [];
    this.transcript.resume(items, (record) => {
      const { record: made, done } = this.deps.toolCalls.again(record, own);
      running.push(done);
      return made;
    });
    if (question !== undefined) this.question.restore(question, this.transcript.records);
    this.answering = scope.answer;
    if (written) return this.conclude();
    // What the caller has agreed to comes first; where that was on record already, it is not done again.
    const settled =
      scope.answer === undefined || this.transcript.records.some((record) => isAnswer(record, scope.answer));
    this.converse(own, opening, (rounds) => (settled ? rounds.goOn(history, own, running) : rounds.run(history, own)));
  }

  /** Plain data: what another process needs to go on with it. */
  snapshot(): Omit<ReplySnapshot, 'kind' | 'turnId'> {
    const { id, answering: answer } = this;
    const { question } = this.question;
    return {
      id,
      written: this.complete,
      items: this.transcript.snapshot(),
      mouth: this.mouth.snapshot(),
      ...(answer === undefined ? {} : { answer }),
      ...(question === undefined ? {} : { question }),
    };
  }

  private scopeOf(scope: AnswerScope): ToolCallScope {
    return {
      ...scope,
      responseId: this.id,
      question: this.question,
      signal: this.controller.signal,
      released: this.draft.released,
      emit: (event: ConversationEvent) => this.emit(event),
    };
  }

  private converse(scope: ToolCallScope, opening: Opening, run: (rounds: Rounds) => Promise<Ending>): void {
    this.answering = scope.answer;
    this.timers.set('deadline', this.deps.options.reply.replyDeadlineMs);
    const { model, toolCalls, toolSpecs } = this.deps;
    const rounds = new Rounds({
      model,
      toolCalls,
      toolSpecs,
      opening,
      about: aboutCaller(this.deps.options),
      options: this.deps.options.reply,
      transcript: this.transcript,
      fillers: this.fillers,
      firstToken: () => this.listener.firstToken(),
      used: (usage) => this.used(usage),
    });
    void run(rounds).then(
      (ending) => this.written(ending),
      (error: unknown) => this.modelFailed(error),
    );
  }

  /** Says a fixed text. */
  announce(text: string): void {
    this.listener.firstToken();
    this.transcript.write(text);
    this.written();
  }

  /** How much of it has been played, ms; `agoMs` before now. */
  position(agoMs?: number): number {
    return this.mouth.position(agoMs);
  }

  /** What of it has been played, as the voice speaks it. */
  spokenText(): string {
    return this.mouth.spokenText();
  }

  /** The words of it that were heard. */
  get heardText(): string {
    return this.transcript.heardText;
  }

  /** What of it was heard, and whether that is all of it. */
  get account(): ReplyAccount {
    const heardText = textOf(this.transcript.heard());
    const { confirmed } = this.mouth;
    const whole = confirmed !== false && heardText === textOf(this.transcript.whole());
    return { heardText, whole, confirmed: whole && confirmed === true };
  }

  pause(): void {
    this.mouth.pause();
  }

  resume(): void {
    this.mouth.resume();
  }

  /** The client is gone: nothing goes out, and what was heard stands still. */
  hold(): void {
    this.held = true;
    this.timers.hold();
    this.mouth.hold();
  }

  /** It is back, and has heard this much. Returns from where audio is sent again, ms; undefined when none is. */
  resumeFrom(heard?: Heard): number | undefined {
    this.held = false;
    this.timers.release();
    return this.mouth.release(heard);
  }

  heardUpTo(report: PlaybackReport): void {
    this.mouth.heardUpTo(report);
  }

  /** Stops everything at once. */
  interrupt(): ReplyEnd {
    const end = this.endOf(true);
    this.close();
    this.controller.abort(new DOMException('The reply was interrupted.', 'AbortError'));
    return end;
  }

  private written(ending: Ending = 'whole'): void {
    if (this.done) return;
    this.timers.clear('deadline');
    const { transcript, question } = this;
    transcript.flush();
    const asked = question.question;
    // Silence, or half an answer that sounds whole, would leave the caller wondering.
    if (asked === undefined) this.add(this.closingOf(ending));
    else transcript.ask(asked);
    this.conclude();
  }

  /** What is said at the end because the model has not ended rightly; empty when it has. */
  private closingOf(ending: Ending): string {
    const { wordless, cutShort, withheld } = this.deps.options.phrases;
    if (ending === 'withheld') return withheld;
    if (!this.transcript.concludes) return wordless;
    return ending === 'cut' ? cutShort : '';
  }

  /** Nothing more will be written. */
  private conclude(): void {
    this.complete = true;
    const { asks } = this.transcript;
    this.draft.whenReleased(() => this.listener.written(asks));
    this.mouth.end();
  }

  private modelFailed(error: unknown): void {
    if (this.done) return;
    if (this.draft.held) {
      this.broken = true;
      return;
    }
    const reason: unknown = this.controller.signal.aborted ? this.controller.signal.reason : error;
    this.emit(speechless(reason));
    this.controller.abort(reason);
    this.question.withdraw();
    this.fillers.stop();
    this.add(this.deps.options.phrases.apology);
    this.written();
  }

  /** Adds a sentence of ours. */
  private add(sentence: string): void {
    if (sentence === '') return;
    this.listener.firstToken();
    this.transcript.add(sentence);
  }

  private emit(event: ConversationEvent): void {
    this.draft.whenReleased(() => this.deps.emit(event));
  }

  private used(usage: LlmUsage): void {
    this.usage = {
      inputTokens: this.usage.inputTokens + usage.inputTokens,
      outputTokens: this.usage.outputTokens + usage.outputTokens,
    };
    this.draft.whenReleased(() => this.deps.meter.modelUsed(usage, false));
  }

  private played(): void {
    if (this.done) return;
    this.emit({ type: 'response.completed', responseId: this.id, text: this.transcript.text });
    this.finish();
  }

  private finish(): void {
    if (this.done) return;
    const end = this.endOf(this.mouth.brokeOff);
    this.close();
    this.listener.over(end);
  }

  private endOf(cut: boolean): ReplyEnd {
    const { transcript, question } = this;
    if (!transcript.statementHeard) question.withdraw();
    const asked = question.question;
    const items = cut ? transcript.heard() : transcript.whole();
    return { items, cut, ...(asked === undefined ? {} : { question: asked }) };
  }

  private close(): void {
    this.done = true;
    this.fillers.stop();
    this.timers.clear('deadline');
    this.mouth.stop();
  }
}

const aboutCaller = ({ timeZone, vocabulary }: ConversationOptions): Pick<LlmRequest, 'timeZone' | 'vocabulary'> => {
  const names = vocabulary?.();
  return { ...(timeZone === undefined ? {} : { timeZone }), ...(names === undefined ? {} : { vocabulary: names }) };
};

const tooLong = () =>
  new ProviderError('The reply took too long.', { provider: 'reply', code: 'timeout', retryable: true });
