// The business's data, as the tools see it: always on behalf of one caller, whose rights decide what is there.
// Who answers (the embedded database, a PostgreSQL server, Supabase) cannot be told from here.
import type { Access } from '../../database/data.port.js';
import type { Documents } from '../../tools/search-documents/documents.port.js';

export interface TransactionQuery {
  readonly clientId: number;
  /** First day, YYYY-MM-DD. */
  readonly from?: string | undefined;
  /** Last day, YYYY-MM-DD. */
  readonly to?: string | undefined;
  readonly category?: string | undefined;
  /** Most rows to list; totals cover all. */
  readonly limit: number;
}

/** Amounts are positive for money spent, negative for a refund or credit. */
export interface TransactionReport {
  readonly client: { readonly id: number; readonly name: string };
  /** First day asked for, else the day of the first transaction; null when there is neither. */
  readonly from: string | null;
  readonly to: string | null;
  readonly count: number;
  readonly total: number;
  /** ISO 4217. */
  readonly currency: string;
  /** Largest total first. */
  readonly byCategory: readonly { readonly category: string; readonly count: number; readonly total: number }[];
  /** `month` is YYYY-MM, oldest first. */
  readonly byMonth: readonly { readonly month: string; readonly count: number; readonly total: number }[];
  /** Newest first. */
  readonly transactions: readonly {
    readonly date: string;
    readonly description: string;
    readonly category: string;
    readonly amount: number;
  }[];
}

/** Every method throws a DataError and nothing else. */
export interface BusinessData extends Documents {
  /** Undefined when there is no such client or the caller may not see it; nobody can tell which. */
  queryTransactions(query: TransactionQuery, access: Access): Promise<TransactionReport | undefined>;
}
