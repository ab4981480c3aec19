// Who has the floor. A pure function: (state, event) -> (state, effects). It knows no audio, no provider and no clock;
// the conversation carries out the effects and reports back with events.
import { completeness, isBackchannel } from '../lexicon/listening.js';
import type { Lexicon } from '../lexicon/lexicon.js';
import type { TurnOptions } from '../options.js';
import { joinWords, sameWords, wordsOf } from '../words.js';
import type { ActiveReply, OpenTurn, ReplyKind, TurnEffect, TurnEvent, TurnState, TurnTimer } from './turn-state.js';

/** What decides besides the state: the tunables, and the caller's language. */
export interface MachineOptions extends TurnOptions {
  readonly lexicon: Lexicon;
}

export interface TurnStep {
  readonly state: TurnState;
  readonly effects: readonly TurnEffect[];
}

/** Takes one event. Never throws; events that no longer apply (a late timer, a dead reply) change nothing. */
export function step(state: TurnState, event: TurnEvent, options: MachineOptions): TurnStep {
  if (state.ended) return { state, effects: [] };
  const machine = new Transition(state, options);
  machine.take(event);
  return { state: machine.state, effects: machine.effects };
}

/** One transition: a scratch copy of the state and the effects gathered so far. */
class Transition {
  readonly effects: TurnEffect[] = [];

  constructor(
    public state: TurnState,
    private readonly options: MachineOptions,
  ) {}

  take(event: TurnEvent): void {
    switch (event.type) {
      case 'call.started':
        return event.greet ? this.startReply('greeting') : this.awaitCaller();
      case 'call.ended':
        return this.endCall();
      case 'speech.started':
        return this.speechStarted(event.audioMs);
      case 'speech.stopped':
        return this.speechStopped(event.audioMs);
      case 'transcript.partial':
        return this.heard({ partial: event.text });
      case 'transcript.final':
        return this.heard({ final: event.text });
      case 'transcript.retracted':
        return this.retract();
      case 'turn.eager':
        return this.startDraft(event.text);
      case 'turn.resumed':
        return this.discardDraft();
      case 'turn.ended':
        return this.turnSettled();
      case 'text.submitted':
        return this.textSubmitted(event.text);
      case 'input.committed':
        return this.commit();
      case 'input.cleared':
        return this.clearInput();
      case 'response.cancelled':
        if (this.state.reply === undefined) return;
        this.interrupt();
        return this.awaitCaller();
      case 'news':
        this.patch({ news: true });
        return this.awaitCaller();
      case 'hearing.lost':
        // Nobody will say that the speech has stopped.
        this.patch({ unheard: true, callerSpeaking: false });
        this.resume();
        return this.awaitCaller();
      case 'hearing.restored':
        return this.patch({ unheard: false });
      case 'reply.audible':
        return this.updateReply(event.id, { audible: true });
      case 'reply.written':
        return this.updateReply(event.id, { question: event.question });
      case 'reply.over':
        return this.replyOver(event.id);
      case 'timer':
        return this.timerFired(event.timer);
    }
  }

  private speechStarted(audioMs: number): void {
    this.emit({ type: 'speech.started', audioMs });
    this.patch({ callerSpeaking: true });
    this.clearTimer('idle');
    if (this.options.mode === 'vad') this.clearTimer('endpoint');
    if (this.state.reply !== undefined && this.mayInterrupt()) {
      this.pause(this.state.reply);
      this.setTimer('pause', this.options.maxPauseMs);
    }
  }

  private speechStopped(audioMs: number): void {
    this.emit({ type: 'speech.stopped', audioMs });
    this.patch({ callerSpeaking: false });
    this.waitForEndOfTurn();
    this.reconsiderDraft();
    if (this.state.reply?.paused === true) this.setTimer('pause', this.options.falseAlarmMs);
    this.awaitCaller();
  }

