// Cuts the messages into turns of the caller and folds the past ones into a memory.
import type { ChatMessage } from '../llm.port.js';
import { interpret, type InterpretContext } from './interpret.js';
import { NOTHING, remember, type DoneCall, type Memory, type Turn } from './memory.js';
import { callKey, outcomeOf, type Outcome } from './outcome.js';

/** Messages looked at; what is older is forgotten, from the caller's first words on. */
const MAX_MESSAGES = 60;
/** The same for what the caller has said in them, characters: all of it is read anew for every answer. */
const MAX_CALLER_CHARS = 4000;

/** What was said after the caller's words, and the calls that were made. */
interface Exchange {
  text: string;
  readonly calls: DoneCall[];
  readonly said: string[];
  interrupted: boolean;
}

/**
 * The turn that has to be answered: the last one, with whatever has been done about it already. When the messages end with
 * a result that came late, it is the turn that had asked for it.
 */
export function currentTurn(messages: readonly ChatMessage[], context: InterpretContext): Turn {
  const { exchanges, late } = exchangesOf(recent(messages));
  const [opening, ...answered] = exchanges;
  let memory: Memory = { ...NOTHING, opening: opening.said.join(' ') };
  let turn = turnOf({ text: '', calls: [], said: [], interrupted: false }, memory, context);
  for (const [n, exchange] of answered.entries()) {
    turn = turnOf(exchange, memory, context);
    if (exchange === late) return turn;
    if (n < answered.length - 1) memory = remember(turn, context.plans);
  }
  return turn;
}

function recent(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const from = Math.max(0, messages.length - MAX_MESSAGES, beginOfText(messages));
  if (from === 0) return messages;
  const late = messages.slice(from);
  const first = late.findIndex((message) => message.role === 'user');
  return first < 0 ? late : late.slice(first);
}

/** Where the messages begin that hold as much of the caller's text as is read; the latest of it always is. */
function beginOfText(messages: readonly ChatMessage[]): number {
  let chars = 0;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (message?.role !== 'user') continue;
    if (chars > 0 && chars + message.text.length > MAX_CALLER_CHARS) return at + 1;
    chars += message.text.length;
  }
  return 0;
}

/**
 * The first holds what came before the caller's first words. Words with nothing between them are one turn. A call that is
 * made again, in place of one whose result was still awaited, brings that result: `late` is the exchange that awaited it,
 * when nothing was said since.
 */
function exchangesOf(messages: readonly ChatMessage[]): {
  readonly exchanges: [Exchange, ...Exchange[]];
  readonly late: Exchange | undefined;
} {
  const exchanges: [Exchange, ...Exchange[]] = [{ text: '', calls: [], said: [], interrupted: false }];
  let late: Exchange | undefined;
  for (const message of messages) {
    const last = exchanges.at(-1) ?? exchanges[0];
    switch (message.role) {
      case 'system':
        break;
      case 'user': {
        const unanswered = exchanges.length > 1 && last.calls.length === 0 && last.said.length === 0;
        if (unanswered) last.text = `${last.text} ${message.text}`;
        else exchanges.push({ text: message.text, calls: [], said: [], interrupted: false });
        late = undefined;
        break;
      }
      case 'assistant':
        if (message.text !== '') {
          last.said.push(message.text);
          late = undefined;
        }
        last.interrupted ||= message.interrupted ?? false;
        last.calls.push(...(message.toolCalls ?? []).map((call) => ({ call })));
        break;
      case 'tool': {
        const at = last.calls.findIndex(({ call, outcome }) => call.id === message.callId && outcome === undefined);
        const done = last.calls[at];
        if (done === undefined) break;
        const result = { call: done.call, outcome: outcomeOf(message.content) };
        const awaited = settle(exchanges, result);
        if (awaited === undefined) last.calls[at] = result;
        else {
          last.calls.splice(at, 1);
          late = awaited;
        }
        break;
      }
    }
  }
  return { exchanges, late };
}

/** Puts a late result where it was awaited; the exchange that it belongs to, if there is one. */
function settle(exchanges: readonly Exchange[], result: DoneCall): Exchange | undefined {
  const key = callKey(result.call);
  const awaits = ({ call, outcome }: DoneCall): boolean =>
    outcome?.ok === false && outcome.code === 'pending' && callKey(call) === key;
  const exchange = exchanges.findLast(({ calls }) => calls.some(awaits));
  if (exchange === undefined) return undefined;
  exchange.calls[exchange.calls.findIndex(awaits)] = result;
  return exchange;
}

function turnOf(exchange: Exchange, before: Memory, context: InterpretContext): Turn {
  const asked = new Set(before.pending?.calls.map(callKey));
  const settled = exchange.calls.find(({ call, outcome }) => asked.has(callKey(call)) && !isAsked(outcome));
  return {
    text: exchange.text,
    move: interpret(before, exchange.text, context, settled?.outcome),
    before,
    calls: exchange.calls,
    said: exchange.said.join(' '),
    interrupted: exchange.interrupted,
  };
}

const isAsked = (outcome: Outcome | undefined): boolean =>
  outcome === undefined || (!outcome.ok && outcome.code === 'confirmation_required');
