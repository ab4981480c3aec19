import { z } from 'zod';
import type { BusinessData } from '../../database/business/business-data.port.js';
import { limit, query } from '../arguments.js';
import { defineTool } from '../tool.js';
import { excerpt } from './excerpt.js';

const schema = z.object({
  query: query('What would you like to know about our policies?').describe('the question, in the words of the caller'),
  limit: limit(3),
});

export const searchDocumentsTool = (data: BusinessData) =>
  defineTool({
    name: 'search_documents',
    description:
      'Searches the company’s own documents: refunds, fees, disputes, privacy, delivery, cancellations, card limits, ' +
      'opening hours, fraud, data export, closing an account, statements. Use it first for every question that is not ' +
      'about transactions. No results means that the documents do not say.',
    schema,
    effect: 'read',
    timeoutMs: 5_000,
    lateMessage: 'Our documents are taking too long to open. Please ask me again in a minute.',
    async run({ query, limit }, { caller, signal }) {
      const hits = await data.searchDocuments(query, limit, { caller, signal });
      const results = hits.map(({ title, content }) => ({ title, excerpt: excerpt(content, query), content }));
      return { ok: true, data: { results } };
    },
  });
