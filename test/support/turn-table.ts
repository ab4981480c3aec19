// Tables of the turn machine: a state, an event, and what comes of it.
import { lexiconFor } from '../../src/conversation/lexicon/lexicon-for.js';
import { defaultTurnOptions, type TurnOptions } from '../../src/conversation/options.js';
import { step } from '../../src/conversation/turn/turn-machine.js';
import {
  type ActiveReply,
  initialTurnState,
  type TurnEffect,
  type TurnEvent,
  type TurnState,
} from '../../src/conversation/turn/turn-state.js';

export const reply: ActiveReply = { id: 'r1', kind: 'answer', audible: true, paused: false, question: false };
export const turn = (finals: string, partial = '') => ({ id: 't1', finals, partial });
export const words = (text: string): TurnEvent => ({ type: 'transcript.partial', text });
export const settled = (text: string): TurnEvent => ({ type: 'transcript.final', text });
export const timer = (name: Extract<TurnEvent, { type: 'timer' }>['timer']): TurnEvent => ({
  type: 'timer',
  timer: name,
});
export const sound: TurnEvent = { type: 'speech.started', audioMs: 0 };
export const silence: TurnEvent = { type: 'speech.stopped', audioMs: 0 };

export interface Row {
  readonly options?: Partial<TurnOptions>;
  readonly state?: Partial<TurnState>;
  readonly event: TurnEvent;
}

const lexicon = lexiconFor('en-US', { dictation: { after: ['client'], digits: 4 } });

/** The state after the event, and its effects as short lines, without the clearing of timers. */
export function after({ options, state, event }: Row): { state: TurnState; effects: string[] } {
  const before: TurnState = { ...initialTurnState, turns: 1, replies: 1, ...state };
  const result = step(before, event, { ...defaultTurnOptions, lexicon, ...options });
  return { state: result.state, effects: result.effects.flatMap(lineOf) };
}

function lineOf(effect: TurnEffect): string[] {
  if (effect.type === 'emit') return [effect.event.type];
  if (effect.type === 'reply.start') return [`start ${effect.kind}`];
  if (effect.type === 'timer.set') return [`${effect.timer} ${effect.ms}`];
  return effect.type === 'timer.clear' ? [] : [effect.type];
}
