// What the agent says: one reply at a time, the draft of the next, and what is remembered of them. Carries out what the
// turn machine decides, and reports back to it.
import type { ChatMessage } from '../llm/llm.port.js';
import type { Caller } from '../identity/caller.port.js';
import type { Answer, ConfirmationGate } from './confirmation.js';
import type { CallConsent } from './consent.js';
import type { CallRecord, ConversationContext } from './context.js';
import type { Heard, HeldReply } from './conversation.port.js';
import type { Ears } from './ears.js';
import type { Enrichment } from './enrichment.port.js';
import type { PlaybackReport } from './mouth.js';
import type { OperatorInstructions } from './operator-instructions.js';
import { endOf, leftOf } from './reply/cut-reply.js';
import { disclosingOptions, toldEvent } from './reply/disclosure-reply.js';
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
import { Reply } from './reply.js';
import type { ConversationSnapshot, ReplySnapshot } from './snapshot.js';
import { TurnTiming } from './turn-timing.js';
import { startedEvent } from './turn/policies/disclosure.js';
import type { ReplyKind, TurnEvent } from './turn/turn-state.js';

type Turn = { readonly id: string; readonly text: string };

export interface RepliesDeps extends Omit<ReplyDeps, 'audio'> {
  readonly caller: Caller;
  readonly context: ConversationContext;
  readonly enrichment?: Enrichment;
  readonly gate: ConfirmationGate;
  readonly instructions: OperatorInstructions;
  readonly consent: Pick<CallConsent, 'answered'>;
  readonly ears: Pick<Ears, 'replyStarted' | 'replySent' | 'replyEnded' | 'replyRewound' | 'words'>;
  audio(chunk: Uint8Array): void;
  clearAudio(): void;
  dispatch(event: TurnEvent): void;
  /** A reply that was cut in another process goes on under a new id, which this returns. */
  renamed(): string;
}

/** What of a snapshot is about replies. */
type RepliesSnapshot = Pick<ConversationSnapshot, 'context' | 'gate' | 'instructions' | 'late' | 'calls' | 'reply'>;

export class Replies {
  private reply: Reply | undefined;
  /** Why it is said, and in answer to which turn. */
  private reason: Pick<ReplySnapshot, 'kind' | 'turnId'> = { kind: 'answer' };
  private draft: Reply | undefined;
  /** A reply that was cut in another process, until the client says what it has heard of it. */
  private cut: ReplySnapshot | undefined;
  /** Results that came after their reply, not told yet. */
  private late: CallRecord[] = [];
  private timing = new TurnTiming();
  private held = false;
  private readonly replyDeps: ReplyDeps;

  constructor(private readonly deps: RepliesDeps) {
    this.replyDeps = {
      ...deps,
      audio: (chunk) => {
        deps.ears.replySent(chunk);
        deps.audio(chunk);
      },
    };
  }

  /** Where the time of the turn went that is heard now. */
  get turnTiming(): TurnTiming {
    return this.timing;
  }

  /** The turn that comes now was not spoken. */
  typed(): void {
    this.timing = new TurnTiming();
  }

  /** A result that no reply has waited for. */
  cameLate(record: CallRecord): void {
    this.late.push(record);
    this.deps.dispatch({ type: 'news' });
  }

  /** What the model is to know from the next reply on. */
  learn(record: CallRecord): void {
    this.deps.context.addReply([{ calls: [record] }], false);
  }

  /** `text`: what is to be said, where that is not the agent's to know. */
  start(id: string, kind: ReplyKind, turn?: Turn, text?: string): void {
    const { context, gate } = this.deps;
    this.reason = turn === undefined ? { kind } : { kind, turnId: turn.id };
    if (turn === undefined) {
      // An unasked reply has no turn to account for, and takes the place of whatever was asked before it.
      gate.answered(undefined);
      const reply = this.begin(this.newReply(id, new TurnTiming()));
      if (kind !== 'report') return reply.announce(text ?? this.phrase(kind));
      return this.answer(reply, context.messages(), undefined, this.late.splice(0));
    }
    const { draft, timing } = this;
    const answer = gate.answered(context.addUser(turn.text));
    if (answer !== undefined) this.deps.consent.answered(answer, turn.text);
    this.timing = new TurnTiming();
    this.draft = undefined;
    if (draft?.id === id && !draft.failed && draft.settles(answer)) return this.begin(draft).release();
    draft?.discard();
    timing.answering();
    this.answer(this.begin(this.newReply(id, timing, turn)), context.messages(), answer);
  }

