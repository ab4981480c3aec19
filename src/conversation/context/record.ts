import type { ChatMessage, ToolCall } from '../../llm/llm.port.js';

// A summary by rule, for whoever has no model to write one: what tools were asked and said, what the caller wanted, and what
// was left open, a line of JSON each. In JSON nobody can leave the quotes around his words.

/** Of one line: the words of a turn, the arguments of a call, the beginning of its result. */
const MAX_WORDS = 200;
const MAX_ARGUMENTS = 300;
const MAX_RESULT = 300;

interface Line {
  readonly text: string;
  /** The lowest go first. */
  readonly weight: number;
}

/** The record of what was said and done, after the one before it; what matters least is left out beyond `maxChars`. */
export function recordOf(before: string, gone: readonly ChatMessage[], maxChars: number): string {
  const lines = [
    ...before.split('\n').flatMap((line) => earlier(line, maxChars)),
    ...gone.flatMap((message, n) => linesOf(message, n, gone)),
  ];
  let left = maxChars;
  const order = lines.map((_, n) => n).toSorted((a, b) => weightOf(lines[b]) - weightOf(lines[a]) || b - a);
  const kept = new Set(
    order.filter((n) => {
      const size = (lines[n]?.text.length ?? 0) + 1;
      if (size > left) return false;
      left -= size;
      return true;
    }),
  );
  return lines.flatMap(({ text }, n) => (kept.has(n) ? [text] : [])).join('\n');
}

const weightOf = (line: Line | undefined): number => line?.weight ?? 0;

/** What was kept before weighs as it did; a summary that somebody has written weighs most. */
function earlier(text: string, maxChars: number): readonly Line[] {
  if (text === '') return [];
  if (text.startsWith('{"tool"')) return [{ text, weight: 2 }];
  if (text.startsWith('{"caller"')) return [{ text, weight: 1 }];
  return [{ text: text.slice(0, maxChars / 2), weight: text.startsWith('{"agent"') ? 0 : 3 }];
}

function linesOf(message: ChatMessage, at: number, all: readonly ChatMessage[]): readonly Line[] {
  switch (message.role) {
    case 'user': {
      const answer = all[at + 1];
      const isOpen = answer === undefined || answer.role === 'user';
      return [{ text: json({ caller: cut(message.text, MAX_WORDS), ...(isOpen ? { open: true } : {}) }), weight: 1 }];
    }
    case 'assistant': {
      // What was found is with its tool; what was asked of the caller may still be open.
      const asks = /[?？]["'”’)\]]*\s*$/u.test(message.text);
      const isOpen = asks || message.interrupted === true;
      return isOpen ? [{ text: json({ agent: cut(message.text, MAX_WORDS), open: true }), weight: 0 }] : [];
    }
    case 'tool': {
      const call = callOf(message.callId, all.slice(0, at));
      const asked = cut(call?.arguments ?? '', MAX_ARGUMENTS);
      const line = { tool: message.name, arguments: asked, result: cut(message.content, MAX_RESULT) };
      return [{ text: json(line), weight: 2 }];
    }
    case 'system':
    default:
      return [];
  }
}

const callOf = (id: string, before: readonly ChatMessage[]): ToolCall | undefined =>
  before
    .flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
    .findLast((call) => call.id === id);

const json = (line: object): string => JSON.stringify(line).replaceAll('<', String.raw`\u003c`);

const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max).toWellFormed()}…`;