  private heard(words: { partial: string } | { final: string }): void {
    if (this.state.reply !== undefined && !this.options.interruptible) return;
    const turn = this.openTurn();
    if ('final' in words) {
      this.patch({ turn: { ...turn, finals: joinWords(turn.finals, words.final), partial: '' } });
      this.emit({ type: 'transcript.final', turnId: turn.id, text: words.final });
    } else {
      this.patch({ turn: { ...turn, partial: words.partial } });
      this.emit({ type: 'transcript.partial', turnId: turn.id, text: joinWords(turn.finals, words.partial) });
    }
    this.clearTimer('idle');
    this.patch({ prompts: 0 });
    this.reconsiderDraft();
    const { reply } = this.state;
    if (reply !== undefined && this.mayInterrupt() && this.interruptsReply()) {
      this.confirmInterruption(reply, 'final' in words);
    }
    this.waitForEndOfTurn();
  }

  private retract(): void {
    const { turn } = this.state;
    if (turn === undefined || turn.partial === '') return;
    this.discardDraft();
    this.patch({ turn: turn.finals === '' ? undefined : { ...turn, partial: '' } });
    this.clearTimer('still');
    if (turn.finals !== '') return;
    this.clearTimer('endpoint');
    this.awaitCaller();
  }

  /** Words over the reply pause it, if no sound has, and end it: settled ones at once, guesses when they have stood. */
  private confirmInterruption(reply: ActiveReply, settled: boolean): void {
    if (settled || this.options.interruptionMs === 0) return this.interrupt();
    this.pause(reply);
    this.setTimer('pause', this.options.maxPauseMs);
    if (this.state.guessing) return;
    this.patch({ guessing: true });
    this.setTimer('interruption', this.options.interruptionMs);
  }

  /** Guesses have had their time: they end the reply now, a lone word some time later. */
  private guessed(): void {
    const { interruptionMs, interruptionWordMs } = this.options;
    const { guessing } = this.state;
    this.patch({ guessing: false });
    if (!this.mayInterrupt() || !this.interruptsReply()) return;
    const lone = wordsOf(this.turnText()).length === 1;
    if (!lone || guessing === 'lone' || interruptionWordMs <= interruptionMs) return this.interrupt();
    this.patch({ guessing: 'lone' });
    this.setTimer('interruption', interruptionWordMs - interruptionMs);
  }

  /** The recogniser says that the turn is over: all its words are settled, and what was only guessed is taken back. */
  private turnSettled(): void {
    if (this.options.mode !== 'provider' && !this.state.committing) return;
    const { turn } = this.state;
    if (turn !== undefined) this.patch({ turn: { ...turn, partial: '' } });
    this.endTurn();
  }

  /** Starts (or restarts) the wait after which silence ends the turn. */
  private waitForEndOfTurn(): void {
    const text = this.turnText();
    if (text === '') return;
    if (this.options.mode === 'provider') this.setTimer('endpoint', this.options.providerSilenceMs);
    if (this.options.mode === 'vad' && !this.state.callerSpeaking) {
      const { minSilenceMs, maxSilenceMs } = this.options;
      this.setTimer(
        'endpoint',
        maxSilenceMs - completeness(text, this.options.lexicon) * (maxSilenceMs - minSilenceMs),
      );
    }
  }

  private endTurn(): void {
    const turn = this.state.turn;
    const text = this.turnText();
    this.clearTimer('endpoint');
    this.clearTimer('commit');
    this.clearTimer('still');
    this.patch({ turn: undefined, committing: false, callerSpeaking: false, drafts: 0 });
    if (turn === undefined || text === '') {
      this.discardDraft();
      this.resume();
      return this.awaitCaller();
    }
    const reply = this.state.reply;
    if (reply !== undefined && this.isListening(text, reply)) return this.resume();
    if (reply !== undefined) this.interrupt();
    this.emit({ type: 'turn.ended', turnId: turn.id, text });
    const { draft } = this.state;
    if (draft !== undefined && !sameWords(draft.text, text)) this.discardDraft();
    this.startReply('answer', { id: turn.id, text });
  }

  /**
   * Whether a partial that has stood still may be the whole turn: not with words that dangle, and not while the caller can
   * be heard speaking. (In `provider` mode nobody promises to say that speech has stopped.)
   */
  private mayBeOver(): boolean {
    const speaking = this.options.mode === 'vad' && this.state.callerSpeaking;
    return !speaking && completeness(this.turnText(), this.options.lexicon) > 0.5;
  }

