import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { SmallDisk } from '../../../test/fakes/small-disk.js';
import { callerOf, openTestDatabase } from '../../../test/support/database.js';
import { waitFor } from '../../../test/support/wait-for.js';
import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { SqlCallStore } from '../../database/calls/sql-call-store.js';
import type { Database } from '../../database/database.js';
import type { CallInfo } from '../call-observer.port.js';
import { isEnd } from '../../database/calls/call-status.port.js';
import { RowsRefusedError } from '../../database/calls/call-record.port.js';
import type { CallRecordRow, CallRecordSink, CallStatusRow } from '../../database/calls/call-record.port.js';
import { CallRecorder } from './call-recorder.js';
import type { CallRecorderOptions } from './call-recorder.js';
import { QueueOwner } from './queue-owner.js';

const call = (sessionId: string, userId = 'demo'): CallInfo => ({
  sessionId,
  userId,
  agent: 'julia',
  providers: { stt: 'pocketsphinx', llm: 'rules', tts: 'flite' },
});
const said = (text: string): ConversationEvent => ({ type: 'turn.ended', turnId: 't', text });
const ended: ConversationEvent = { type: 'session.ended', reason: 'client', durationMs: 1234.5 };

const now = (): string => new Date().toISOString();

/** A sink whose state can be switched, and that remembers what it took. */
class SwitchedSink implements CallRecordSink {
  readonly rows: CallRecordRow[] = [];
  isAway = false;
  writes = 0;
  refuses: (row: CallRecordRow) => boolean = () => false;
  hangs = false;

  async write(rows: readonly CallRecordRow[]): Promise<void> {
    this.writes += 1;
    if (this.hangs) await new Promise<never>(() => undefined);
    if (this.isAway) throw new Error('away');
    if (rows.some(this.refuses)) throw new RowsRefusedError('one of them');
    this.rows.push(...rows);
  }
}

