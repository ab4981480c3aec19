import type { Database } from '../../database/database.js';
import type { Documents } from '../../documents/documents.port.js';
import type { BusinessData } from './business-data.port.js';

const REPORT_AND_SEARCH = `
  select public.report_transactions(c.id, '{}'), public.search_documents('refund policy') from public.clients c limit 1`;

/** Compiles and plans what the first question of the first caller would otherwise wait 100 ms for. Never throws. */
export async function warmUp(database: Database, data: BusinessData, documents: Documents): Promise<void> {
  const access = { caller: { userId: '', claims: {}, accessToken: '' }, signal: AbortSignal.timeout(5_000) };
  await Promise.allSettled([
    // With the server's rights, because the code that handles rows is compiled when there are some.
    database.run([{ text: REPORT_AND_SEARCH, values: [] }]),
    data.queryTransactions({ clientId: 0, limit: 1 }, access),
    // By words alone: no model is loaded for it.
    documents.searchDocuments({ words: 'refund policy', question: '' }, 1, access),
  ]);
}