  /** Starts a draft for these words, unless there is one, the floor is taken or too many were tried. */
  private startDraft(text: string): void {
    const { turn, draft, reply, drafts } = this.state;
    if (!this.options.speculate || turn === undefined || reply !== undefined || text === '') return;
    if (draft !== undefined || drafts >= this.options.maxDrafts) return;
    const id = this.nextReplyId();
    this.patch({ draft: { id, text }, drafts: drafts + 1 });
    this.effects.push({ type: 'draft.start', id, turn: { id: turn.id, text } });
  }

  private discardDraft(): void {
    const { draft } = this.state;
    if (draft === undefined) return;
    this.patch({ draft: undefined });
    this.effects.push({ type: 'draft.discard', id: draft.id });
  }

  /** The words have changed or come again: a draft for other words is void, and standing still may start one. */
  private reconsiderDraft(): void {
    if (!this.options.speculate || this.options.mode === 'manual') return;
    const text = this.turnText();
    const { draft } = this.state;
    if (draft !== undefined && sameWords(draft.text, text)) return;
    this.discardDraft();
    if (this.options.stillMs > 0 && text !== '') this.setTimer('still', this.options.stillMs);
  }

  private textSubmitted(text: string): void {
    if (this.state.reply !== undefined) this.interrupt();
    this.discardDraft();
    this.patch({ prompts: 0, turns: this.state.turns + 1 });
    const id = `t${this.state.turns}`;
    this.emit({ type: 'turn.ended', turnId: id, text });
    this.startReply('answer', { id, text });
  }

  private commit(): void {
    if (this.state.committing) return;
    this.patch({ committing: true });
    this.clearTimer('endpoint');
    this.effects.push({ type: 'recognition.finalize' });
    this.setTimer('commit', this.options.commitMs);
  }

  private clearInput(): void {
    this.discardDraft();
    this.patch({ turn: undefined, committing: false, callerSpeaking: false, drafts: 0 });
    for (const timer of ['endpoint', 'commit', 'still'] as const) this.clearTimer(timer);
    this.effects.push({ type: 'recognition.reset' });
    this.resume();
    this.awaitCaller();
  }

  private replyOver(id: string): void {
    const reply = this.state.reply;
    if (reply?.id !== id) return;
    this.patch({ reply: undefined, guessing: false });
    this.clearTimer('pause');
    this.clearTimer('interruption');
    if (reply.kind === 'goodbye') {
      this.endCall();
      this.effects.push({ type: 'call.end', reason: 'idle' });
    } else {
      this.awaitCaller();
    }
  }

  private timerFired(timer: TurnTimer): void {
    switch (timer) {
      case 'endpoint':
        if (this.options.mode === 'vad' && this.state.callerSpeaking) return;
        // The recogniser settles the words first: its finals would otherwise come late, as a turn of their own.
        return this.commit();
      case 'commit':
        if (this.state.committing) this.endTurn();
        return;
      case 'interruption':
        return this.guessed();
      case 'still':
        return this.mayBeOver() ? this.startDraft(this.turnText()) : undefined;
      case 'pause':
        if (this.state.reply?.paused !== true) return;
        // Nobody coughs for so long; with a recogniser that has no partials, the words come when it is over.
        if (this.options.mode === 'vad' && this.state.callerSpeaking) return this.interrupt();
        // A recogniser may report the start of a sound and never its end: the pause is over either way.
        this.patch({ callerSpeaking: false });
        return this.resume();
      case 'idle':
        if (this.isBusy()) return;
        if (this.state.prompts >= this.options.maxIdlePrompts) return this.startReply('goodbye');
        this.patch({ prompts: this.state.prompts + 1 });
        return this.startReply('prompt');
    }
  }

