import { NotKeptError } from '../calls/call-ledger.port.js';
import { DataError } from '../database/data.port.js';
import { refusal } from '../rest/refusal.js';

/** A request that was well and could not be kept is worth sending again; anything else is thrown as it is. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof NotKeptError) {
    return refusal(503, 'not_kept', 'The event could not be written down in time: send it again.');
  }
  if (error instanceof DataError) {
    const status = error.code === 'failed' || error.code === 'forbidden' ? 500 : 503;
    return refusal(status, `data_${error.code}`, `${error.message} Send the event again.`);
  }
  return error;
}
