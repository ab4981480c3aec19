// How callers ask what stands in the business's documents, and how it is told: for the keyless planner.
import { z } from 'zod';
import type { CueRow, ToolPlan } from '../../llm/plan.port.js';
import { plain } from '../../spoken/say.js';
import type { Answering, Passage as PassageOf } from '../answers/answer.js';

const text = z.string();
const Passage = z.object({ title: text.catch(''), excerpt: text.catch(''), content: text.catch('') });
const Data = z.object({ results: z.array(Passage) });
const MAX_NAME = 60;

const passagesOf = (data: unknown): readonly PassageOf[] => Data.safeParse(data).data?.results ?? [];

/** `cues` are the questions that this business is asked. */
export function searchDocumentsPlan({ isRelevant, bestSentences }: Answering, cues: readonly CueRow[]): ToolPlan {
  const tell: (...args: readonly [unknown, Parameters<ToolPlan['say']>[1], string]) => string | undefined = (
    data,
    { question },
    heard,
  ) => {
    if (question === undefined) return undefined;
    for (const passage of passagesOf(data).filter((one) => isRelevant(question, one))) {
      const sentences = bestSentences(question, passage.title, passage.content || passage.excerpt, heard);
      if (sentences !== '') return heard === '' ? `${sayTitle(passage.title)}${sentences}` : sentences;
    }
    return undefined;
  };
  return {
    tool: 'search_documents',
    ability: 'answer questions from our documents',
    unable: 'look that up',
    answers: 'topic',
    slots: [],
    cues,
    otherwise: 'web_search',
    nothing: ['I could not find that in our documents.', 'I could not find that in our documents.'],
    say: (data, asked) => tell(data, asked, ''),
    more(data, asked, heard) {
      const said = tell(data, asked, heard);
      return said === undefined ? undefined : { text: said };
    },
  };
}

/** "Our refund policy says: ", "About opening hours: ". */
function sayTitle(title: string): string {
  const name = plain(title, MAX_NAME).replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
  if (name === '') return '';
  return /\b(policy|rules|terms)$/i.test(name) ? `Our ${name} says: ` : `About ${name}: `;
}
