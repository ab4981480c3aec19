import { textOf } from '../error-code.js';
import { DataError } from './business-data.port.js';
import type { Access, DataErrorCode } from './business-data.port.js';

/** The SQL functions of the migrations, with the types of their arguments, in order. */
export const BUSINESS_FUNCTIONS = {
  query_transactions: { p_client_id: 'integer', p_from: 'date', p_to: 'date', p_category: 'text', p_limit: 'integer' },
  search_documents: { p_query: 'text', p_limit: 'integer' },
  store_artifact: { p_name: 'text', p_title: 'text', p_media_type: 'text', p_base64: 'text' },
  read_artifact: { p_name: 'text' },
  claim_outbox: { p_key: 'text', p_kind: 'text', p_recipient: 'text', p_subject: 'text', p_client_id: 'integer' },
  settle_outbox: { p_key: 'text', p_status: 'text' },
} as const;

export type BusinessFunction = keyof typeof BUSINESS_FUNCTIONS;
export type BusinessArguments<F extends BusinessFunction> = Readonly<
  Record<keyof (typeof BUSINESS_FUNCTIONS)[F] & string, string | number | null>
>;

/** Calls one of the functions with the caller's rights and returns its JSON. Throws DataError. */
export interface BusinessRpc {
  call<F extends BusinessFunction>(name: F, args: BusinessArguments<F>, access: Access): Promise<unknown>;
}

/** What an aborted signal means: its deadline passed, or the caller no longer wants the answer. */
export function abortedError(signal: AbortSignal): DataError {
  return textOf(signal.reason, 'name') === 'TimeoutError'
    ? new DataError('timeout', 'The database did not answer in time.')
    : new DataError('cancelled', 'The query was cancelled.');
}

/** What a SQLSTATE (PostgreSQL manual, appendix A) means to us; undefined for a fault of ours. */
export function codeOfSqlState(state: string): DataErrorCode | undefined {
  if (state === '57014') return 'timeout';
  if (state === '42501' || state.startsWith('28')) return 'forbidden';
  if (/^(08|53|57P)/.test(state)) return 'unavailable';
  return undefined;
}
