import { z } from 'zod';
import { limit, query } from '../arguments.js';
import { defineTool } from '../tool.js';
import type { Source } from '../tool.port.js';
import type { DocumentHit, Documents } from '../../documents/documents.port.js';
import { dayOf, type Day } from '../../spoken/calendar.js';
import { excerpt } from './excerpt.js';
import { saySource } from './say-source.js';

const schema = z.object({
  query: query('What would you like to know about our policies?').describe('the question, in the words of the caller'),
  question: z
    .string()
    .trim()
    .max(1000)
    .optional()
    .catch(undefined)
    .describe('the whole sentence, when query is shorter'),
  limit: limit(3),
});

export interface DocumentsSubject {
  /** What the documents are about, as a list. */
  readonly about: string;
  /** What other tools answer. */
  readonly unless: string;
}

export const searchDocumentsTool = (documents: Documents, { about, unless }: DocumentsSubject) =>
  defineTool({
    name: 'search_documents',
    description:
      `Searches the company’s own documents: ${about}. Use it first for every question that is not about ${unless}. ` +
      'Results of little confidence (0 to 1) often do not answer: read them before you answer from one, say where the answer ' +
      'stands ("from " and its source), and say so when the documents do not say.',
    schema,
    effect: 'read',
    timeoutMs: 5_000,
    lateMessage: 'Our documents are taking too long to open. Please ask me again in a minute.',
    async run({ query, question, limit }, { caller, signal }) {
      const hits = await documents.searchDocuments({ words: query, question }, limit, { caller, signal });
      const today = dayOf(new Date());
      const results = hits.map(({ title, heading, content, confidence, updated }) => ({
        title,
        source: saySource({ title, updated }, today),
        ...(heading === '' ? {} : { heading }),
        ...(updated === undefined ? {} : { updated }),
        confidence,
        excerpt: excerpt(content, query),
        content,
      }));
      return { ok: true, data: { results }, sources: hits.map((hit) => sourceOf(hit, today)), untrusted: true };
    },
  });

const sourceOf = ({ title, heading, updated, url }: DocumentHit, today: Day): Source => ({
  title,
  spoken: saySource({ title, updated }, today),
  ...(heading === '' ? {} : { heading }),
  ...(updated === undefined ? {} : { updated }),
  ...(url === undefined ? {} : { url }),
});
