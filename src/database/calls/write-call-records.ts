import { ABANDONED, RowsRefusedError } from './call-record.port.js';
import type { CallRecordRow } from './call-record.port.js';
import type { Database } from '../database.js';
import { sqlStateOf } from '../error-code.js';
import { storableJson } from '../storable-json.js';

// A call that several workers have had may have several first and last rows: the earliest and the latest count.
// One parameter a statement, and times as text with their zone, whatever the number of rows.
const STARTED = `
  insert into public.calls (id, owner_id, agent, providers, started_at)
  select distinct on (r."callId") r."callId", r."ownerId", r."agent", r."providers", r."at"
  from jsonb_to_recordset($1::jsonb)
    as r("callId" text, "ownerId" text, "agent" text, "providers" jsonb, "at" timestamptz)
  order by r."callId", r."at"
  on conflict (id) do update
  set started_at = least(calls.started_at, excluded.started_at),
    providers = coalesce(calls.providers, excluded.providers)
  where calls.started_at > excluded.started_at or calls.providers is null`;
const EVENTS = `
  insert into public.call_events (id, call_id, seq, at, kind, text, data)
  select r."id", r."callId", r."seq", r."at", r."kind", r."text", r."data"
  from jsonb_to_recordset($1::jsonb)
    as r("id" uuid, "callId" text, "seq" integer, "at" timestamptz, "kind" text, "text" text, "data" jsonb)
  on conflict (id) do nothing`;
const ENDED = `
  update public.calls c
  set ended_at = r."at", end_reason = r."reason", duration_ms = r."durationMs"
  from (
    select distinct on (e."callId") e.* from jsonb_to_recordset($1::jsonb)
      as e("callId" text, "at" timestamptz, "reason" text, "durationMs" integer)
    order by e."callId", e."reason" = '${ABANDONED}', e."at" desc
  ) r
  where c.id = r."callId" and (c.ended_at is null or (
    r."reason" <> '${ABANDONED}' and (c.end_reason = '${ABANDONED}' or c.ended_at < r."at")
  ))`;

/** Stores records of calls with the server's rights (callers may only read their own), as CallRecordSink.write says. */
export async function writeCallRecords({ ready, run }: Database, rows: readonly CallRecordRow[]): Promise<void> {
  if (!ready) throw new Error('The database has not been reached yet.');
  const of = (type: CallRecordRow['type']) => [storableJson(rows.filter((row) => row.type === type))];
  try {
    await run([
      { text: STARTED, values: of('started') },
      { text: EVENTS, values: of('event') },
      { text: ENDED, values: of('ended') },
    ]);
  } catch (error) {
    const state = sqlStateOf(error) ?? '';
    // Class 22 is data that does not fit, class 23 a constraint that it breaks.
    if (/^2[23]/.test(state)) throw new RowsRefusedError(`The database refuses call records (${state}).`);
    throw error;
  }
}
