import { randomUUID } from 'node:crypto';
import { storedLedger } from '../../src/calls/records/row-ledger.js';
import type { CallLedger } from '../../src/calls/call-ledger.port.js';
import type { CallEventRow, CallRecordRow } from '../../src/database/calls/call-record.port.js';
import { exportCaller } from '../../src/database/calls/export-caller.js';
import { SqlCallStore } from '../../src/database/calls/sql-call-store.js';
import type { Database } from '../../src/database/database.js';

// What records of calls must do, wherever the rows are: src/calls/call-ledger.port.ts, and what the tables refuse.

/** Recordings lie in files, not in the store. */
const NO_AUDIO = {
  read: async function* () {},
};

export function callRecordsContract(name: string, open: () => Promise<Database>): void {
  describe(`records of calls: ${name}`, () => {
    let database: Database;
    let store: SqlCallStore;
    let ledger: CallLedger;
    let callSid: string;
    let ownerId: string;
    const { signal } = new AbortController();
    const refused = { name: 'RowsRefusedError' };
    beforeAll(async () => {
      database = await open();
      store = new SqlCallStore(database);
      ledger = storedLedger(store);
    }, 60_000);
    afterAll(() => database.close());
    beforeEach(() => {
      callSid = randomUUID();
      ownerId = `user ${callSid}`;
    });

    const dial = { direction: 'outbound', channel: 'phone', to: 'tel:+4930123456', agent: 'julia' } as const;
    const openCall = (): Promise<void> => ledger.open({ callSid, ownerId, ...dial });
    const stored = () =>
      database.prisma.call.findUniqueOrThrow({
        where: { callSid },
        include: { events: { orderBy: [{ at: 'asc' }, { seq: 'asc' }] }, transcript: true, tools: true },
      });
    const event = (more: Partial<CallEventRow> = {}): CallEventRow => ({
      type: 'event',
      id: randomUUID(),
      callSid,
      at: new Date().toISOString(),
      kind: 'turn.ended',
      ...more,
    });

    it('have a row before anything happens, and each step of the call after it', async () => {
      await openCall();
      expect(await stored()).toMatchObject({ status: 'created', conversationId: null, endedAt: null, ...toColumns });
      await ledger.move(callSid, 'dialing');
      await ledger.identify(callSid, 'twilio', `CA${callSid}`);
      await ledger.converse(callSid, `conv_${callSid}`);
      await ledger.move(callSid, 'ringing');
      await ledger.move(callSid, 'in_progress');
      await ledger.move(callSid, 'completed', { reason: 'callee', durationMs: 1200 });
      const call = await stored();
      expect(call).toMatchObject({ status: 'completed', endReason: 'callee', durationMs: 1200 });
      expect(call.answeredAt).not.toBeNull();
      expect(call.events.map(({ kind, data }) => [kind, (data as { to: string }).to])).toEqual(
        ['dialing', 'ringing', 'in_progress', 'completed'].map((to) => ['status', to]),
      );
      for (const ref of [
        { callSid },
        { conversationId: `conv_${callSid}` },
        { source: 'twilio', externalId: `CA${callSid}` },
      ]) {
        expect(await store.findCall(ref, signal)).toMatchObject({
          callSid,
          conversationId: `conv_${callSid}`,
          ownerId,
          status: 'completed',
          direction: 'outbound',
          to: dial.to,
        });
      }
      expect(await store.findCall({ callSid: 'nobody' }, signal)).toBeUndefined();
      expect(await store.findCall({ source: 'sip', externalId: `CA${callSid}` }, signal)).toBeUndefined();
    });
    const toColumns = { direction: 'outbound', channel: 'phone', toParty: dial.to, fromParty: null };

    it('keep what came too late in the trail, and change nothing', async () => {
      await openCall();
      for (const status of ['dialing', 'completed', 'ringing', 'in_progress'] as const) {
        await ledger.move(callSid, status);
      }
      const call = await stored();
      expect(call.status).toBe('completed');
      expect(call.events.map(({ kind, data }) => [kind, (data as { to: string }).to])).toEqual([
        ['status', 'dialing'],
        ['status', 'completed'],
        ['status.late', 'ringing'],
        ['status.late', 'in_progress'],
      ]);
    });

    it('say why a call failed', async () => {
      await openCall();
      const error = { code: 'vendor_422', message: 'The number is not valid.' };
      await ledger.move(callSid, 'failed', { reason: error.code, error });
      expect(await stored()).toMatchObject({ status: 'failed', endReason: 'vendor_422', error });
    });

    it('are the same however often the same rows come', async () => {
      await openCall();
      const rows: CallRecordRow[] = [
        { type: 'status', id: randomUUID(), callSid, at: '2026-11-29T10:00:00.000Z', status: 'in_progress' },
        event({ seq: 1, said: { speaker: 'user', text: 'hello' }, turnId: 't1' }),
        event({ seq: 2, kind: 'tool.started', tool: { toolCallId: 'c', name: 'n', arguments: { a: 1 } } }),
        event({ seq: 3, kind: 'tool.finished', tool: { toolCallId: 'c', name: 'n', ok: true, durationMs: 5 } }),
        event({ seq: 4, kind: 'response.completed', responseId: 'r', said: { speaker: 'agent', text: 'hi' } }),
        {
          type: 'usage',
          id: randomUUID(),
          callSid,
          at: '2026-11-29T10:00:01.000Z',
          usage: { turns: 1 },
          cost: { USD: 0.25 },
        },
        {
          type: 'usage',
          id: randomUUID(),
          callSid,
          at: '2026-11-29T10:00:02.000Z',
          usage: { turns: 2 },
          cost: { USD: 0.5 },
        },
        { type: 'status', id: randomUUID(), callSid, at: '2026-11-29T10:01:00.000Z', status: 'completed' },
      ];
      await store.write(rows);
      const once = await stored();
      await store.write(rows);
      await store.write([...rows, ...rows]);
      expect(await stored()).toEqual(once);
      expect(once).toMatchObject({ status: 'completed', durationMs: 60_000, usage: { turns: 3 }, cost: { USD: 0.75 } });
      expect(once.events).toHaveLength(8);
      expect(once.transcript).toHaveLength(2);
      expect(once.tools).toMatchObject([{ toolCallId: 'c', arguments: { a: 1 }, ok: true, durationMs: 5 }]);
    });

    it('keep what a vendor says in the order in which it was said', async () => {
      await openCall();
      const at = (second: number) => new Date(Date.UTC(2026, 10, 29, 10, 0, second));
      for (const second of [3, 1, 2, 2]) {
        const id = `${callSid.slice(0, -1)}${second}`;
        const speaker = second === 2 ? 'agent' : 'user';
        await ledger.say(callSid, [{ id, speaker, text: `${second}`, startedAt: at(second), source: 'elevenlabs' }]);
      }
      const said = await database.prisma.callTranscript.findMany({ where: { callSid }, orderBy: { startedAt: 'asc' } });
      expect(said.map(({ text, speaker, source }) => [text, speaker, source])).toEqual([
        ['1', 'user', 'elevenlabs'],
        ['2', 'agent', 'elevenlabs'],
        ['3', 'user', 'elevenlabs'],
      ]);
    });

    it('give no id of one call to another', async () => {
      await openCall();
      await ledger.identify(callSid, 'twilio', callSid);
      await ledger.converse(callSid, `conv ${callSid}`);
      const other = randomUUID();
      await ledger.open({ callSid: other, ownerId, ...dial });
      await expect(ledger.identify(other, 'twilio', callSid)).rejects.toMatchObject(refused);
      await expect(ledger.converse(other, `conv ${callSid}`)).rejects.toMatchObject(refused);
      await expect(ledger.converse(callSid, 'another')).rejects.toMatchObject(refused);
      await expect(ledger.open({ callSid, ownerId: 'somebody else', ...dial })).rejects.toMatchObject(refused);
      await expect(ledger.move('no such call', 'dialing')).rejects.toMatchObject(refused);
      await expect(ledger.converse('no such call', 'x')).rejects.toMatchObject(refused);
      await ledger.identify(callSid, 'twilio', callSid);
      await ledger.converse(callSid, `conv ${callSid}`);
    });

    it('stay as they are: whose, which way, and under which id', async () => {
      await openCall();
      const change = (data: object) => database.prisma.call.update({ where: { callSid }, data });
      for (const data of [
        { callSid: 'x' },
        { ownerId: 'x' },
        { ownerId: null },
        { direction: 'inbound' },
        { channel: 'web' },
      ]) {
        await expect(change(data)).rejects.toThrow();
      }
    });

    it('have a trail that is only added to, for the server too', async () => {
      await openCall();
      await store.write([event()]);
      const { prisma } = database;
      await expect(prisma.callEvent.updateMany({ where: { callSid }, data: { kind: 'x' } })).rejects.toThrow();
      await expect(prisma.callEvent.deleteMany({ where: { callSid } })).rejects.toThrow();
      await expect(prisma.call.delete({ where: { callSid } })).rejects.toThrow();
      await expect(prisma.$executeRaw`truncate public.call_events`).rejects.toThrow();
      expect((await stored()).events).toHaveLength(1);
    });

    it('are erased with their user, and do not come back with what still waits', async () => {
      await openCall();
      await store.write([event({ said: { speaker: 'user', text: 'a secret' } })]);
      const waits = randomUUID();
      const late: CallRecordRow[] = [
        { type: 'opened', callSid: waits, at: new Date().toISOString(), ownerId, ...dial },
        { type: 'status', id: randomUUID(), callSid: waits, at: new Date().toISOString(), status: 'dialing' },
        event({ callSid: waits, said: { speaker: 'user', text: 'a secret' } }),
        event({ said: { speaker: 'user', text: 'a secret' } }),
      ];
      expect(await store.eraseCaller(ownerId)).toEqual({ calls: 1, artifacts: 0, mails: 0, sideEffects: 0 });
      await store.write(late);
      const left = { where: { callSid: { in: [callSid, waits] } } };
      expect(await database.prisma.call.count(left)).toBe(0);
      expect(await database.prisma.callTranscript.count(left)).toBe(0);
      // Whoever calls again is a caller like any other.
      const again = { callSid: randomUUID(), ownerId };
      await ledger.open({ ...again, ...dial });
      expect(await database.prisma.call.count({ where: again })).toBe(1);
      await expect(store.eraseCaller('')).rejects.toMatchObject({ name: 'DataError' });
    });

    it('are erased when they are old, the oldest first', async () => {
      const row = (day: number): CallRecordRow => ({
        type: 'opened',
        callSid: `${callSid} ${day}`,
        at: `2001-01-0${day}T00:00:00.000Z`,
        ownerId,
        ...dial,
      });
      await store.write([row(3), row(1), row(2), event({ callSid: `${callSid} 1` })]);
      expect(await store.expireCalls(new Date('2001-01-03T00:00:00Z'), 1)).toBe(1);
      const left = () => database.prisma.call.findMany({ where: { ownerId }, orderBy: { callSid: 'asc' } });
      expect((await left()).map(({ callSid: sid }) => sid)).toEqual([`${callSid} 2`, `${callSid} 3`]);
      expect(await store.expireCalls(new Date('2001-01-03T00:00:00Z'), 100)).toBe(1);
      expect(await store.expireCalls(new Date('2001-01-03T00:00:00Z'), 100)).toBe(0);
      expect(await left()).toHaveLength(1);
    });

    it('are exported whole, and nobody else’s', async () => {
      await openCall();
      await store.write([event({ said: { speaker: 'user', text: 'mine' } })]);
      await ledger.identify(callSid, 'twilio', callSid);
      const access = { caller: { userId: ownerId, claims: { sub: ownerId }, accessToken: '' }, signal };
      const artifact = { title: 'T', mediaType: 'text/plain', bytes: Buffer.from('bytes') };
      for (let n = 0; n < 7; n += 1) await store.storeArtifact(`${callSid}-${n}`, artifact, access);
      await store.claimEffect({ key: callSid, callId: callSid, tool: 'n' }, access);
      const pieces: string[] = [];
      for await (const piece of exportCaller(database.prisma, ownerId, NO_AUDIO)) pieces.push(piece);
      const data = JSON.parse(pieces.join('')) as Record<string, unknown[]>;
      expect(data).toMatchObject({
        user: ownerId,
        calls: [
          { callSid, externalIds: [{ id: callSid }], transcript: [{ text: 'mine' }], events: [{ kind: 'turn.ended' }] },
        ],
        sideEffects: [{ key: callSid }],
        mails: [],
      });
      expect(data['artifacts']).toHaveLength(7);
      expect(data['artifacts']?.[0]).toMatchObject({ base64: Buffer.from('bytes').toString('base64') });
    });
  });
}
