// Cuts the messages into turns of the caller and folds the past ones into a memory.
import type { ChatMessage, ToolCall } from '../llm.port.js';
import { askedOf, callsOf, type Goal, type Scene } from './goal.js';
import { interpret } from './interpret.js';
import { NOTHING, remember, type DoneCall, type Exchange, type Memory, type Turn } from './memory.js';
import { callKey, isFailure, outcomeOf, type Outcome } from './outcome.js';

/** Messages looked at; what is older is forgotten. */
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
  const [first = draft(''), ...others] = recent(exchangesOf(messages.slice(-MAX_MESSAGES)));
  let turn = turnOf(first, NOTHING, scene);
  for (const exchange of others) turn = turnOf(exchange, remember(turn, scene.planner), scene);
  return turn;
}

/** The latest of them; the last always is among them. */
function recent(exchanges: readonly Exchange[]): readonly Exchange[] {
  let chars = 0;
  const last = exchanges.length - 1;
  const tooOld = exchanges.findLastIndex(({ text }, at) => (chars += text.length) > MAX_CALLER_CHARS && at < last);
  return exchanges.slice(tooOld + 1);
}

const draft = (text: string): Draft => ({ text, calls: [], said: '', interrupted: false });

/**
 * Words with nothing between them are one turn, and so are the first and what came before them, if anything did. A call that
 * is made again, in place of one whose result was still awaited, brings that result: the exchange that awaited it is the
 * last, when nothing was said since.
 */
function exchangesOf(messages: readonly ChatMessage[]): readonly Exchange[] {
  let last = draft('');
  const all = [last];
  let late: Draft | undefined;
  for (const message of messages) {
    if (message.role === 'user') {
      if (last.calls.length > 0 || last.said !== '') all.push((last = draft('')));
      last.text = `${last.text} ${message.text}`.trim();
      late = undefined;
    } else if (message.role === 'assistant') {
      if (message.text !== '') {
        last.said = `${last.said} ${message.text}`.trim();
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
      const awaiting = all.findLast(({ calls }) => calls.some(isAwaited));
      const place = awaiting?.calls.find(isAwaited) ?? done;
      place.outcome = outcomeOf(message.content);
      if (awaiting === undefined) continue;
      last.calls.splice(at, 1);
      late = awaiting;
    }
  }
  return late === undefined ? all : all.slice(0, all.indexOf(late) + 1);
}

function turnOf(exchange: Exchange, before: Memory, scene: Scene): Turn {
  const asked = new Set(before.pending?.calls.map(callKey));
  const settled = exchange.calls.find(
    ({ call, outcome }) =>
      outcome !== undefined && asked.has(callKey(call)) && !isFailure(outcome, 'confirmation_required'),
  );
  const move = interpret(before, exchange.text, scene, settled?.outcome);
  if (!('goals' in move)) return { ...exchange, move, before };
  return {
    ...exchange,
    move: { ...move, goals: move.goals.flatMap((goal) => decided(goal, exchange, scene)) },
    before,
  };
}

/** Of words that may be a question or a request the question is asked first: what is answered is no request. */
function decided(goal: Goal, { calls, said }: Exchange, scene: Scene): Goal | readonly Goal[] {
  if (goal.orElse === undefined) return goal;
  const keys = callsOf(goal, scene).map(callKey);
  const made = calls.find(({ call }) => keys.includes(callKey(call)));
  const isOpen = made === undefined && said === '' && scene.offered.has(goal.plan.tool);
  const isAnswered = made?.outcome?.ok === true && goal.plan.say(made.outcome.data, askedOf(goal, scene)) !== undefined;
  return isOpen || isAnswered ? goal : goal.orElse;
}
