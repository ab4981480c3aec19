// Cuts the messages into turns of the caller and folds the past ones into a memory.
import type { ChatMessage, ToolCall } from '../llm.port.js';
import { decided } from './asked-first.js';
import type { Scene } from './goal.js';
import { interpret } from './interpret.js';
import { NOTHING, remember, type DoneCall, type Exchange, type Memory, type Turn } from './memory.js';
import { callKey, isFailure, outcomeOf, type Outcome } from './outcome.js';

/** Messages looked at; what is older is forgotten, from the caller's first words on. */
const MAX_MESSAGES = 60;
/** The same for what the caller has said in them, characters: all of it is read anew for every answer. */
const MAX_CALLER_CHARS = 4000;

/** An exchange as it is put together. */
interface Draft extends Exchange {
  text: string;
  readonly calls: { readonly call: ToolCall; outcome?: Outcome }[];
  said: string;
  interrupted: boolean;
}

/**
 * The turn that has to be answered: the last one, with whatever has been done about it already. When the messages end with
 * a result that came late, it is the turn that had asked for it.
 */
export function currentTurn(messages: readonly ChatMessage[], scene: Scene): Turn {
  const opening = draft('');
  const { exchanges, late } = exchangesOf(recent(messages), opening);
  let turn: Turn = { ...opening, calls: [], move: { type: 'say', text: opening.said }, before: NOTHING };
  for (const exchange of exchanges.length === 0 ? [draft('')] : exchanges) {
    turn = turnOf(exchange, remember(turn, scene.planner), scene);
    if (exchange === late) break;
  }
  return turn;
}

/** The latest messages, from words of the caller on; the latest of those always are among them. */
function recent(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const earliest = Math.max(0, messages.length - MAX_MESSAGES);
  let from = earliest;
  let chars = 0;
  for (let at = messages.length - 1; at >= earliest; at -= 1) {
    const message = messages[at];
    if (message?.role !== 'user') continue;
    if (chars > 0 && chars + message.text.length > MAX_CALLER_CHARS) return messages.slice(from);
    chars += message.text.length;
    from = at;
  }
  return earliest === 0 ? messages : messages.slice(from);
}

const draft = (text: string): Draft => ({ text, calls: [], said: '', interrupted: false });

/**
 * What came before the caller's first words goes into `opening`. Words with nothing between them are one turn. A call that
 * is made again, in place of one whose result was still awaited, brings that result: `late` is the exchange that awaited
 * it, when nothing was said since.
 */
function exchangesOf(messages: readonly ChatMessage[], opening: Draft) {
  const exchanges: Draft[] = [];
  let late: Draft | undefined;
  for (const message of messages) {
    const last = exchanges.at(-1) ?? opening;
    if (message.role === 'user') {
      const isUnanswered = last !== opening && last.calls.length === 0 && last.said === '';
      if (isUnanswered) last.text = `${last.text} ${message.text}`;
      else exchanges.push(draft(message.text));
      late = undefined;
    } else if (message.role === 'assistant') {
      if (message.text !== '') {
        last.said = last.said === '' ? message.text : `${last.said} ${message.text}`;
        late = undefined;
      }
      last.interrupted ||= message.interrupted ?? false;
      last.calls.push(...(message.toolCalls ?? []).map((call) => ({ call })));
    } else if (message.role === 'tool') {
      const at = last.calls.findIndex(({ call, outcome }) => call.id === message.callId && outcome === undefined);
      const done = last.calls[at];
      if (done === undefined) continue;
      const key = callKey(done.call);
      const isAwaited = ({ call, outcome }: DoneCall) => isFailure(outcome, 'pending') && callKey(call) === key;
      const awaiting = [opening, ...exchanges].findLast(({ calls }) => calls.some(isAwaited));
      const place = awaiting?.calls.find(isAwaited) ?? done;
      place.outcome = outcomeOf(message.content);
      if (awaiting === undefined) continue;
      last.calls.splice(at, 1);
      late = awaiting;
    }
  }
  return { exchanges, late };
}

function turnOf(exchange: Exchange, before: Memory, scene: Scene): Turn {
  const asked = new Set(before.pending?.calls.map(callKey));
  const settled = exchange.calls.find(
    ({ call, outcome }) =>
      outcome !== undefined && asked.has(callKey(call)) && !isFailure(outcome, 'confirmation_required'),
  );
  const move = interpret(before, exchange.text, scene, settled?.outcome);
  return {
    ...exchange,
    move: 'goals' in move ? { ...move, goals: decided(move.goals, exchange, scene) } : move,
    before,
  };
}
