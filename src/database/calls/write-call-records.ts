import { DataError } from '../data.port.js';
import type { Database } from '../database.js';
import { sqlStateOf } from '../error-code.js';
import { storableJson } from '../storable-json.js';
import { RowsRefusedError } from './call-record.port.js';
import type { CallRecordRow } from './call-record.port.js';

/** Stores records of calls with the server's rights (callers may only read their own), as CallRecordSink.write says. */
export async function writeCallRecords({ ready, run }: Database, rows: readonly CallRecordRow[]): Promise<void> {
  if (!ready) throw new DataError('unavailable', 'The database has not been reached yet.');
  try {
    await run([{ text: 'select public.record_calls($1::jsonb)', values: [storableJson(rows)] }]);
  } catch (error) {
    const state = sqlStateOf(error) ?? '';
    // Class 22 is data that does not fit, class 23 a constraint that it breaks.
    if (/^2[23]/.test(state)) throw new RowsRefusedError(`The database refuses call records (${state}).`);
    throw error;
  }
}
