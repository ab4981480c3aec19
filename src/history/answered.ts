import { DataError } from '../database/data.port.js';
import type { DataErrorCode } from '../database/data.port.js';
import { refusal } from '../rest/refusal.js';

const STATUSES: Readonly<Record<DataErrorCode, number>> = {
  unavailable: 503,
  timeout: 503,
  cancelled: 503,
  forbidden: 403,
  failed: 500,
};

/** What the database answers, or why it does not, for the client. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DataError) || error.code === 'failed') throw error;
    const message = error.code === 'forbidden' ? 'The database does not know this caller.' : AWAY;
    throw refusal(STATUSES[error.code], error.code, message, { cause: error });
  }
}

const AWAY = 'Records of calls cannot be read at the moment; try again.';
