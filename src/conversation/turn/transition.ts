// One transition of the turn machine: a scratch copy of the state, the effects gathered so far, and the moves that every
// policy is carried out with.
import { joinWords } from '../words.js';
import type { MachineOptions } from './machine-options.js';
import { startedEvent } from './policies/disclosure.js';
import { dueReply, idleMs, isBusy, wordlessMs } from './policies/silence.js';
import { nextSaying, UNATTENDED_MS } from './policies/supervision.js';
import type { ActiveReply, OpenTurn, ReplyKind, TurnEffect, TurnState, TurnTimer } from './turn-state.js';

const ALL_TIMERS: readonly TurnTimer[] = ['endpoint', 'pause', 'idle', 'commit', 'still', 'interruption'];

export class Transition {
  readonly effects: TurnEffect[] = [];

  constructor(
    public state: TurnState,
    readonly options: MachineOptions,
  ) {}

  patch(change: Partial<TurnState>): void {
    this.state = { ...this.state, ...change };
  }

  emit(event: Extract<TurnEffect, { type: 'emit' }>['event']): void {
    this.effects.push({ type: 'emit', event });
  }

  setTimer(timer: TurnTimer, ms: number): void {
    this.effects.push({ type: 'timer.set', timer, ms });
  }

  clearTimers(...timers: readonly TurnTimer[]): void {
    for (const timer of timers) this.effects.push({ type: 'timer.clear', timer });
  }

  turnText(): string {
    const { turn } = this.state;
    return turn === undefined ? '' : joinWords(turn.finals, turn.partial);
  }

  /** The turn that the caller has not finished, begun now when there is none. */
  openTurn(): OpenTurn {
    if (this.state.turn !== undefined) return this.state.turn;
    const turn = { id: this.nextTurnId(), finals: '', partial: '' };
    this.patch({ turn });
    return turn;
  }

  nextTurnId(): string {
    this.patch({ turns: this.state.turns + 1 });
    return `t${this.state.turns}`;
  }

  /** Starts a reply, in the place of the draft when there is one. */
  startReply(kind: ReplyKind, turn?: { id: string; text: string }, text?: string): void {
    const id = this.state.draft?.id ?? this.nextReplyId();
    const base = { id, kind, audible: false, paused: false, question: false };
    this.patch({ draft: undefined, reply: turn === undefined ? base : { ...base, turnId: turn.id } });
    this.clearTimers('idle');
    this.emit(startedEvent(id, kind, turn?.id));
    this.effects.push({
      type: 'reply.start',
      id,
      kind,
      ...(turn === undefined ? {} : { turn }),
      ...(text === undefined ? {} : { text }),
    });
  }

  startDraft(turnId: string, text: string): void {
    const id = this.nextReplyId();
    this.patch({ draft: { id, text }, drafts: this.state.drafts + 1 });
    this.effects.push({ type: 'draft.start', id, turn: { id: turnId, text } });
  }

  discardDraft(): void {
    const { draft } = this.state;
    if (draft === undefined) return;
    this.patch({ draft: undefined });
    this.effects.push({ type: 'draft.discard', id: draft.id });
  }

  updateReply(id: string, change: Partial<ActiveReply>): void {
    const { reply } = this.state;
    if (reply?.id === id) this.patch({ reply: { ...reply, ...change } });
  }

  /** Holds the reply for `ms`, until words or silence decide. */
  pause(ms: number): void {
    const { reply } = this.state;
    if (reply === undefined) return;
    if (!reply.paused) {
      this.patch({ reply: { ...reply, paused: true } });
      this.effects.push({ type: 'reply.pause', id: reply.id });
      this.emit({ type: 'response.paused', responseId: reply.id });
    }
    this.setTimer('pause', ms);
  }

  resume(): void {
    const { reply } = this.state;
    this.clearTimers('pause');
    if (reply?.paused !== true) return;
    // A guess that was not settled by now was nothing.
    this.clearTimers('interruption');
    this.patch({ reply: { ...reply, paused: false }, guessing: false });
    this.emit({ type: 'response.resumed', responseId: reply.id });
    this.effects.push({ type: 'reply.resume', id: reply.id });
  }

  interrupt(): void {
    const { reply } = this.state;
    if (reply === undefined) return;
    this.endReply();
    this.effects.push({ type: 'reply.interrupt', id: reply.id });
  }

  /** The reply is over, whatever the reason. */
  endReply(): void {
    this.patch({ reply: undefined, guessing: false });
    this.clearTimers('pause', 'interruption');
  }

  /** Nobody may have the floor now: then there may be something to report, and silence begins to count. */
  awaitCaller(): void {
    if (this.state.attended !== undefined) return this.awaitSupervisor();
    if (isBusy(this.state)) return;
    const due = dueReply(this.state);
    if (due !== undefined) {
      this.patch(due === 'unheard' ? { unheard: false } : { news: false });
      return this.startReply(due);
    }
    const ms = idleMs(this.options);
    if (ms !== undefined) this.setTimer('idle', ms);
  }

  /** A person answers: what he has written is said, and silence counts against him. */
  private awaitSupervisor(): void {
    const next = nextSaying(this.state);
    if (next !== undefined) {
      this.noteWaiting();
      this.patch({ attended: next.attended });
      return this.startReply('supervisor', undefined, next.text);
    }
    if (!isBusy(this.state)) this.setTimer('idle', UNATTENDED_MS);
  }

  /** Nobody will answer the turn that waits: something else is said. */
  noteWaiting(): void {
    const { attended } = this.state;
    if (attended?.waiting === undefined) return;
    const { by, says, waiting } = attended;
    this.patch({ attended: { by, says } });
    this.effects.push({ type: 'turn.note', text: waiting.text });
  }

  /** A sound has begun, and there may never be a word in it. */
  awaitWords(): void {
    const ms = this.state.attended === undefined ? wordlessMs(this.options) : UNATTENDED_MS;
    if (ms !== undefined && this.state.reply === undefined) this.setTimer('idle', ms);
  }

  endCall(): void {
    this.interrupt();
    this.discardDraft();
    this.clearTimers(...ALL_TIMERS);
    this.patch({ ended: true, turn: undefined });
  }

  private nextReplyId(): string {
    this.patch({ replies: this.state.replies + 1 });
    return `r${this.state.replies}`;
  }
}