  /** A turn that nobody answers: it is remembered, and agrees to nothing. */
  note(text: string): void {
    this.deps.gate.answered(undefined);
    this.deps.context.addUser(text);
    this.timing = new TurnTiming();
  }

  /** The agent has not the call any more: whatever it has asked is not asked any more. */
  withdrawQuestion(): void {
    this.deps.gate.answered(undefined);
  }

  startDraft(id: string, turn: Turn): void {
    const asked = this.deps.context.preview(turn.text);
    this.timing.answering();
    this.draft = this.newReply(id, this.timing, turn, true);
    this.answer(this.draft, asked.messages, this.deps.gate.preview(asked));
  }

  discardDraft(): void {
    this.draft?.discard();
    this.draft = undefined;
  }

  pause(): void {
    this.reply?.pause();
  }

  resume(): void {
    this.reply?.resume();
  }

  interrupt(): void {
    const { reply } = this;
    if (reply === undefined) return this.giveUp();
    this.ended();
    const { heardText } = reply;
    const account = this.disclosing ? reply.account : undefined;
    const end = reply.interrupt();
    this.deps.clearAudio();
    this.remember(end);
    this.deps.emit({ type: 'response.interrupted', responseId: reply.id, heardText });
    if (account !== undefined) this.disclosed(reply.id, account);
  }

  /** How much of this reply was heard `agoMs` before now, ms; undefined when it is not the one that is being said. */
  positionOf(responseId: string, agoMs: number): number | undefined {
    return this.reply?.id === responseId ? this.reply.position(agoMs) : undefined;
  }

  heardUpTo(responseId: string, report: PlaybackReport): void {
    if (this.reply?.id === responseId) this.reply.heardUpTo(report);
  }

  hold(): void {
    this.held = true;
    this.reply?.hold();
    this.draft?.hold();
  }

  /** See ConversationInput. */
  release(heard?: Heard): HeldReply | undefined {
    this.held = false;
    this.draft?.resumeFrom();
    if (this.cut !== undefined) this.goOn(this.cut, heard);
    const { reply } = this;
    const fromMs = reply?.resumeFrom(heard?.responseId === reply.id ? heard : undefined);
    if (reply === undefined || fromMs === undefined) return undefined;
    this.deps.ears.replyRewound(fromMs);
    return { responseId: reply.id, fromMs };
  }

  snapshot(): RepliesSnapshot {
    const { context, gate, instructions, toolCalls } = this.deps;
    const told = instructions.snapshot();
    const reply = this.reply === undefined ? this.cut : { ...this.reply.snapshot(), ...this.reason };
    return {
      context: context.snapshot(),
      gate: gate.snapshot(),
      ...(told.length === 0 ? {} : { instructions: told }),
      late: this.late.map((record) => ({ ...record })),
      calls: toolCalls.snapshot(),
      ...(reply === undefined ? {} : { reply }),
    };
  }

  /** Nothing is said before `release`. */
  restore({ context, gate, instructions = [], late, calls, reply }: RepliesSnapshot): void {
    this.held = true;
    this.deps.context.restore(context);
    this.deps.gate.restore(gate);
    this.deps.instructions.restore(instructions);
    this.deps.toolCalls.restore(calls);
    this.late = late.map((record) => ({ ...record }));
    this.cut = reply;
    for (const record of this.deps.context.awaited) this.deps.toolCalls.giveAnswer(record, this.scope());
    for (const { call, responseId } of calls.alone) {
      this.deps.toolCalls.againAlone(call, {
        ...this.scope(),
        responseId,
        question: new ReplyQuestion(),
        released: Promise.resolve(),
        emit: (event) => this.deps.emit(event),
      });
    }
  }

  /** Goes on with a reply that was cut in another process: what was not heard of it is said, and written to its end. */
  private goOn(cut: ReplySnapshot, heard: Heard | undefined): void {
    const { emit, context } = this.deps;
    const left = leftOf(cut, heard?.responseId === cut.id ? heard : undefined);
    this.cut = undefined;
    const { kind, turnId, answer } = cut;
    this.reason = turnId === undefined ? { kind } : { kind, turnId };
    if (cut.written && left.whole) {
      emit({ type: 'response.completed', responseId: cut.id, text: left.heardText });
      const end = endOf(cut, left);
      this.remember(end);
      if (this.disclosing) {
        this.disclosed(cut.id, { heardText: textOf(end.items), whole: true, confirmed: heard !== undefined });
      }
      return this.deps.dispatch({ type: 'reply.over', id: cut.id });
    }
    emit({ type: 'response.interrupted', responseId: cut.id, heardText: left.heardText });
    const id = this.deps.renamed();
    emit(startedEvent(id, kind, turnId));
    const reply = this.begin(this.newReply(id, new TurnTiming()));
    reply.goOn(this.opening(), context.messages(), this.scope(answer), cut, left.items);
  }

