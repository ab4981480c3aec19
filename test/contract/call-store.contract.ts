import { randomUUID } from 'node:crypto';
import type { CallRecordRow } from '../../src/database/calls/call-record.port.js';
import type { CallStatus } from '../../src/database/calls/call-status.port.js';
import type { CallStore } from '../../src/database/calls/call-store.port.js';
import type { Database } from '../../src/database/database.js';
import { SqlCallStore } from '../../src/database/calls/sql-call-store.js';
import { callerOf } from '../support/database.js';

// What every CallStore must do, wherever the rows are (src/database/calls/call-store.port.ts as tests).

export interface CallStoreHarness {
  readonly store: CallStore;
  /** What is stored of a call. */
  call(id: string): Promise<{ startedAt: Date; endedAt: Date | null; endReason: string | null }>;
  close(): Promise<void>;
}

/** A call store in an open database, which is closed with it. */
export const callStoreIn = (database: Database): CallStoreHarness => ({
  store: new SqlCallStore(database),
  call: (id) =>
    database.prisma.call.findUniqueOrThrow({
      where: { callSid: id },
      select: { startedAt: true, endedAt: true, endReason: true },
    }),
  close: () => database.close(),
});

const accessOf = (userId: string, signal = new AbortController().signal) => ({ caller: callerOf(userId), signal });

