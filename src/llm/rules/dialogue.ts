// Cuts the messages into turns of the caller and folds the past ones into a memory.
import type { ChatMessage } from '../llm.port.js';
import { interpret, type InterpretContext } from './interpret.js';
import { NOTHING, remember, type DoneCall, type Memory, type Turn } from './memory.js';
import { outcomeOf } from './tool-results.js';

/** Messages looked at; what is older is forgotten, from the caller's first words on. */
const MAX_MESSAGES = 60;

/** What was said after the caller's words, and the calls that were made. */
interface Exchange {
  text: string;
  readonly calls: DoneCall[];
  readonly said: string[];
  interrupted: boolean;
}

/** The turn that has to be answered: the last one, with whatever has been done about it already. */
export function currentTurn(messages: readonly ChatMessage[], context: InterpretContext): Turn {
  const [opening, ...exchanges] = exchangesOf(recent(messages));
  let memory: Memory = { ...NOTHING, opening: opening.said.join(' ') };
  let turn = turnOf({ text: '', calls: [], said: [], interrupted: false }, memory, context);
  for (const [n, exchange] of exchanges.entries()) {
    turn = turnOf(exchange, memory, context);
    if (n < exchanges.length - 1) memory = remember(turn);
  }
  return turn;
}

function recent(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  if (messages.length <= MAX_MESSAGES) return messages;
  const late = messages.slice(-MAX_MESSAGES);
  const first = late.findIndex((message) => message.role === 'user');
  return first < 0 ? late : late.slice(first);
}

/** The first holds what came before the caller's first words. Words with nothing between them are one turn. */
function exchangesOf(messages: readonly ChatMessage[]): [Exchange, ...Exchange[]] {
  const exchanges: [Exchange, ...Exchange[]] = [{ text: '', calls: [], said: [], interrupted: false }];
  for (const message of messages) {
    const last = exchanges.at(-1) ?? exchanges[0];
    switch (message.role) {
      case 'system':
        break;
      case 'user': {
        const unanswered = exchanges.length > 1 && last.calls.length === 0 && last.said.length === 0;
        if (unanswered) last.text = `${last.text} ${message.text}`;
        else exchanges.push({ text: message.text, calls: [], said: [], interrupted: false });
        break;
      }
      case 'assistant':
        if (message.text !== '') last.said.push(message.text);
        last.interrupted ||= message.interrupted ?? false;
        last.calls.push(...(message.toolCalls ?? []).map((call) => ({ call })));
        break;
      case 'tool': {
        const at = last.calls.findIndex(({ call, outcome }) => call.id === message.callId && outcome === undefined);
        const done = last.calls[at];
        if (done !== undefined) last.calls[at] = { call: done.call, outcome: outcomeOf(message.content) };
        break;
      }
    }
  }
  return exchanges;
}

function turnOf(exchange: Exchange, before: Memory, context: InterpretContext): Turn {
  return {
    text: exchange.text,
    move: interpret(before, exchange.text, context),
    before,
    calls: exchange.calls,
    said: exchange.said.join(' '),
    interrupted: exchange.interrupted,
  };
}