  private startReply(kind: ReplyKind, turn?: { id: string; text: string }): void {
    const id = this.state.draft?.id ?? this.nextReplyId();
    this.patch({ draft: undefined });
    const base = { id, kind, audible: false, paused: false, question: false };
    this.patch({ reply: turn === undefined ? base : { ...base, turnId: turn.id } });
    this.clearTimer('idle');
    this.emit(
      turn === undefined
        ? { type: 'response.started', responseId: id }
        : { type: 'response.started', responseId: id, turnId: turn.id },
    );
    this.effects.push(turn === undefined ? { type: 'reply.start', id, kind } : { type: 'reply.start', id, kind, turn });
  }

  private nextReplyId(): string {
    this.patch({ replies: this.state.replies + 1 });
    return `r${this.state.replies}`;
  }

  private pause(reply: ActiveReply): void {
    if (reply.paused) return;
    this.patch({ reply: { ...reply, paused: true } });
    this.effects.push({ type: 'reply.pause', id: reply.id });
    this.emit({ type: 'response.paused', responseId: reply.id });
  }

  private resume(): void {
    const reply = this.state.reply;
    this.clearTimer('pause');
    if (reply?.paused !== true) return;
    // A guess that was not settled by now was nothing.
    this.clearTimer('interruption');
    this.patch({ reply: { ...reply, paused: false }, guessing: false });
    this.emit({ type: 'response.resumed', responseId: reply.id });
    this.effects.push({ type: 'reply.resume', id: reply.id });
  }

  private interrupt(): void {
    const reply = this.state.reply;
    if (reply === undefined) return;
    this.clearTimer('pause');
    this.clearTimer('interruption');
    this.patch({ reply: undefined, guessing: false });
    this.effects.push({ type: 'reply.interrupt', id: reply.id });
  }

  private endCall(): void {
    this.interrupt();
    this.discardDraft();
    for (const timer of ['endpoint', 'pause', 'idle', 'commit', 'still', 'interruption'] as const)
      this.clearTimer(timer);
    this.patch({ ended: true, turn: undefined });
  }

  private openTurn(): OpenTurn {
    if (this.state.turn !== undefined) return this.state.turn;
    this.patch({ turns: this.state.turns + 1 });
    const turn = { id: `t${this.state.turns}`, finals: '', partial: '' };
    this.patch({ turn });
    return turn;
  }

  private turnText(): string {
    const turn = this.state.turn;
    return turn === undefined ? '' : joinWords(turn.finals, turn.partial);
  }

  private mayInterrupt(): boolean {
    return this.options.interruptible && this.options.mode !== 'manual';
  }

  private interruptsReply(): boolean {
    const reply = this.state.reply;
    if (reply === undefined) return false;
    const text = this.turnText();
    return wordsOf(text).length >= this.options.minInterruptionWords && !this.isListening(text, reply);
  }

  /** Whether these words only accompany the reply. After a question, "okay" is an answer. */
  private isListening(text: string, reply: ActiveReply): boolean {
    if (this.options.mode === 'manual') return false; // a committed turn is meant
    return reply.audible && !reply.question && isBackchannel(text, this.options.lexicon);
  }

  private isBusy(): boolean {
    return this.state.reply !== undefined || this.state.turn !== undefined || this.state.callerSpeaking;
  }

  /** Nobody may have the floor now: then there may be something to report, and silence begins to count. */
  private awaitCaller(): void {
    if (this.isBusy()) return;
    if (this.state.unheard) {
      this.patch({ unheard: false });
      return this.startReply('unheard');
    }
    if (this.state.news) {
      this.patch({ news: false });
      return this.startReply('report');
    }
    if (this.options.idlePromptMs > 0) this.setTimer('idle', this.options.idlePromptMs);
  }

  private updateReply(id: string, change: Partial<ActiveReply>): void {
    const reply = this.state.reply;
    if (reply?.id === id) this.patch({ reply: { ...reply, ...change } });
  }

  private patch(change: Partial<TurnState>): void {
    this.state = { ...this.state, ...change };
  }

  private emit(event: Extract<TurnEffect, { type: 'emit' }>['event']): void {
    this.effects.push({ type: 'emit', event });
  }

  private setTimer(timer: TurnTimer, ms: number): void {
    this.effects.push({ type: 'timer.set', timer, ms });
  }

  private clearTimer(timer: TurnTimer): void {
    this.effects.push({ type: 'timer.clear', timer });
  }
}
