import { MAX_ID_CHARS } from '../../bounds/texts.port.js';
import type { ChatMessage, ToolCall } from '../llm.port.js';
import { readArguments } from './arguments.js';
import { acceptableName } from './tool-name.js';

// A conversation that no server refuses, whoever wrote it: another model, another process, an older version.

type ToolMessage = Extract<ChatMessage, { role: 'tool' }>;

/** What a call is answered with whose answer is not there. */
const NO_ANSWER = JSON.stringify({ ok: false, code: 'failed', message: 'There is no result of this.' });

/**
 * The same conversation: arguments are JSON objects, names and ids what every server takes, no id comes twice, every call
 * is followed by its one answer and every answer belongs to a call, and no text holds half a character. The same history
 * comes out the same each time, so that a server's prompt cache holds.
 */
export function acceptable(messages: readonly ChatMessage[]): ChatMessage[] {
  const ids = new Ids(messages);
  const result: ChatMessage[] = [];
  messages.forEach((message, at) => {
    if (message.role === 'tool') return; // comes with its call, or answers none
    const { toolCalls: calls = [], ...words } = { toolCalls: undefined, ...message };
    const text = words.text.toWellFormed();
    if (calls.length === 0) {
      result.push({ ...words, text });
      return;
    }
    const answers = answersAfter(messages, at);
    const renamed = calls.map((call) => ({ call, asked: acceptableCall(call, ids.next(call.id)) }));
    result.push({ ...words, role: 'assistant', text, toolCalls: renamed.map(({ asked }) => asked) });
    for (const { call, asked } of renamed) {
      const place = answers.findIndex(({ callId }) => callId === call.id);
      const [answer] = place < 0 ? [] : answers.splice(place, 1);
      const content = (answer?.content ?? NO_ANSWER).toWellFormed();
      result.push({ role: 'tool', callId: asked.id, name: asked.name, content });
    }
  });
  return result;
}

function acceptableCall({ name, arguments: text }: ToolCall, id: string): ToolCall {
  const read = readArguments(text);
  return { id, name: acceptableName(name), arguments: 'json' in read ? read.json : '{}' };
}

function answersAfter(messages: readonly ChatMessage[], at: number): ToolMessage[] {
  const answers: ToolMessage[] = [];
  for (const message of messages.slice(at + 1)) {
    if (message.role !== 'tool') break;
    answers.push(message);
  }
  return answers;
}

/** Mistral's servers take no other: nine letters and digits. */
const NINE = /^[a-zA-Z0-9]{9}$/;

class Ids {
  private readonly taken = new Set<string>();
  private readonly wanted: ReadonlySet<string>;
  private readonly nine: boolean;
  private made = 0;

  constructor(messages: readonly ChatMessage[]) {
    this.wanted = new Set(
      messages.flatMap((message) => ('toolCalls' in message ? (message.toolCalls ?? []).map(({ id }) => id) : [])),
    );
    // A model whose ids are such comes from a server that refuses others, ours too.
    this.nine = [...this.wanted].some((id) => NINE.test(id));
  }

  next(id: string): string {
    const fits = isAcceptableId(id) && !this.taken.has(id) && (!this.nine || NINE.test(id));
    const own = fits ? id : this.make();
    this.taken.add(own);
    return own;
  }

  private make(): string {
    for (;;) {
      this.made += 1;
      const id = this.nine ? `c${String(this.made).padStart(8, '0')}` : `call_${this.made}`;
      if (!this.taken.has(id) && !this.wanted.has(id)) return id;
    }
  }
}

/** Printable, and not too long. */
export const isAcceptableId = (id: string): boolean => id.length <= MAX_ID_CHARS && /^[\x21-\x7e]+$/.test(id);
