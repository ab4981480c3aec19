// What has been said and done in a call, as the model will be told: only what the caller really heard stays.
import { MAX_TURN_CHARS } from '../bounds/texts.port.js';
import type { ChatMessage, ToolCall } from '../llm/llm.port.js';
import type { ContextSnapshot } from './snapshot.js';

/** A tool call and, once it is there, its result as JSON. Shared with the running reply, so a late result still arrives. */
export interface CallRecord {
  readonly call: ToolCall;
  content: string;
}

/** One stretch of a reply: words, or a round of tool calls. */
export type ReplyItem = { readonly text: string } | { readonly calls: readonly CallRecord[] };

type Entry =
  | { readonly role: 'user'; text: string }
  | { readonly role: 'reply'; readonly items: readonly ReplyItem[]; readonly interrupted: boolean };

/** Result of a call that was still running when the model is asked again. */
export const STILL_RUNNING = JSON.stringify({ ok: false, code: 'pending', message: 'This is still in progress.' });

const size = (entry: Entry): number =>
  entry.role === 'user'
    ? entry.text.length
    : entry.items.reduce(
        (sum, item) =>
          sum +
          ('text' in item
            ? item.text.length
            : item.calls.reduce((all, { call, content }) => all + call.arguments.length + content.length, 0)),
        0,
      );

export class ConversationContext {
  private readonly entries: Entry[] = [];
  private turns = 0;

  /** `maxChars` bounds what is kept: the oldest exchanges are forgotten first, whole, the latest never. */
  constructor(private readonly maxChars = 48_000) {}

  /**
   * Adds the caller's turn; returns its number (from 1) and its words. Two turns with nothing heard between them are
   * one: the caller went on after a pause.
   */
  addUser(text: string): { readonly number: number; readonly text: string } {
    const last = this.entries.at(-1);
    if (last?.role === 'user') {
      last.text = joinedTurns(last.text, text);
      return { number: this.turns, text: last.text };
    }
    this.entries.push({ role: 'user', text });
    this.turns += 1;
    this.forget();
    return { number: this.turns, text };
  }

  /** What `addUser` would return and `messages` would then be, without adding anything. */
  preview(text: string): { readonly number: number; readonly text: string; readonly messages: ChatMessage[] } {
    const messages = this.messages();
    const last = messages.at(-1);
    if (last?.role !== 'user') return { number: this.turns + 1, text, messages: [...messages, { role: 'user', text }] };
    const joined = joinedTurns(last.text, text);
    return { number: this.turns, text: joined, messages: [...messages.slice(0, -1), { role: 'user', text: joined }] };
  }

  /** `items` holds what was heard and every tool call that was made; a reply without either leaves no trace. */
  addReply(items: readonly ReplyItem[], interrupted: boolean): void {
    const kept = items.filter((item) => ('text' in item ? item.text !== '' : item.calls.length > 0));
    if (kept.length > 0) this.entries.push({ role: 'reply', items: kept, interrupted });
    this.forget();
  }

  /** The conversation as messages, oldest first, without the system message. */
  messages(): ChatMessage[] {
    return this.entries.flatMap((entry) =>
      entry.role === 'user'
        ? [{ role: 'user', text: entry.text } as const]
        : replyMessages(entry.items, entry.interrupted),
    );
  }

  /** Plain data; results that are still awaited are not in it yet. */
  snapshot(): ContextSnapshot {
    return {
      turns: this.turns,
      entries: this.entries.map((entry) =>
        entry.role === 'user' ? { ...entry } : { ...entry, items: entry.items.map(copyOf) },
      ),
    };
  }

  /** Goes on from what another context was. */
  restore({ turns, entries }: ContextSnapshot): void {
    this.turns = turns;
    const own = entries.map((entry) =>
      entry.role === 'user' ? { ...entry } : { ...entry, items: entry.items.map(copyOf) },
    );
    this.entries.splice(0, Infinity, ...own);
  }

  /** Calls whose result is not there yet. */
  get awaited(): CallRecord[] {
    const items = this.entries.flatMap((entry) => (entry.role === 'user' ? [] : entry.items));
    return items.flatMap((item) => ('calls' in item ? item.calls.filter(({ content }) => content === '') : []));
  }

  private forget(): void {
    let total = this.entries.reduce((sum, entry) => sum + size(entry), 0);
    while (total > this.maxChars && this.entries.length > 2) {
      // Up to the next user message, so that what is left still begins with one.
      do {
        const gone = this.entries.shift();
        if (gone !== undefined) total -= size(gone);
      } while (this.entries.length > 2 && this.entries[0]?.role !== 'user');
    }
  }
}

/** One turn of two; of a caller who goes on and on without hearing an answer the oldest words are forgotten first. */
function joinedTurns(before: string, text: string): string {
  const joined = `${before} ${text}`;
  return joined.length <= MAX_TURN_CHARS ? joined : joined.slice(-MAX_TURN_CHARS).replace(/^\S*\s+/, '');
}

const copyOf = (item: ReplyItem): ReplyItem =>
  'text' in item ? item : { calls: item.calls.map((record) => ({ ...record })) };

/** A reply as chat messages: words join the tool calls that follow them, every call is followed by its answer. */
export function replyMessages(items: readonly ReplyItem[], interrupted: boolean): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let text = '';
  for (const item of items) {
    if ('text' in item) {
      text += text === '' ? item.text : ` ${item.text}`;
      continue;
    }
    messages.push({ role: 'assistant', text, toolCalls: item.calls.map(({ call }) => call) });
    text = '';
    for (const { call, content } of item.calls) {
      messages.push({
        role: 'tool',
        callId: call.id,
        name: call.name,
        content: content === '' ? STILL_RUNNING : content,
      });
    }
  }
  if (text !== '') messages.push({ role: 'assistant', text, ...(interrupted ? { interrupted: true } : {}) });
  return messages;
}
