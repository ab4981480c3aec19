import { z } from 'zod';
import { limit, query } from '../arguments.js';
import { defineTool } from '../tool.js';
import type { Documents } from './documents.port.js';
import { excerpt } from './excerpt.js';

const schema = z.object({
  query: query('What would you like to know about our policies?').describe('the question, in the words of the caller'),
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
      'No results means that the documents do not say.',
    schema,
    effect: 'read',
    timeoutMs: 5_000,
    lateMessage: 'Our documents are taking too long to open. Please ask me again in a minute.',
    async run({ query, limit }, { caller, signal }) {
      const hits = await documents.searchDocuments(query, limit, { caller, signal });
      const results = hits.map(({ title, content }) => ({ title, excerpt: excerpt(content, query), content }));
      return { ok: true, data: { results } };
    },
  });
