// What is left to do for a call is done once, by whoever comes next: webhooks are sent, the summary is written, the recording is
// made, the record is stored. The process that is at it is killed between each two steps.
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallRecorder } from '../../src/calls/records/call-recorder.js';
import { storedLedger } from '../../src/calls/records/row-ledger.js';
import { systemClock } from '../../src/conversation/system-clock.js';
import { SqlCallHistory } from '../../src/database/calls/sql-call-history.js';
import { SqlCallStore } from '../../src/database/calls/sql-call-store.js';
import type { Database } from '../../src/database/database.js';
import { SqlRecordingBook } from '../../src/database/recordings/sql-recording-book.js';
import { SqlSummaryQueue } from '../../src/database/summaries/sql-summary-queue.js';
import { SqlWebhookQueue } from '../../src/database/webhooks/sql-webhook-queue.js';
import { OpenAiLanguageModel } from '../../src/llm/openai/openai-llm.js';
import { RecordingKeeper } from '../../src/recording/recording-keeper.js';
import { Recordings } from '../../src/recording/recordings.js';
import { SummaryWorker } from '../../src/summaries/summary-worker.js';
import { WebhookSender } from '../../src/webhooks/out/webhook-sender.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import type { AftermathQuestion } from '../support/aftermath-process.js';
import { openTestDatabase, quietLog } from '../support/database.js';
import { DoomedProcess } from '../support/doomed-process.js';
import { missing } from '../support/missing.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { waitFor } from '../support/wait-for.js';
import { Build } from '../support/worker-process.js';

const SECRET = `whsec_${Buffer.from('a secret of the receiver').toString('base64')}`;

/** How often the event comes to its receiver. */
const WEBHOOKS = [
  ['claimed after', 1],
  ['settle before', 2],
  ['settle after', 1],
] as const;
/** While the model writes nothing is reached but the model. */
const WRITING = 'the model is at it';
const SUMMARIES = ['claimed after', WRITING, 'settle before', 'settle after'] as const;
const PARTS = 'there are parts';
const RECORDINGS = [
  PARTS,
  'note before',
  'note after',
  'rename draft before',
  'rename draft after',
  'rm part before',
  'rm part after',
] as const;
/** When it is killed, what it is at then (`list`: of the calls that go on), and what the record says in the end. */
const CALLS = [
  ['begin', 'rename list after', 'abandoned'],
  ['begin', 'append before', 'abandoned'],
  ['begin', 'append after', 'abandoned'],
  ['end', 'append before', 'abandoned'],
  ['end', 'append after', 'completed'],
  ['end', 'rename list before', 'completed'],
  ['end', 'store before', 'completed'],
  ['end', 'store after', 'completed'],
] as const;

