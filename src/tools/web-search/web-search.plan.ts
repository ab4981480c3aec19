// How callers ask for the web, and how its answer is told: for the keyless planner.
import { z } from 'zod';
import type { ToolPlan } from '../../llm/plan.port.js';
import { plain, sayDay } from '../../spoken/say.js';
import type { Answering } from '../answers/answer.js';

const text = z.string();
const Page = z.object({ title: text.catch(''), snippet: text.catch('') });
const Data = z.object({
  answer: text.optional().catch(undefined),
  results: z.array(Page).catch([]),
  asOf: z.iso.datetime().optional().catch(undefined),
});
const MAX_NAME = 60;

export const webSearchPlan = ({ isRelevant, bestSentences }: Answering): ToolPlan => ({
  tool: 'web_search',
  ability: 'search the web',
  unable: 'search the web',
  answers: 'question',
  slots: [],
  cues: [
    [6, 'search|check|use the web|internet', 'search online', 'on the web|internet', 'google', 'look it up online'],
  ],
  nothing: [
    'I searched the web, but found nothing that answers it.',
    'I searched the web as well, but found nothing that answers it.',
  ],
  say(data, { question, today }) {
    const found = Data.safeParse(data).data;
    if (found === undefined || question === undefined) return undefined;
    const day = found.asOf?.slice(0, 10);
    const old = day === undefined ? '' : `I cannot reach the web now, but on ${sayDay(day, today)} I found this. `;
    if (found.answer !== undefined && plain(found.answer) !== '') return `${old}${plain(found.answer)}`;
    const page = found.results.find(
      ({ title, snippet }) => plain(snippet) !== '' && isRelevant(question, { title, excerpt: '', content: snippet }),
    );
    if (page === undefined) return undefined;
    const title = plain(page.title, MAX_NAME);
    const source = title === '' ? 'I found this on the web' : `From the web page ${title}`;
    return `${old}${source}: ${bestSentences(question, page.title, page.snippet)}`;
  },
});
