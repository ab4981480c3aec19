// Who has the floor. A pure function: (state, event) -> (state, effects). It knows no audio, no provider and no clock;
// the conversation carries out the effects and reports back with events. What is decided how is in policies/, by mode;
// here it is put together.
import { MAX_TURN_CHARS } from '../../bounds/texts.port.js';
import { joinWords, sameWords } from '../words.js';
import { answerTurn, giveBack, say, takeOver } from './attended.js';
import type { MachineOptions } from './machine-options.js';
import { isDisclosing, keptTurn, nextTry } from './policies/disclosure.js';
import { answers, mayBeWhole, mayPrepare, stillMs } from './policies/drafts.js';
import { endOfTurn, isHeldOpen, silenceWithoutAudioMs } from './policies/end-of-turn.js';
import { accompanies, guessesOver, mayInterrupt, wordsOver } from './policies/interruption.js';
import { afterPause, silenceHoldsMs, soundHoldsMs } from './policies/resumption.js';
import { idleReply, isBusy } from './policies/silence.js';
import { takesWords } from './policies/turn-start.js';
import { Transition } from './transition.js';
import type { Disclosing, TurnEffect, TurnEvent, TurnState, TurnTimer } from './turn-state.js';

export type { MachineOptions } from './machine-options.js';

export interface TurnStep {
  readonly state: TurnState;
  readonly effects: readonly TurnEffect[];
}

/** Takes one event. Never throws; events that no longer apply (a late timer, a dead reply) change nothing. */
export function step(state: TurnState, event: TurnEvent, options: MachineOptions): TurnStep {
  if (state.ended) return { state, effects: [] };
  const transition = new Transition(state, options);
  take(transition, event);
  return { state: transition.state, effects: transition.effects };
}

function take(t: Transition, event: TurnEvent): void {
  switch (event.type) {
    case 'call.started':
      if (event.disclose === true) return disclose(t, { greet: event.greet, tries: 1 });
      return event.greet ? t.startReply('greeting') : t.awaitCaller();
    case 'supervisor.took_over':
      return takeOver(t, event.by);
    case 'supervisor.gave_back':
      return giveBack(t);
    case 'supervisor.says':
      return say(t, event.text);
    case 'supervisor.instructed':
      return t.discardDraft();
    case 'call.ended':
      return t.endCall();
    case 'speech.started':
      return speechStarted(t, event.audioMs);
    case 'speech.stopped':
      return speechStopped(t, event.audioMs);
    case 'microphone.silent':
      return microphoneSilent(t, event.audioMs);
    case 'transcript.partial':
      return heard(t, event.text, false);
    case 'transcript.final':
      return heard(t, event.text, true);
    case 'transcript.retracted':
      return retract(t);
    case 'turn.eager':
      return prepare(t, event.text);
    case 'turn.resumed':
      return t.discardDraft();
    case 'turn.ended':
      return turnSettled(t);
    case 'text.submitted':
      return textSubmitted(t, event.text);
    case 'input.committed':
      return commit(t);
    case 'input.cleared':
      return clearInput(t);
    case 'response.cancelled':
      if (t.state.reply === undefined || isDisclosing(t.state)) return;
      t.interrupt();
      return t.awaitCaller();
    case 'news':
      t.patch({ news: true });
      return t.awaitCaller();
    case 'hearing.lost':
      // Nobody will say that the speech has stopped.
      t.patch({ unheard: true, callerSpeaking: false });
      t.resume();
      return t.awaitCaller();
    case 'hearing.restored':
      return t.patch({ unheard: false });
    case 'line.restored':
      waitForEndOfTurn(t);
      return t.awaitCaller();
    case 'reply.audible':
      return t.updateReply(event.id, { audible: true });
    case 'reply.written':
      return t.updateReply(event.id, { question: event.question });
    case 'reply.over':
      return replyOver(t, event.id, event.whole);
    case 'timer':
      return timerFired(t, event.timer);
  }
}

function speechStarted(t: Transition, audioMs: number): void {
  t.emit({ type: 'speech.started', audioMs });
  t.patch({ callerSpeaking: true, unsettled: '' });
  t.clearTimers('idle');
  if (isHeldOpen(t.state, t.options)) t.clearTimers('endpoint');
  else t.awaitWords();
  if (mayInterrupt(t.state, t.options)) t.pause(soundHoldsMs(t.options));
}

