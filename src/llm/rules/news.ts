import { NEWS_CALL, type ChatMessage } from '../llm.port.js';
import { outcomeOf } from './outcome.js';

/**
 * The talk without what the platform has put in of its own (`NEWS_CALL`), and in `news` what of that was not told yet, as
 * sentences: it is no part of any request, and changes none.
 */
export function apart(messages: readonly ChatMessage[]): {
  readonly news: string;
  readonly talk: readonly ChatMessage[];
} {
  const isNews = (id: string): boolean => id.startsWith(NEWS_CALL);
  const talk = messages.filter(
    (message) =>
      !(message.role === 'tool' && isNews(message.callId)) &&
      !(message.role === 'assistant' && message.text === '' && message.toolCalls?.every(({ id }) => isNews(id))),
  );
  const spoken = messages.findLastIndex(
    (message) => message.role === 'user' || (message.role === 'assistant' && message.text !== ''),
  );
  const news = messages.slice(spoken + 1).flatMap((message) => {
    if (message.role !== 'tool' || !isNews(message.callId)) return [];
    const outcome = outcomeOf(message.content);
    return outcome.ok ? [] : [outcome.message];
  });
  return { news: news.join(' '), talk };
}
