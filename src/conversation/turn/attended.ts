// What becomes of the floor while a person answers in the agent's place.
import { isDisclosing } from './policies/disclosure.js';
import { maySay } from './policies/supervision.js';
import type { Transition } from './transition.js';

export function takeOver(t: Transition, by: string): void {
  if (t.state.attended !== undefined) return;
  t.patch({ attended: { by, says: [] } });
  t.emit({ type: 'supervisor.changed', active: true });
  t.discardDraft();
  if (!isDisclosing(t.state)) t.interrupt();
  // What the reply has asked up to here too.
  t.effects.push({ type: 'question.withdraw' });
  t.awaitCaller();
}

export function giveBack(t: Transition): void {
  const { attended, reply, turn } = t.state;
  if (attended === undefined) return;
  t.patch({ attended: undefined });
  t.emit({ type: 'supervisor.changed', active: false });
  const { waiting } = attended;
  if (waiting === undefined) return t.awaitCaller();
  if (reply === undefined && turn === undefined) return t.startReply('answer', waiting);
  // Who speaks on has not finished: all of it is answered then.
  t.effects.push({ type: 'turn.note', text: waiting.text });
}

export function say(t: Transition, text: string): void {
  const { attended } = t.state;
  if (attended === undefined || !maySay(t.state)) return;
  t.patch({ attended: { ...attended, says: [...attended.says, text] } });
  t.awaitCaller();
}

/** The caller has finished: it is the agent who answers, or the turn waits for the person to. */
export function answerTurn(t: Transition, turn: { readonly id: string; readonly text: string }): void {
  if (t.state.attended === undefined) return t.startReply('answer', turn);
  t.noteWaiting();
  t.patch({ attended: { ...t.state.attended, waiting: turn } });
  t.awaitCaller();
}