function speechStopped(t: Transition, audioMs: number): void {
  t.emit({ type: 'speech.stopped', audioMs });
  t.patch({ callerSpeaking: false });
  waitForEndOfTurn(t);
  reconsiderDraft(t);
  if (t.state.reply?.paused === true) t.setTimer('pause', silenceHoldsMs(t.options));
  t.awaitCaller();
}

function microphoneSilent(t: Transition, audioMs: number): void {
  if (t.state.callerSpeaking) speechStopped(t, audioMs);
  const text = t.turnText();
  const ms = silenceWithoutAudioMs(text, t.options);
  if (text !== '' && ms !== undefined) t.setTimer('endpoint', ms);
}

function heard(t: Transition, text: string, settled: boolean): void {
  if (!takesWords(t.state, t.options) || isAnswered(t, text, settled)) return;
  const { over: _goesOn, ...turn } = t.openTurn();
  if (settled) {
    t.patch({ turn: { ...turn, finals: joinWords(turn.finals, text), partial: '' } });
    t.emit({ type: 'transcript.final', turnId: turn.id, text });
  } else {
    t.patch({ turn: { ...turn, partial: text } });
    t.emit({ type: 'transcript.partial', turnId: turn.id, text: t.turnText() });
  }
  t.clearTimers('idle');
  t.patch({ prompts: 0 });
  // A turn without an end, whoever should say it: what comes behind is the next one.
  if (settled && t.turnText().length > MAX_TURN_CHARS) return endTurn(t);
  reconsiderDraft(t);
  const effect = wordsOver(t.state, t.turnText(), settled, t.options);
  if (effect === 'stop') t.interrupt();
  if (effect === 'hold') holdForGuesses(t);
  waitForEndOfTurn(t);
}

/** Whether these words come late: the turn before was answered when they were guesses. */
function isAnswered(t: Transition, text: string, settled: boolean): boolean {
  const { unsettled, turn } = t.state;
  if (unsettled === '' || turn !== undefined || !sameWords(text, unsettled)) return false;
  if (settled) t.patch({ unsettled: '' });
  return true;
}

/** Guesses at words pause the reply, if no sound has, until they have stood for their time. */
function holdForGuesses(t: Transition): void {
  t.pause(soundHoldsMs(t.options));
  if (t.state.guessing !== false) return;
  t.patch({ guessing: true });
  t.setTimer('interruption', t.options.interruptionMs);
}

function guessesStood(t: Transition): void {
  const effect = guessesOver(t.state, t.turnText(), t.options);
  t.patch({ guessing: effect === 'wait' ? 'lone' : false });
  if (effect === 'stop') t.interrupt();
  if (effect === 'wait') t.setTimer('interruption', t.options.interruptionWordMs - t.options.interruptionMs);
}

function retract(t: Transition): void {
  const { turn } = t.state;
  if (turn === undefined || turn.partial === '') return;
  t.discardDraft();
  t.patch({ turn: turn.finals === '' ? undefined : { ...turn, partial: '' } });
  t.clearTimers('still');
  if (turn.finals !== '') return;
  t.clearTimers('endpoint');
  t.awaitCaller();
}

/** The recogniser says that the turn is over: all its words are settled, and what was only guessed is taken back. */
function turnSettled(t: Transition): void {
  const { turn, committing } = t.state;
  if (!endOfTurn[t.options.mode].heedsRecogniser && !committing) return;
  if (turn !== undefined) t.patch({ turn: { ...turn, partial: '' } });
  endTurn(t);
}

/** Starts (or restarts) the wait after which silence ends the turn. */
function waitForEndOfTurn(t: Transition): void {
  const text = t.turnText();
  if (text === '' || isHeldOpen(t.state, t.options)) return;
  const ms = endOfTurn[t.options.mode].silenceMs(text, t.options);
  if (ms !== undefined) t.setTimer('endpoint', ms);
}

function endTurn(t: Transition): void {
  const { turn, reply } = t.state;
  const text = t.turnText();
  t.clearTimers('endpoint', 'commit', 'still');
  t.patch({ turn: undefined, committing: false, callerSpeaking: false, drafts: 0 });
  if (turn === undefined || text === '') {
    t.discardDraft();
    t.resume();
    return t.awaitCaller();
  }
  if (reply !== undefined && accompanies(text, reply, t.options)) return t.resume();
  if (isDisclosing(t.state)) return t.patch({ turn: keptTurn(turn) });
  t.interrupt();
  t.emit({ type: 'turn.ended', turnId: turn.id, text });
  if (!answers(t.state, text)) t.discardDraft();
  answerTurn(t, { id: turn.id, text });
}

