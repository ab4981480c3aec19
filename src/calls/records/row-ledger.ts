import { randomUUID } from 'node:crypto';
import { serverVersion } from '../../config/server-version.js';
import type { CallRecordRow } from '../../database/calls/call-record.port.js';
import type { CallStatus } from '../../database/calls/call-status.port.js';
import { RowsRefusedError } from '../../database/calls/call-record.port.js';
import type { CallRecordSink } from '../../database/calls/call-record.port.js';
import { asDataError } from '../../database/rpc/data-errors.js';
import { untilAborted } from '../../database/rpc/run-statements.js';
import { DataError } from '../../database/data.port.js';
import { NotKeptError } from '../call-ledger.port.js';
import type { CallLedger, LedgerEvent, NewCall, SaidEntry, StatusDetail } from '../call-ledger.port.js';

/** Longest wait for the database, ms. */
const STORE_MS = 5_000;
/** How long the disk may take, ms: nobody hears the wait, and not every sender sends again. */
const DISK_MS = 5_000;

/** Makes rows of what it is told, and gives them to somebody who keeps them, or rejects. */
class RowLedger implements CallLedger {
  /** @param serverVersion of this server */
  constructor(
    private readonly keep: (rows: readonly CallRecordRow[]) => Promise<void>,
    private readonly serverVersion: string,
  ) {}

  open(call: NewCall): Promise<void> {
    return this.keep([{ type: 'opened', at: iso(), serverVersion: this.serverVersion, ...call }]);
  }

  move(callSid: string, status: CallStatus, { at, id = randomUUID(), ...detail }: StatusDetail = {}): Promise<void> {
    return this.keep([{ type: 'status', id, callSid, at: iso(at), status, ...detail }]);
  }

  identify(callSid: string, source: string, externalId: string): Promise<void> {
    return this.keep([{ type: 'ids', callSid, at: iso(), source, externalId }]);
  }

  converse(callSid: string, conversationId: string): Promise<void> {
    return this.keep([{ type: 'ids', callSid, at: iso(), conversationId }]);
  }

  say(callSid: string, entries: readonly SaidEntry[]): Promise<void> {
    const rows = entries.map(({ id, startedAt, endedAt, ...said }): CallRecordRow => {
      const times = { startedAt: iso(startedAt), ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }) };
      return { type: 'event', id, callSid, at: iso(), kind: 'said', said: { ...said, ...times } };
    });
    return this.keep(rows);
  }

  note(callSid: string, events: readonly LedgerEvent[]): Promise<void> {
    return this.keep(events.map(({ at, ...event }) => ({ type: 'event', callSid, at: iso(at), ...event })));
  }

  charge(callSid: string, id: string, cost: Readonly<Record<string, number>>): Promise<void> {
    return this.keep([{ type: 'usage', id, callSid, at: iso(), cost }]);
  }
}

const iso = (date = new Date()): string => date.toISOString();

/** See CALL_LEDGER. */
export const storedLedger = (store: CallRecordSink, version = serverVersion().full): CallLedger =>
  new RowLedger(async (rows) => {
    try {
      await untilAborted(store.write(rows), AbortSignal.timeout(STORE_MS));
    } catch (error) {
      throw error instanceof RowsRefusedError || error instanceof DataError ? error : asDataError(error);
    }
  }, version);

/** See QUEUED_CALL_LEDGER. */
export const queuedLedger = (
  queue: { keep(rows: readonly CallRecordRow[], withinMs: number): Promise<boolean> },
  version: string,
): CallLedger =>
  new RowLedger(async (rows) => {
    if (!(await queue.keep(rows, DISK_MS))) throw new NotKeptError();
  }, version);