  /** The caller did not wait for a reply that was cut in another process. */
  private giveUp(): void {
    const { cut } = this;
    if (cut === undefined) return;
    this.cut = undefined;
    const left = leftOf(cut);
    const end = endOf(cut, left);
    this.remember(end);
    this.deps.emit({ type: 'response.interrupted', responseId: cut.id, heardText: left.heardText });
    if (cut.kind !== 'disclosure') return;
    this.disclosed(cut.id, { heardText: textOf(end.items), whole: left.whole, confirmed: false });
  }

  private get disclosing(): boolean {
    return this.reason.kind === 'disclosure';
  }

  private disclosed(responseId: string, account: ReplyAccount): void {
    this.deps.emit(toldEvent(this.deps.options, responseId, account));
  }

  /** The call is over. Resolves when no side effect is running any more. */
  close(): Promise<void> {
    this.deps.context.close();
    return this.deps.toolCalls.close();
  }

  private begin(reply: Reply): Reply {
    this.reply = reply;
    this.deps.ears.replyStarted(reply);
    return reply;
  }

  private answer(
    reply: Reply,
    history: readonly ChatMessage[],
    answer: Answer | undefined,
    results: readonly CallRecord[] = [],
  ): void {
    reply.answer(this.opening(), history, this.scope(answer), results);
  }

  private opening(): Opening {
    const { options, enrichment, instructions } = this.deps;
    const known = enrichment?.text();
    const own: readonly ChatMessage[] = [
      { role: 'system', text: options.instructions },
      ...(known === undefined ? [] : [{ role: 'system', text: known } as const]),
    ];
    // Between two requests of a reply somebody may instruct the model.
    return () => [...own, ...instructions.messages()];
  }

  private scope(answer?: Answer): AnswerScope {
    const { options, caller, ears } = this.deps;
    return {
      sessionId: options.sessionId,
      caller,
      allowed: options.tools,
      heard: ears.words,
      ...(answer === undefined ? {} : { answer }),
    };
  }

  private newReply(id: string, timing: TurnTiming, turn?: Turn, draft = false): Reply {
    const { deps } = this;
    const { clock } = deps;
    const listener: ReplyListener = {
      firstToken: () => timing.firstToken(clock.now()),
      audible: (soundAtMs) => {
        if (turn !== undefined) deps.emit(timing.firstAudio(turn.id, clock.now(), soundAtMs));
        deps.dispatch({ type: 'reply.audible', id });
      },
      written: (question) => deps.dispatch({ type: 'reply.written', id, question }),
      over: (end) => {
        this.remember(end);
        this.ended();
        if (!this.disclosing) return deps.dispatch({ type: 'reply.over', id });
        const { account } = reply;
        this.disclosed(id, account);
        deps.dispatch({ type: 'reply.over', id, whole: account.whole });
      },
    };
    const { options } = this.replyDeps;
    const own = this.disclosing && !draft ? { ...this.replyDeps, options: disclosingOptions(options) } : this.replyDeps;
    const reply = new Reply(id, own, listener, draft);
    if (this.held) reply.hold();
    return reply;
  }

  private ended(): void {
    this.deps.ears.replyEnded();
    this.reply = undefined;
  }

  /** Takes a reply into the context, as far as it was heard. */
  private remember({ items, cut, question }: ReplyEnd): void {
    this.deps.context.addReply(items, cut);
    if (question !== undefined) this.deps.gate.heard(question);
  }

  private phrase(kind: Exclude<ReplyKind, 'report'>): string {
    if (kind === 'supervisor') return '';
    const { phrases, disclosure } = this.deps.options;
    if (kind === 'disclosure') return disclosure?.text ?? '';
    if (kind === 'greeting') return phrases.greeting;
    if (kind === 'unheard') return phrases.unheard;
    return kind === 'goodbye' ? phrases.goodbye : phrases.idlePrompt;
  }
}