/** The recogniser has had its time. */
function endUnsettled(t: Transition): void {
  t.patch({ unsettled: t.state.turn?.partial ?? '' });
  endTurn(t);
}

function prepare(t: Transition, text: string): void {
  const { turn } = t.state;
  if (turn !== undefined && mayPrepare(t.state, text, t.options)) t.startDraft(turn.id, text);
}

/** The words have changed or come again: a draft for other words is void, and standing still may start one. */
function reconsiderDraft(t: Transition): void {
  const text = t.turnText();
  if (answers(t.state, text)) return;
  t.discardDraft();
  const ms = stillMs(text, t.options);
  if (ms !== undefined) t.setTimer('still', ms);
}

function textSubmitted(t: Transition, text: string): void {
  if (isDisclosing(t.state)) {
    const turn = t.openTurn();
    return t.patch({ prompts: 0, turn: keptTurn({ ...turn, finals: joinWords(turn.finals, text) }) });
  }
  t.interrupt();
  t.discardDraft();
  t.patch({ prompts: 0 });
  const id = t.nextTurnId();
  t.emit({ type: 'turn.ended', turnId: id, text });
  answerTurn(t, { id, text });
}

function commit(t: Transition): void {
  if (t.state.committing) return;
  t.patch({ committing: true, unsettled: '' });
  t.clearTimers('endpoint');
  t.effects.push({ type: 'recognition.finalize' });
  t.setTimer('commit', t.options.commitMs);
}

function clearInput(t: Transition): void {
  t.discardDraft();
  t.patch({ turn: undefined, committing: false, callerSpeaking: false, drafts: 0 });
  t.clearTimers('endpoint', 'commit', 'still');
  t.effects.push({ type: 'recognition.reset' });
  t.resume();
  t.awaitCaller();
}

function disclose(t: Transition, disclosing: Disclosing): void {
  t.patch({ disclosing });
  t.startReply('disclosure');
}

function disclosed(t: Transition, whole: boolean): void {
  const again = nextTry(t.state, whole);
  if (again !== undefined) return disclose(t, again);
  const { disclosing, turn } = t.state;
  t.patch({ disclosing: undefined });
  // Who has said what he wants needs no greeting; one who is still speaking is waited for.
  if (turn !== undefined) return turn.over === true ? endTurn(t) : waitForEndOfTurn(t);
  return disclosing?.greet === true && t.state.attended === undefined ? t.startReply('greeting') : t.awaitCaller();
}

function replyOver(t: Transition, id: string, whole = true): void {
  const { reply } = t.state;
  if (reply?.id !== id) return;
  t.endReply();
  if (reply.kind === 'disclosure') return disclosed(t, whole);
  if (reply.kind !== 'goodbye') return t.awaitCaller();
  t.endCall();
  t.effects.push({ type: 'call.end', reason: 'idle' });
}

function timerFired(t: Transition, timer: TurnTimer): void {
  switch (timer) {
    case 'endpoint':
      // The recogniser settles the words first: its finals would otherwise come late, as a turn of their own.
      return isHeldOpen(t.state, t.options) ? undefined : commit(t);
    case 'commit':
      return t.state.committing ? endUnsettled(t) : undefined;
    case 'interruption':
      return guessesStood(t);
    case 'still':
      return mayBeWhole(t.state, t.turnText(), t.options) ? prepare(t, t.turnText()) : undefined;
    case 'pause':
      return pauseOver(t);
    case 'idle':
      return idleOver(t);
  }
}

function pauseOver(t: Transition): void {
  const effect = afterPause(t.state, t.options);
  if (effect === 'stop') return t.interrupt();
  if (effect === 'nothing') return;
  // A recogniser may report the start of a sound and never its end: the pause is over either way.
  t.patch({ callerSpeaking: false });
  t.resume();
}

function idleOver(t: Transition): void {
  // As above: where nobody promises the end of a sound, one without a word in all that time is over.
  if (!isHeldOpen(t.state, t.options)) t.patch({ callerSpeaking: false });
  if (isBusy(t.state)) return;
  if (t.state.attended !== undefined) return giveBack(t);
  silenceLasted(t);
}

function silenceLasted(t: Transition): void {
  const kind = idleReply(t.state, t.options);
  if (kind === 'prompt') t.patch({ prompts: t.state.prompts + 1 });
  t.startReply(kind);
}
