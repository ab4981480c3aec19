// How callers ask what stands in the business's documents, and how it is told: for the keyless planner.
import { z } from 'zod';
import { CONFIDENT, NEAR } from '../../documents/documents.port.js';
import type { Asked, CueRow, Question, ToolPlan } from '../../llm/plan.port.js';
import { isContentWord, wordsOf } from '../../spoken/words.js';
import type { Answering } from '../answers/answer.js';
import { saySource, sayTitle } from './say-source.js';

const text = z.string();
const Passage = z.object({
  title: text.catch(''),
  excerpt: text.catch(''),
  content: text.catch(''),
  updated: text.optional().catch(undefined),
  confidence: z.number().optional().catch(undefined),
});
type Found = z.infer<typeof Passage>;
const Data = z.object({ results: z.array(Passage) });

const passagesOf = (data: unknown): readonly Found[] => Data.safeParse(data).data?.results ?? [];

/** `cues` are the questions that this business is asked. */
export function searchDocumentsPlan({ isRelevant, bestSentences }: Answering, cues: readonly CueRow[]): ToolPlan {
  /**
   * The search says how sure it is; in what another model's search has found, the words of the question have to be there. So have
   * those that a follow-up adds.
   */
  const answers = (question: Question, passage: Found): boolean => {
    const isFollowUp = question.own.length < question.topic.length;
    if (passage.confidence !== undefined && passage.confidence < CONFIDENT) return false;
    return (passage.confidence !== undefined && !isFollowUp) || isRelevant(question, passage);
  };
  const tell = (data: unknown, { question, today }: Asked, heard: string): string | undefined => {
    if (question === undefined) return undefined;
    for (const passage of passagesOf(data).filter((one) => answers(question, one))) {
      const sentences = bestSentences(question, passage.title, passage.content || passage.excerpt, heard);
      if (sentences !== '') return heard === '' ? `${sayTitle(passage, today)}${sentences}` : sentences;
    }
    return undefined;
  };
  return {
    tool: 'search_documents',
    ability: 'answer questions from our documents',
    unable: 'look that up',
    answers: 'topic',
    slots: [],
    // A day or an amount is a detail of other wishes; here it is a word like any other. What all of it means, the whole
    // sentence says better than its words.
    with({ question }) {
      const words = wordsOf(question?.question ?? '').filter(isContentWord);
      return question === undefined
        ? {}
        : { question: question.question, ...(words.length > 0 ? { query: words.join(' ') } : {}) };
    },
    cues,
    otherwise: 'web_search',
    nearest(data, { question, today }) {
      const [passage] = passagesOf(data);
      if (question === undefined || passage === undefined || (passage.confidence ?? 0) < NEAR) return undefined;
      const sentences = bestSentences(question, passage.title, passage.content || passage.excerpt);
      if (sentences === '') return undefined;
      return `I am not sure that it answers you: the nearest that I found is ${saySource(passage, today)}. ${sentences}`;
    },
    nothing: ['I could not find that in our documents.', 'I could not find that in our documents.'],
    say: (data, asked) => tell(data, asked, ''),
    more(data, asked, heard) {
      const said = tell(data, asked, heard);
      return said === undefined ? undefined : { text: said };
    },
  };
}