describeWithPostgres()('what is left to do for a call, and whose process is killed', () => {
  let build: Build;
  let postgres: PostgresServer;
  let rows: Database;
  let openai: OpenAiSimulator;
  let receiver: Server;
  let hook: string;
  let dataDir: string;
  let doomed: DoomedProcess<object>;
  /** The calls that came to a point. */
  const callsAt = new Map<string, string>();
  /** The calls of which the receiver was told. */
  const told: string[] = [];
  const heirs: { close(deadlineMs: number): Promise<void> }[] = [];

  beforeAll(async () => {
    build = Build.make('aftermath-process', 'crash-points', 'wait-for');
    dataDir = mkdtempSync(join(tmpdir(), 'parley-aftermath-'));
    [postgres, openai] = await Promise.all([PostgresServer.create(), simulatedModel()]);
    rows = await openTestDatabase({ url: postgres.url(), seed: false });
    receiver = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        const { type, data } = JSON.parse(body) as { type: string; data: { call_sid: string } };
        if (type === 'call.started') told.push(data.call_sid);
      });
      request.on('end', () => response.writeHead(204).end());
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await new SqlWebhookQueue(rows).setEndpoints([hook]);
    doomed = await DoomedProcess.start(build.program('test/support/aftermath-process.js'), {
      DATABASE_URL: postgres.url(),
      DATA_DIR: dataDir,
      HOOK: hook,
      SECRET,
      OPENAI_URL: openai.url,
      OPENAI_KEY: SIMULATED_OPENAI_KEY,
    });
    for (const [point] of WEBHOOKS) await stopSending(point);
    for (const point of SUMMARIES) await stopSummarising(point);
    for (const point of RECORDINGS) await stopRecording(point);
    for (const [when, point] of CALLS) await stopWriting(when, point);
    await doomed.kill();
    await inherit();
  }, 240_000);
  afterAll(async () => {
    await doomed.kill();
    await Promise.all(heirs.map((heir) => heir.close(0)));
    await rows.close();
    receiver.closeAllConnections();
    receiver.close();
    await Promise.all([postgres.destroy(), openai.close()]);
    rmSync(dataDir, { recursive: true, force: true });
    build.remove();
  }, 180_000);

  const ledger = () => storedLedger(new SqlCallStore(rows));
  /** It stands still before it could answer. */
  const stopsAt = (point: string, question: AftermathQuestion): Promise<void> =>
    doomed.stopsAt(point, () => void doomed.ask(question).catch(() => undefined));

  async function opened(what: string): Promise<string> {
    const callSid = randomUUID();
    callsAt.set(what, callSid);
    await ledger().open({ callSid, agent: 'julia', direction: 'inbound', channel: 'phone' });
    return callSid;
  }

  async function stopSending(point: string): Promise<void> {
    await ledger().move(await opened(`webhook ${point}`), 'in_progress');
    await stopsAt(point, { do: 'send' });
  }

  async function stopSummarising(point: string): Promise<void> {
    const callSid = await opened(`summary ${point}`);
    await ledger().move(callSid, 'in_progress');
    await ledger().say(callSid, [{ id: randomUUID(), speaker: 'user', text: 'Hello.', startedAt: new Date() }]);
    await ledger().move(callSid, 'completed', { reason: 'client' });
    await rows.prisma.callSummary.update({ where: { callSid }, data: { dueAt: new Date() } });
    if (point !== WRITING) return stopsAt(point, { do: 'summarise' });
    const { chat } = openai.counts;
    await doomed.ask({ do: 'summarise' });
    await waitFor(() => openai.counts.chat > chat, 20_000);
  }

  async function stopRecording(point: string): Promise<void> {
    const callSid = await opened(`recording ${point}`);
    if (point === PARTS) await doomed.ask({ do: 'record', callSid, finish: false });
    else await stopsAt(point, { do: 'record', callSid, finish: true });
  }

  async function stopWriting(when: 'begin' | 'end', point: string): Promise<void> {
    const callSid = randomUUID();
    callsAt.set(`${when} ${point}`, callSid);
    // Where rows are not what it is about, none is stored before the kill.
    const storeEveryMs = point.startsWith('store') ? 200 : 60_000;
    await doomed.ask({ do: 'open', callSid, storeEveryMs });
    if (when === 'end') await doomed.ask({ do: 'begin', callSid });
    await stopsAt(point.replace('list', `list of ${callSid}`), { do: when, callSid });
  }

  /** Others come, and time has passed. */
  async function inherit(): Promise<void> {
    const now = new Date();
    await rows.prisma.webhookDelivery.updateMany({ where: { status: 'sending' }, data: { leasedUntil: now } });
    await rows.prisma.callSummary.updateMany({ where: { status: 'working' }, data: { leasedUntil: now } });
    const sender = new WebhookSender({
      queue: new SqlWebhookQueue(rows),
      urls: [hook],
      secrets: [SECRET],
      warn: () => undefined,
      pollMs: 50,
    });
    sender.start();
    const writer = new SummaryWorker({
      queue: new SqlSummaryQueue(rows),
      history: new SqlCallHistory(rows),
      agentOf: () => undefined,
      modelFor: () => new OpenAiLanguageModel({ apiKey: SIMULATED_OPENAI_KEY, baseUrl: openai.url, model: 'gpt-test' }),
      warn: () => undefined,
      pollMs: 50,
    });
    writer.start();
    heirs.push(sender, writer);
    const folder = recordingsFolder();
    const recordings = new Recordings({ folder, clock: systemClock, ledger: ledger(), log: quietLog });
    const log = { log: () => undefined, warn: (line: object) => process.stderr.write(`${JSON.stringify(line)}\n`) };
    await new RecordingKeeper(recordings, new SqlRecordingBook(rows), { folder, days: 0, log }).sweep();
    for (const [when, point] of CALLS) {
      const recorder = await CallRecorder.start(new SqlCallStore(rows), {
        folder: join(dataDir, 'call-records', callOf(`${when} ${point}`)),
        endsWithProcess: true,
        version: '0.0.0',
        intervalMs: 50,
        log: quietLog,
      });
      heirs.push(recorder);
    }
  }

  const recordingsFolder = (): string => join(dataDir, 'recordings');
  const callOf = (what: string): string => callsAt.get(what) ?? missing(what);

  it.each(WEBHOOKS)('a webhook is sent: %s, and it comes %i times', async (point, times) => {
    const callSid = callOf(`webhook ${point}`);
    const read = () => rows.prisma.webhookDelivery.findMany({ where: { callSid, type: 'call.started' } });
    await waitFor(async () => (await read()).every(({ status }) => status === 'sent'), 20_000);
    expect(await read()).toHaveLength(1);
    expect(told.filter((id) => id === callSid)).toHaveLength(times);
  });

  it.each(SUMMARIES)('a summary is written once: %s', async (point) => {
    const callSid = callOf(`summary ${point}`);
    const read = () => rows.prisma.callSummary.findUniqueOrThrow({ where: { callSid } });
    await waitFor(async () => (await read()).status === 'ready', 30_000);
    expect(await read()).toMatchObject({ text: 'Somebody said hello.', madeBy: 'model' });
    expect(await rows.prisma.webhookDelivery.count({ where: { callSid, type: 'summary.ready' } })).toBe(1);
  });

  it.each(RECORDINGS)('a recording is made once: %s', async (point) => {
    const callSid = callOf(`recording ${point}`);
    const files = readdirSync(recordingsFolder()).filter((name) => name.startsWith(callSid) && !name.endsWith('.tmp'));
    const row = await rows.prisma.callRecording.findUniqueOrThrow({ where: { callSid } });
    expect(files).toEqual([row.file]);
    const wav = readFileSync(join(recordingsFolder(), row.file));
    expect(row).toMatchObject({ durationMs: 1000, bytes: BigInt(wav.length) });
    expect(row.sha512).toBe(createHash('sha512').update(wav).digest('hex'));
    expect(await rows.prisma.callEvent.count({ where: { callSid, kind: 'recording.ready' } })).toBe(1);
  });

  it.each(CALLS)('a record is whole, and says the end once: %s, %s: %s', async (when, point, status) => {
    const callSid = callOf(`${when} ${point}`);
    const include = { transcript: true, events: true } as const;
    const read = () => rows.prisma.call.findUnique({ where: { callSid }, include });
    await waitFor(async () => ((await read())?.endedAt ?? null) !== null, 20_000);
    const call = await read();
    expect(call?.status).toBe(status);
    const ends = call?.events.filter(({ data }) => (data as { to?: string } | null)?.to === status);
    expect(ends).toHaveLength(1);
    if (status !== 'completed') return;
    expect(call?.transcript.map(({ text }) => text).toSorted()).toEqual(['Goodbye.', 'Hello.']);
    expect(call?.usage).toMatchObject({ turns: 2 });
  });
});

/** Says nothing to its first request, and writes a summary for all others. */
const simulatedModel = (): Promise<OpenAiSimulator> =>
  OpenAiSimulator.start({
    script: () => [{ text: '{"summary":"Somebody said hello.","outcome":{}}' }],
    chat: (request) => (request === 0 ? { hang: true } : {}),
  });
