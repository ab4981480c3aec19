import type { CallLedger } from '../calls/call-ledger.port.js';
import { DataError } from '../database/data.port.js';
import type { VendorIds } from './dialler.port.js';

/**
 * Writes down what others call a call, for all workers to see; on disk, to be stored when the database is back, where that is
 * away. Rejects when another call has an id, and when nothing is kept.
 */
export async function identify(
  { stored, queued }: { readonly stored: CallLedger; readonly queued: CallLedger },
  callSid: string,
  ids: VendorIds,
): Promise<void> {
  const tell = async (ledger: CallLedger): Promise<void> => {
    for (const { source, id } of ids.externalIds) await ledger.identify(callSid, source, id);
    if (ids.conversationId !== undefined) await ledger.converse(callSid, ids.conversationId);
  };
  try {
    await tell(stored);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    await tell(queued);
  }
}
