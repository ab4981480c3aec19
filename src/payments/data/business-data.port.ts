// The business's data, as the tools see it: always on behalf of one caller, whose rights decide what is there.
// Who answers (the embedded database, a PostgreSQL server, Supabase) cannot be told from here.
import type { Access } from '../../database/data.port.js';

/** From a day to a day, YYYY-MM-DD, both included; open where one is missing. */
export interface Period {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** `spent` is an amount of zero or more, `refunded` one below. */
export type Direction = 'spent' | 'refunded';
/** By day, or by the absolute amount; of equals the newest first. */
export type Sort = 'newest' | 'oldest' | 'largest' | 'smallest';
export type GroupBy = 'day' | 'month' | 'category' | 'merchant';

/** Which transactions are meant: those that everything given here fits. */
export interface Selection {
  /** A day in any of them; none is any day. */
  readonly periods?: readonly Period[] | undefined;
  /** In any of them, by what callers call them: accents, case and endings do not matter. None is any category. */
  readonly categories?: readonly string[] | undefined;
  /** Each word begins a word of the description. */
  readonly merchant?: string | undefined;
  /** In none of these: categories, found as those above are, or else words of shops. */
  readonly except?: readonly string[] | undefined;
  readonly direction?: Direction | undefined;
  /** Of the absolute amount, included. */
  readonly minAmount?: number | undefined;
  readonly maxAmount?: number | undefined;
}

export interface TransactionQuery extends Selection {
  readonly clientId: number;
  /** `newest` when absent. */
  readonly sort?: Sort | undefined;
  readonly groupBy?: GroupBy | undefined;
  /** Most rows to list, 10,000 at most; totals cover all. */
  readonly limit: number;
  /** Most groups of a kind to list, 120 when absent, 5,000 at most: the latest days and months, the largest of the others. */
  readonly groupLimit?: number | undefined;
}

/** Amounts are positive for money spent, negative for a refund or credit. Exact up to 15 digits. */
export interface Total {
  readonly count: number;
  readonly total: number;
}

export interface TransactionReport extends Total {
  readonly client: { readonly id: number; readonly name: string };
  /** First day asked for, else the day of the first transaction; null when there is neither. */
  readonly from: string | null;
  readonly to: string | null;
  /** What each category that was asked for was taken for; nothing where the client has none like it. */
  readonly categories: readonly { readonly asked: string; readonly found: readonly string[] }[];
  /** The same of what was to be left out: categories, or else shops; nothing where there is none of it to leave out. */
  readonly except: readonly { readonly asked: string; readonly found: readonly string[] }[];
  /** Categories that the client has, where one was asked for that he has not; 20 at most. */
  readonly knownCategories: readonly string[];
  /** Null when there are no transactions, as the next two. */
  readonly average: number | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  /** ISO 4217, if whoever entered it kept to that. */
  readonly currency: string;
  /** Largest total first; of refunds alone, the most refunded. */
  readonly byCategory: readonly (Total & { readonly category: string })[];
  /** `month` is YYYY-MM, oldest first; the newest of them where there are too many. */
  readonly byMonth: readonly (Total & { readonly month: string })[];
  /** As asked for, when there were several. */
  readonly byPeriod: readonly (Total & { readonly from: string | null; readonly to: string | null })[];
  /** When grouping was asked for. */
  readonly groups?: Groups;
  /** In the order asked for. */
  readonly transactions: readonly {
    readonly date: string;
    readonly description: string;
    readonly category: string;
    readonly amount: number;
  }[];
}

/** `key` is a day (YYYY-MM-DD), a month (YYYY-MM), a category, or a merchant: a description without "Refund from". */
export type Group = Total & { readonly key: string };

export interface Groups {
  /** How many there are, listed or not. */
  readonly count: number;
  /** Of all of them, the one with the largest total, and with the smallest. */
  readonly most: Group | null;
  readonly least: Group | null;
  /** Days and months by time, the newest where there are too many; others by size. */
  readonly list: readonly Group[];
}

export interface FoundClients {
  /** How many fit, listed or not. */
  readonly count: number;
  readonly clients: readonly { readonly id: number; readonly name: string }[];
}

/** Names that come up in a caller's talk, the most frequent first. */
export interface CallerNames {
  readonly clients: readonly string[];
  readonly merchants: readonly string[];
  readonly categories: readonly string[];
}

/** Every method throws a DataError and nothing else. */
export interface BusinessData {
  /** Undefined when there is no such client or the caller may not see it; nobody can tell which. */
  queryTransactions(query: TransactionQuery, access: Access): Promise<TransactionReport | undefined>;
  /**
   * The caller's clients of a name, or of a part of one where nobody has just that name; `limit` of them, by name.
   * Accents and case do not matter.
   */
  findClients(name: string, limit: number, access: Access): Promise<FoundClients>;
  /** `limit` of each: the caller's clients, and the shops and categories of their latest transactions. */
  callerNames(limit: number, access: Access): Promise<CallerNames>;
  /** The client's own e-mail address; undefined when there is none on record, or no such client for this caller. */
  clientEmail(clientId: number, access: Access): Promise<string | undefined>;
}