export function callStoreContract(name: string, open: () => Promise<CallStoreHarness>): void {
  describe(`CallStore: ${name}`, () => {
    let harness: CallStoreHarness;
    beforeAll(async () => {
      harness = await open();
    }, 60_000);
    afterAll(() => harness.close());

    describe('artifacts', () => {
      it('gives them back to their owner, byte by byte, and to nobody else', async () => {
        const name = `${randomUUID()}.bin`;
        const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
        await harness.store.storeArtifact(
          name,
          { title: 'All bytes', mediaType: 'image/png', bytes },
          accessOf('demo'),
        );
        const read = await harness.store.readArtifact(name, accessOf('demo'));
        expect(read).toMatchObject({ title: 'All bytes', mediaType: 'image/png' });
        expect(Buffer.from(read?.bytes ?? []).equals(bytes)).toBe(true);
        expect(await harness.store.readArtifact(name, accessOf('other'))).toBeUndefined();
        expect(await harness.store.readArtifact('no-such-name', accessOf('demo'))).toBeUndefined();

        // A signed link is nobody's: the server reads it for whoever has it.
        const { signal } = new AbortController();
        const linked = await harness.store.readLinkedArtifact(name, signal);
        expect(linked).toMatchObject({ title: 'All bytes', mediaType: 'image/png' });
        expect(Buffer.from(linked?.bytes ?? []).equals(bytes)).toBe(true);
        expect(await harness.store.readLinkedArtifact('no-such-name', signal)).toBeUndefined();
      });

      it('keeps nothing for a caller without an identity', async () => {
        const artifact = { title: 'x', mediaType: 'text/plain', bytes: Buffer.from('x') };
        await expect(harness.store.storeArtifact(randomUUID(), artifact, accessOf(''))).rejects.toThrow();
      });

      it('stops waiting when the signal is aborted', async () => {
        const stop = new AbortController();
        stop.abort();
        const cancelled = { name: 'DataError', code: 'cancelled' };
        await expect(harness.store.readArtifact('x', accessOf('demo', stop.signal))).rejects.toMatchObject(cancelled);
        await expect(harness.store.readLinkedArtifact('x', stop.signal)).rejects.toMatchObject(cancelled);
      });
    });

    describe('side effects', () => {
      const effect = (key: string) => ({ key, callId: 'call', tool: 'send_email_report' });

      it('lets one of many claim a key', async () => {
        const key = randomUUID();
        const claims = await Promise.all(
          Array.from({ length: 8 }, () => harness.store.claimEffect(effect(key), accessOf('demo'))),
        );
        expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1);
        expect(claims.filter(({ claimed }) => !claimed)).toEqual(
          Array.from({ length: 7 }, () => ({ claimed: false, status: 'running' })),
        );
      });

      it('tells who asks again what came of it', async () => {
        const outcome = { ok: true, data: { recipient: 'john@example.com', odd: 'nul \u0000 and half of \ud83d' } };
        for (const result of ['done', 'unknown'] as const) {
          const key = randomUUID();
          await harness.store.claimEffect(effect(key), accessOf('demo'));
          await harness.store.settleEffect(key, result, outcome, accessOf('demo'));
          expect(await harness.store.claimEffect(effect(key), accessOf('demo'))).toEqual({
            claimed: false,
            status: result,
            outcome: { ok: true, data: { recipient: 'john@example.com', odd: 'nul \ufffd and half of \ufffd' } },
          });
        }
      });

      it('opens one that failed to another try, without the old outcome', async () => {
        const key = randomUUID();
        await harness.store.claimEffect(effect(key), accessOf('demo'));
        await harness.store.settleEffect(key, 'failed', { ok: false }, accessOf('demo'));
        expect(await harness.store.claimEffect(effect(key), accessOf('demo'))).toEqual({ claimed: true });
        expect(await harness.store.claimEffect(effect(key), accessOf('demo'))).toEqual({
          claimed: false,
          status: 'running',
        });
      });

      it('is settled once: a late word of another changes nothing', async () => {
        const key = randomUUID();
        await harness.store.claimEffect(effect(key), accessOf('demo'));
        await harness.store.settleEffect(key, 'done', { ok: true }, accessOf('demo'));
        await harness.store.settleEffect(key, 'failed', undefined, accessOf('demo'));
        expect(await harness.store.claimEffect(effect(key), accessOf('demo'))).toEqual({
          claimed: false,
          status: 'done',
          outcome: { ok: true },
        });
      });

      it('keeps no outcome that is too large, and the rest of it', async () => {
        const key = randomUUID();
        await harness.store.claimEffect(effect(key), accessOf('demo'));
        await harness.store.settleEffect(key, 'done', { text: 'x'.repeat(1_000_000) }, accessOf('demo'));
        expect(await harness.store.claimEffect(effect(key), accessOf('demo'))).toEqual({
          claimed: false,
          status: 'done',
        });
      });

      it('keeps the keys of two callers apart, and takes none without an identity', async () => {
        const key = randomUUID();
        await harness.store.claimEffect(effect(key), accessOf('demo'));
        await harness.store.settleEffect(key, 'done', { secret: 1 }, accessOf('other'));
        expect(await harness.store.claimEffect(effect(key), accessOf('other'))).toEqual({ claimed: true });
        expect(await harness.store.claimEffect(effect(key), accessOf('demo'))).toEqual({
          claimed: false,
          status: 'running',
        });
        await expect(harness.store.claimEffect(effect(key), accessOf(''))).rejects.toMatchObject({ name: 'DataError' });
      });
    });

    describe('records of calls', () => {
      const first = (callSid: string, at: string): CallRecordRow => ({
        type: 'opened',
        callSid,
        ownerId: 'demo',
        agent: 'julia',
        direction: 'inbound',
        channel: 'web',
        at,
      });
      const status = (callSid: string, to: CallStatus, at: string, reason?: string): CallRecordRow => ({
        type: 'status',
        id: randomUUID(),
        callSid,
        at,
        status: to,
        ...(reason === undefined ? {} : { reason, durationMs: 1 }),
      });

      it.each([
        ['in one write', (rows: readonly CallRecordRow[]) => [rows]],
        ['one by one', (rows: readonly CallRecordRow[]) => rows.map((row) => [row])],
        ['the later worker’s first', (rows: readonly CallRecordRow[]) => rows.toReversed().map((row) => [row])],
      ])('make one call of what two workers wrote: %s', async (_how, batches) => {
        const callId = randomUUID();
        const firsts = [first(callId, '2026-11-28T10:00:00.000Z'), first(callId, '2026-11-28T10:05:00.000Z')] as const;
        await harness.store.write([firsts[0], status(callId, 'in_progress', '2026-11-28T10:00:00.000Z')]);
        const lasts = [
          status(callId, 'completed', '2026-11-28T10:04:00.000Z', 'disconnected'),
          status(callId, 'completed', '2026-11-28T10:09:00.000Z', 'client'),
        ];
        for (const rows of [...batches(firsts), ...batches(lasts)]) await harness.store.write(rows);
        expect(await harness.call(callId)).toEqual({
          startedAt: new Date('2026-11-28T10:00:00.000Z'),
          endedAt: new Date('2026-11-28T10:09:00.000Z'),
          endReason: 'client',
        });
      });
    });
  });
}
