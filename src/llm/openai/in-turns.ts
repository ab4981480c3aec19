import type { OpenAI } from 'openai';
import { BEGIN, GO_ON, spoken, unspoken } from '../common/unspoken.js';

// OpenAI takes messages of any role in any order. The templates that other servers put a conversation into do not: they
// raise an error at a system message behind the first, at two users or two assistants in a row, at a conversation that the
// assistant begins or ends, and Mistral's at a user behind a tool's answer.

type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

/** Said by the assistant, in the place of words that nobody has heard, between a tool's answer and the next user. */
const NOTHING_HEARD = '…';

/** The same conversation in turns that every template takes. */
export function inTurns(messages: readonly Message[]): Message[] {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const instructions = first < 0 ? messages : messages.slice(0, first);
  const prompt = instructions.map(({ content }) => textOf(content)).filter((text) => text !== '');
  const turns: Message[] = prompt.length === 0 ? [] : [{ role: 'system', content: prompt.join('\n\n') }];
  const talk = messages.slice(instructions.length);
  if (talk[0]?.role === 'assistant' || talk.length === 0) turns.push({ role: 'user', content: BEGIN });
  for (const message of talk) add(turns, asTurn(message));
  if (turns.at(-1)?.role === 'assistant') turns.push({ role: 'user', content: GO_ON });
  return turns;
}

function asTurn(message: Message): Message {
  if (message.role === 'system') return { role: 'user', content: unspoken(textOf(message.content)) };
  if (message.role === 'user') return { role: 'user', content: spoken(textOf(message.content)) };
  return message;
}

function add(turns: Message[], message: Message): void {
  const last = turns.at(-1);
  if (message.role === 'user' && last?.role === 'tool') turns.push({ role: 'assistant', content: NOTHING_HEARD });
  if (message.role === 'user' && last?.role === 'user') last.content = both(last.content, message.content);
  else if (message.role === 'assistant' && last?.role === 'assistant' && last.tool_calls === undefined) {
    turns[turns.length - 1] = { ...message, content: both(last.content, message.content) };
  } else turns.push(message.role === 'user' ? { ...message } : message);
}

const both = (...contents: Message['content'][]): string =>
  contents
    .map((content) => textOf(content))
    .filter((text) => text !== '')
    .join('\n\n');

/** The port has texts only. */
const textOf = (content: Message['content']): string => (typeof content === 'string' ? content : '');