describe('CallRecorder', () => {
  let folder: string;
  let warnings: string[];
  const open: CallRecorder[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-records-'));
    warnings = [];
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(open.splice(0).map((recorder) => recorder.close(0)));
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (sink: CallRecordSink, options: Partial<CallRecorderOptions> = {}) => {
    const log = { warn: (message: string) => warnings.push(message) };
    const recorder = await CallRecorder.start(sink, {
      folder,
      intervalMs: 10,
      maxBackoffMs: 20,
      endsWithProcess: true,
      version: '1.2.3+abcdef1',
      log,
      ...options,
    });
    open.push(recorder);
    return recorder;
  };
  const deadPid = async (): Promise<number> => {
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.once('exit', resolve));
    return dead.pid ?? 0;
  };
  it('writes nobody down, and ends the call with its process, where its agent keeps nothing', async () => {
    const sink = new SwitchedSink();
    const recorder = await start(sink, { endsWithProcess: false });
    const route = { direction: 'inbound', channel: 'phone', from: 'tel:+14155550132', to: 'tel:+14155550178' } as const;
    const zero: CallInfo = { ...call('s', 'tel:+14155550132'), route, privacy: { level: 'zero' } };
    await recorder.asked({ ...zero, route, privacy: 'zero' });
    recorder.started(zero);
    recorder.event(zero, said('my card'), 1);
    recorder.event(zero, { type: 'error', code: 'internal', message: 'of my card', fatal: true }, 2);
    await waitFor(() => sink.rows.length === 5, 5_000);
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    for (const text of [JSON.stringify(sink.rows), ...files]) expect(text).not.toMatch(/\+1415|my card/);
    // Whoever finds the process dead ends its call: no other process could go on with it.
    await waitFor(
      () =>
        readdirSync(folder).some(
          (name) => name.endsWith('.calls') && readFileSync(join(folder, name), 'utf8').includes('"s"'),
        ),
      5_000,
    );
    recorder.event(zero, ended, 3);
  });

  const segments = (of = folder) => readdirSync(of).filter((name) => /\.(open|jsonl)$/.test(name));
  const textsOf = (rows: readonly CallRecordRow[]) =>
    rows.flatMap((row) => (row.type === 'event' ? [row.said?.text] : []));

  it('has the turns that were taken wrongly in the trail', async () => {
    const sink = new SwitchedSink();
    const recorder = await start(sink);
    recorder.transition(call('s'), { type: 'turn.misjudged', fault: 'false_cut_off', turnId: 't1' });
    recorder.transition(call('s'), { type: 'silence.cut', silenceMs: 210, cutMs: 150 });
    await waitFor(() => sink.rows.length > 0);
    expect(sink.rows).toMatchObject([{ type: 'event', callSid: 's', kind: 'turn.false_cut_off', turnId: 't1' }]);
  });

  it('stores what was said, in order, and leaves no file', async () => {
    const sink = new SwitchedSink();
    const recorder = await start(sink);
    recorder.started(call('s'));
    for (const [seq, text] of ['one', 'two', 'three'].entries()) recorder.event(call('s'), said(text), seq);
    recorder.event(call('s'), { type: 'response.text', responseId: 'r', delta: 'not kept' }, 3);
    recorder.event(call('s'), ended, 4);
    await waitFor(() => sink.rows.length === 7);
    expect(sink.rows.map((row) => row.type)).toEqual([
      'opened',
      'status',
      'event',
      'event',
      'event',
      'usage',
      'status',
    ]);
    expect(sink.rows[0]).toMatchObject({ serverVersion: '1.2.3+abcdef1' });
    expect(sink.rows.at(-2)).toMatchObject({ usage: { turns: 3 } });
    expect(sink.rows.at(-1)).toMatchObject({ status: 'completed', reason: 'client', durationMs: 1235 });
    expect(textsOf(sink.rows)).toEqual(['one', 'two', 'three']);
    expect(sink.rows.flatMap((row) => (row.type === 'event' ? [row.seq] : []))).toEqual([0, 1, 2]);
    await waitFor(() => segments().length === 0 && recorder.stats.waitingBytes === 0);
    expect(recorder.stats).toEqual({ waitingBytes: 0, stored: 7, dropped: 0, refused: 0 });
  });

  describe('before a call begins', () => {
    const asked = {
      sessionId: 's',
      userId: 'demo',
      agent: 'nobody',
      route: { direction: 'inbound', channel: 'web' },
    } as const;

    it('has its row on disk before it goes on, with the store away', async () => {
      const sink = new SwitchedSink();
      sink.isAway = true;
      const recorder = await start(sink, { intervalMs: 60_000 });
      await recorder.asked(asked);
      const written = segments().map((name) => readFileSync(join(folder, name), 'utf8'));
      expect(written.map((text) => JSON.parse(text) as unknown)).toMatchObject([
        { type: 'opened', callSid: 's', ownerId: 'demo', agent: 'nobody', direction: 'inbound', channel: 'web' },
      ]);
    });

    it('does not wait long for a disk that hangs, and says so', async () => {
      const { promise: back, resolve } = Promise.withResolvers<void>();
      const nothing = async () => undefined;
      const file = { appendFile: () => back, datasync: nothing, truncate: nothing, close: nothing };
      const recorder = await start(new SwitchedSink(), { intervalMs: 60_000, openFile: async () => file });
      await recorder.asked(asked);
      expect(warnings.join()).toMatch(/in memory only/);
      resolve();
    });

    it('says why it did not begin', async () => {
      const sink = new SwitchedSink();
      const recorder = await start(sink);
      await recorder.asked(asked);
      recorder.notBegun(asked, { status: 'refused', error: { code: 'unknown_agent', message: 'There is none.' } });
      await waitFor(() => sink.rows.length === 2);
      expect(sink.rows.at(-1)).toMatchObject({ status: 'refused', reason: 'unknown_agent' });
    });

    const isListed = (): boolean =>
      readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.calls')) ?? ''), 'utf8').includes(
        '"s"',
      );

    it('ends it when its process is killed before others know of it, where calls go on elsewhere', async () => {
      const recorder = await start(new SwitchedSink(), { endsWithProcess: false });
      await recorder.asked(asked);
      recorder.started(call('s'));
      recorder.transition(call('s'), { type: 'checkpoint', result: 'away', ms: 1 });
      // The next list is written with what was said by now.
      await recorder.asked({ ...asked, sessionId: 'another' });
      expect(isListed()).toBe(true);
      recorder.transition(call('s'), { type: 'checkpoint', result: 'saved', ms: 1 });
      await waitFor(() => !isListed());
    });

    it('ends it when its process is killed before it has begun, wherever calls go on', async () => {
      const killed = await start(new SwitchedSink(), { intervalMs: 60_000, endsWithProcess: false });
      await killed.asked(asked);
      // At once, or a kill in the next moment would leave it without an end.
      expect(isListed()).toBe(true);
      const left = mkdtempSync(join(tmpdir(), 'parley-records-'));
      const pid = await deadPid();
      for (const name of readdirSync(folder)) {
        copyFileSync(join(folder, name), join(left, name.replace(`~${process.pid}~`, `~${pid}~`)));
      }
      const sink = new SwitchedSink();
      await start(sink, { folder: left, endsWithProcess: false });
      await waitFor(() => sink.rows.some((row) => row.type === 'status' && row.status === 'abandoned'));
      expect(sink.rows[0]).toMatchObject({ type: 'opened', callSid: 's' });
      rmSync(left, { recursive: true });
    });
  });

  it('keeps the rows while the store is away, and stores each once when it is back', async () => {
    const sink = new SwitchedSink();
    sink.isAway = true;
    const recorder = await start(sink);
    recorder.started(call('s'));
    for (let n = 0; n < 250; n += 1) recorder.event(call('s'), said(`${n}`), n);
    await waitFor(() => sink.writes >= 3);
    expect(sink.rows).toEqual([]);
    expect(warnings).toHaveLength(1);
    sink.isAway = false;
    await waitFor(() => sink.rows.length === 252);
    expect(textsOf(sink.rows)).toEqual(Array.from({ length: 250 }, (_, n) => `${n}`));
    await waitFor(() => recorder.stats.waitingBytes === 0);
  });

  it('stores at the next start what a stopped process had left', async () => {
    const away = new SwitchedSink();
    away.isAway = true;
    const first = await start(away);
    first.started(call('s'));
    first.event(call('s'), said('before the restart'), 1);
    await first.close(50);

    const sink = new SwitchedSink();
    await start(sink);
    await waitFor(() => sink.rows.length === 3);
    expect(textsOf(sink.rows)).toEqual(['before the restart']);
  });

  const firstRow = JSON.stringify({ type: 'started', callId: 's', ownerId: 'demo', agent: 'julia', at: now() });

  it('takes over what a killed process had left, also a line that was cut short', async () => {
    writeFileSync(join(folder, `${hostname()}~${await deadPid()}~abc~00000001.open`), `${firstRow}\n{"type":"eve`);
    const sink = new SwitchedSink();
    await start(sink);
    await waitFor(() => sink.rows.length === 2 && segments().length === 0);
  });

  it('takes over the queue of another host when nothing was heard of it for minutes, and not before', async () => {
    const files = ['another-host~1~abc~00000001.open', 'another-host~1~abc.calls'].map((name) => join(folder, name));
    for (const [index, file] of files.entries()) writeFileSync(file, ['[]', `${firstRow}\n`][1 - index] ?? '');
    const sink = new SwitchedSink();
    const adoptions = jest.spyOn(QueueOwner.prototype, 'dead');
    await start(sink, { adoptEveryMs: 10 });
    await waitFor(() => adoptions.mock.calls.length > 3);
    expect(sink.rows).toEqual([]);
    const silentFor = (ms: number) => utimesSync(files[1] ?? '', new Date(), new Date(Date.now() - ms));
    utimesSync(files[0] ?? '', new Date(), new Date(Date.now() - 600_000));
    silentFor(60_000);
    await waitFor(() => adoptions.mock.calls.length > 6);
    expect(sink.rows).toEqual([]);
    silentFor(200_000);
    await waitFor(() => sink.rows.length === 2 && !readdirSync(folder).some((name) => name.startsWith('another-host')));
  });

  it('leaves a process alone that lives, however long it had nothing to say', async () => {
    const unstored = new SwitchedSink();
    unstored.isAway = true;
    const living = await start(unstored);
    living.started(call('living'));
    await waitFor(() => segments().length > 0);
    const adoptions = jest.spyOn(QueueOwner.prototype, 'dead');
    const sink = new SwitchedSink();
    const other = await start(sink, { adoptEveryMs: 10, folder });
    other.started(call('mine'));
    await waitFor(() => sink.rows.length > 0 && adoptions.mock.calls.length > 3);
    // Files of this very pid are a predecessor's only when a process starts: the second recorder here is that start.
    expect(adoptions.mock.calls.slice(1).every(([isFirst]) => !isFirst)).toBe(true);
    unstored.isAway = false;
    living.event(call('living'), said('still mine'), 1);
    await waitFor(() => textsOf(unstored.rows).includes('still mine'));
  });

  it.each([
    ['ends the calls of a killed process, and no others', true],
    ['leaves the calls of a killed process to those who go on with them', false],
  ])('%s', async (_, endsWithProcess) => {
    const killed = await start(new SwitchedSink(), { intervalMs: 60_000, endsWithProcess });
    for (const id of ['hung up', 'cut off', 'cut off too']) killed.started(call(id));
    killed.event(call('hung up'), ended, 1);
    const listed = () => {
      const [file] = readdirSync(folder).filter((name) => name.endsWith('.calls'));
      return readFileSync(join(folder, file ?? ''), 'utf8');
    };
    if (endsWithProcess) await waitFor(() => /cut off too/.test(listed()) && !/hung up/.test(listed()));
    await waitFor(() => segments().length > 0);

    // Its files as they stand, with the name of a process that is gone.
    const left = mkdtempSync(join(tmpdir(), 'parley-records-'));
    const pid = await deadPid();
    for (const name of readdirSync(folder)) {
      copyFileSync(join(folder, name), join(left, name.replace(`~${process.pid}~`, `~${pid}~`)));
    }
    const sink = new SwitchedSink();
    await start(sink, { folder: left });
    const ends = () =>
      sink.rows.flatMap((row) =>
        row.type === 'status' && isEnd(row.status) ? [`${row.callSid}: ${row.status} ${row.reason}`] : [],
      );
    await waitFor(() => ends().length >= (endsWithProcess ? 3 : 1) && segments(left).length === 0);
    expect(ends().toSorted()).toEqual(
      endsWithProcess
        ? ['cut off too: abandoned abandoned', 'cut off: abandoned abandoned', 'hung up: completed client']
        : ['hung up: completed client'],
    );
    rmSync(left, { recursive: true });
  });

  describe('on a disk that is full', () => {
    const talk = (recorder: CallRecorder, events: number) => {
      recorder.started(call('s'));
      for (let n = 0; n < events; n += 1) recorder.event(call('s'), said(`${n} ${'x'.repeat(500)}`), n);
    };
    const numbers = (sink: SwitchedSink) => textsOf(sink.rows).map((text) => Number.parseInt(text ?? '', 10));

    it.each([0, 1, 10_000, 100_000, 200_001])(
      'with %d bytes left: every row is stored once, in order',
      async (free) => {
        const sink = new SwitchedSink();
        const recorder = await start(sink, { openFile: new SmallDisk(free).open });
        talk(recorder, 1000);
        await waitFor(() => recorder.stats.waitingBytes === 0);
        expect(numbers(sink)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
        expect(recorder.stats).toMatchObject({ stored: 1002, dropped: 0 });
      },
    );

    it('keeps what the disk took and the rest in memory while the database is away', async () => {
      const sink = new SwitchedSink();
      sink.isAway = true;
      const disk = new SmallDisk(150_000);
      const recorder = await start(sink, { openFile: disk.open });
      talk(recorder, 1000);
      await waitFor(() => sink.writes >= 5);
      expect(recorder.stats.dropped).toBe(0);
      sink.isAway = false;
      await waitFor(() => recorder.stats.waitingBytes === 0);
      expect(numbers(sink)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    });

    it('stores everything before it ends', async () => {
      const sink = new SwitchedSink();
      const recorder = await start(sink, { openFile: new SmallDisk(0).open, intervalMs: 60_000 });
      talk(recorder, 25);
      await recorder.close(5_000);
      expect(sink.rows).toHaveLength(27);
    });

    it('says at its end what is lost, and what waits', async () => {
      const sink = new SwitchedSink();
      sink.isAway = true;
      const lossy = await start(sink, { openFile: new SmallDisk(0).open });
      talk(lossy, 25);
      await lossy.close(100);
      expect(warnings.at(-1)).toMatch(/^27 call records are lost: neither the database nor .* took them\./);
      const patient = await start(sink);
      talk(patient, 25);
      await patient.close(100);
      expect(warnings.at(-1)).toMatch(/^\d{5} bytes of call records wait in .*: the next server .* stores them\.$/);
    });
  });

  it('goes on behind a row that nobody takes', async () => {
    const sink = new SwitchedSink();
    sink.refuses = (row) => row.type === 'event' && row.said?.text === 'poison';
    const recorder = await start(sink);
    mkdirSync(join(folder, 'refused.jsonl'));
    recorder.started(call('s'));
    for (const [seq, text] of ['poison', 'behind it'].entries()) recorder.event(call('s'), said(text), seq);
    await waitFor(() => textsOf(sink.rows).includes('behind it') && recorder.stats.waitingBytes === 0);
    expect(warnings.join()).toContain('cannot be set aside (EISDIR)');
  });

  it('sets aside a row that the store never takes, and stores the others', async () => {
    const sink = new SwitchedSink();
    sink.refuses = (row) => row.type === 'event' && row.said?.text === 'poison';
    const recorder = await start(sink);
    recorder.started(call('s'));
    for (const [seq, text] of ['one', 'poison', 'two'].entries()) recorder.event(call('s'), said(text), seq);
    await waitFor(() => sink.rows.length === 4);
    expect(textsOf(sink.rows)).toEqual(['one', 'two']);
    await waitFor(() => recorder.stats.refused === 1 && recorder.stats.waitingBytes === 0);
    expect(readFileSync(join(folder, 'refused.jsonl'), 'utf8')).toMatch(/^\{.*poison.*\}\n$/);
  });

  it('drops the newest rows at its bound, and says so once', async () => {
    const sink = new SwitchedSink();
    sink.isAway = true;
    const recorder = await start(sink, { maxBytes: 20_000, segmentBytes: 2_000 });
    recorder.started(call('s'));
    for (let n = 0; n < 500; n += 1) recorder.event(call('s'), said(`row ${n} ${'x'.repeat(100)}`), n);
    const { waitingBytes, dropped } = recorder.stats;
    expect(waitingBytes).toBeLessThanOrEqual(20_000);
    expect(dropped).toBeGreaterThan(300);
    expect(warnings).toHaveLength(1);
    sink.isAway = false;
    await waitFor(() => recorder.stats.waitingBytes === 0);
    expect(textsOf(sink.rows)[0]).toMatch(/^row 0 /);
    expect(sink.rows.length + dropped).toBe(502);
  });

  it('goes on when its folder is taken away under it', async () => {
    const sink = new SwitchedSink();
    const recorder = await start(sink);
    recorder.started(call('s'));
    await waitFor(() => sink.rows.length === 2);
    rmSync(folder, { recursive: true });
    recorder.event(call('s'), said('still here'), 1);
    await waitFor(() => textsOf(sink.rows).includes('still here'));
  });

  it('does not let a store that hangs hold up the shutdown', async () => {
    const sink = new SwitchedSink();
    sink.hangs = true;
    const recorder = await start(sink);
    recorder.started(call('s'));
    recorder.event(call('s'), said('kept on disk'), 1);
    await recorder.close(50);
    const left = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(left.join('')).toContain('kept on disk');
  });

  it('takes an event without doing anything that a call would wait for', async () => {
    const recorder = await start(new SwitchedSink());
    const info = call('s');
    const before = readdirSync(folder).length;
    for (let n = 0; n < 1_000; n += 1) recorder.event(info, said('words'), n);
    // Nothing has touched the disk yet: it all happens later, in one write.
    expect(readdirSync(folder).length).toBe(before);
    expect(recorder.stats.waitingBytes).toBeGreaterThan(1_000);
  });

  describe('with the database', () => {
    let database: Database;
    beforeAll(async () => {
      database = await openTestDatabase();
    }, 60_000);
    afterAll(() => database.close());

    it('arrives under row-level security: callers read their own calls only', async () => {
      const recorder = await start(new SqlCallStore(database));
      recorder.started(call('mine'));
      recorder.event(call('mine'), said('my words \u0000 and half of \ud83d'), 1);
      recorder.event(
        call('mine'),
        {
          type: 'tool.finished',
          callId: 'c1',
          responseId: 'r',
          name: 'query_transactions',
          ok: true,
          durationMs: 12,
        },
        2,
      );
      recorder.event(call('mine'), ended, 3);
      recorder.started(call('theirs', 'other'));
      await recorder.close(5_000);

      expect(await database.prisma.call.findUniqueOrThrow({ where: { callSid: 'mine' } })).toMatchObject({
        ownerId: 'demo',
        agent: 'julia',
        providers: { stt: 'pocketsphinx', llm: 'rules', tts: 'flite' },
        status: 'completed',
        endReason: 'client',
        durationMs: 1235,
        usage: { turns: 1 },
      });
      const asCaller = async (userId: string) => {
        const claims = JSON.stringify({ sub: callerOf(userId).userId });
        const [, calls, events] = await database.prisma.$transaction([
          database.prisma.$queryRaw`
            select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`,
          database.prisma.$queryRaw<{ id: string }[]>`select call_sid as id from public.calls order by 1`,
          database.prisma.$queryRaw<
            { kind: string }[]
          >`select kind from public.call_events where seq is not null order by seq`,
        ]);
        return { calls: calls.map(({ id }) => id), events: events.map(({ kind }) => kind) };
      };
      expect(await asCaller('demo')).toEqual({ calls: ['mine'], events: ['turn.ended', 'tool.finished'] });
      expect(await asCaller('other')).toEqual({ calls: ['theirs'], events: [] });
    });

    it('makes one call of what two workers recorded, in whatever order their rows come', async () => {
      const store = new SqlCallStore(database);
      const [first, second] = [await start(store), await start(store, { folder: join(folder, 'second') })];
      const info = call('moved');
      first.started(info);
      first.event(info, said('one'), 4);
      first.event(info, said('two'), 9);
      first.event(info, { type: 'response.completed', responseId: 'q', text: 'five' }, 10);
      // The second worker's rows are stored before the first one's, which was killed, are found on its disk.
      second.resumed(info);
      second.event(info, said('three'), 12);
      second.event(info, { type: 'response.completed', responseId: 'r', text: 'four' }, 13);
      second.event(info, ended, 14);
      await second.close(5_000);
      await first.close(5_000);
      const stored = await database.prisma.call.findUniqueOrThrow({
        where: { callSid: 'moved' },
        include: { transcript: { orderBy: { seq: 'asc' } } },
      });
      expect(stored).toMatchObject({
        status: 'completed',
        endReason: 'client',
        usage: { turns: 3, replyCharacters: 8 },
      });
      expect(stored.transcript.map(({ seq, text }) => [seq, text])).toEqual([
        [4, 'one'],
        [9, 'two'],
        [10, 'five'],
        [12, 'three'],
        [13, 'four'],
      ]);
    });

    it.each([
      ['before', true],
      ['after', false],
    ])('ends a call that was abandoned, %s what its process had to say of the end', async (_, first) => {
      const callSid = `abandoned ${first}`;
      const opened = (at: string) =>
        ({
          type: 'opened',
          callSid,
          at,
          ownerId: 'demo',
          agent: 'julia',
          direction: 'inbound',
          channel: 'web',
        }) as const;
      const status = (more: Pick<CallStatusRow, 'status'> & Partial<CallStatusRow>): CallStatusRow => ({
        type: 'status',
        id: randomUUID(),
        callSid,
        at: now(),
        ...more,
      });
      const guess = status({ status: 'abandoned', reason: 'abandoned', durationMs: 7 });
      const earlier = new Date(Date.now() - 60_000).toISOString();
      const end = status({ status: 'completed', at: earlier, reason: 'client', durationMs: 5 });
      const begun = status({ status: 'in_progress', at: earlier, providers: call('x').providers });
      const store = new SqlCallStore(database);
      const recorder = await start(store);
      if (!first) await store.write([opened(now()), begun, end]);
      const lost = { sessionId: callSid, userId: 'demo', agent: 'julia', startedAt: 1000, seenAt: 1007 };
      recorder.abandoned(lost);
      recorder.abandoned(lost);
      await recorder.close(5_000);
      const stored = () => database.prisma.call.findUniqueOrThrow({ where: { callSid } });
      expect(await stored()).toMatchObject({
        status: first ? 'abandoned' : 'completed',
        endReason: first ? 'abandoned' : 'client',
        startedAt: new Date(1000),
      });
      await store.write([opened(now()), begun, guess, end]);
      expect(await stored()).toMatchObject({
        status: 'completed',
        endReason: 'client',
        durationMs: 5,
        providers: { stt: 'pocketsphinx' },
      });
    });

    it('refuses rows of a call that it does not know, and nothing else', async () => {
      const orphan: CallRecordRow = {
        type: 'event',
        id: '00000000-0000-4000-8000-000000000002',
        callSid: 'unknown',
        seq: 0,
        at: now(),
        kind: 'turn.ended',
      };
      await expect(new SqlCallStore(database).write([orphan])).rejects.toBeInstanceOf(RowsRefusedError);
    });
  });
});
