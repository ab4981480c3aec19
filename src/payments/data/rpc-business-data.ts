import { z } from 'zod';
import type { Access } from '../../database/data.port.js';
import type { CallerRpc, SqlFunction } from '../../database/rpc/caller-rpc.port.js';
import { parseRow } from '../../database/rpc/data-errors.js';
import type { DocumentHit } from '../../tools/search-documents/documents.port.js';
import type { BusinessData, TransactionQuery, TransactionReport } from './business-data.port.js';

const QUERY_TRANSACTIONS = {
  name: 'query_transactions',
  args: { p_client_id: 'integer', p_from: 'date', p_to: 'date', p_category: 'text', p_limit: 'integer' },
} as const satisfies SqlFunction;
const SEARCH_DOCUMENTS = {
  name: 'search_documents',
  args: { p_query: 'text', p_limit: 'integer' },
} as const satisfies SqlFunction;

const groupSchema = z.object({ count: z.number(), total: z.number() });

const reportSchema = z
  .object({
    client: z.object({ id: z.number(), name: z.string() }),
    from: z.string().nullable(),
    to: z.string().nullable(),
    count: z.number(),
    total: z.number(),
    currency: z.string(),
    by_category: z.array(groupSchema.extend({ category: z.string() })),
    by_month: z.array(groupSchema.extend({ month: z.string() })),
    transactions: z.array(
      z.object({ date: z.string(), description: z.string(), category: z.string(), amount: z.number() }),
    ),
  })
  .nullable();

const hitsSchema = z.array(z.object({ title: z.string(), content: z.string(), score: z.number() }));

/** BusinessData over the SQL functions, wherever they run. */
export class RpcBusinessData implements BusinessData {
  constructor(private readonly rpc: CallerRpc) {}

  async queryTransactions(query: TransactionQuery, access: Access): Promise<TransactionReport | undefined> {
    const { clientId, from = null, to = null, category = null, limit } = query;
    const row = parseRow(
      reportSchema,
      await this.rpc.call(
        QUERY_TRANSACTIONS,
        { p_client_id: clientId, p_from: from, p_to: to, p_category: category, p_limit: limit },
        access,
      ),
    );
    if (row === null) return undefined;
    const { by_category: byCategory, by_month: byMonth, ...rest } = row;
    return { ...rest, byCategory, byMonth };
  }

  async searchDocuments(query: string, limit: number, access: Access): Promise<readonly DocumentHit[]> {
    return parseRow(hitsSchema, await this.rpc.call(SEARCH_DOCUMENTS, { p_query: query, p_limit: limit }, access));
  }
}
