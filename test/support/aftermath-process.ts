// What is left to do when a call is over, as a process of its own, which tests kill between the steps of it. Started by
// e2e/aftermath-kills.spec.ts, which says what is to be done.
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { CallRecorder } from '../../src/calls/records/call-recorder.js';
import { storedLedger } from '../../src/calls/records/row-ledger.js';
import { SqlCallHistory } from '../../src/database/calls/sql-call-history.js';
import { SqlCallStore } from '../../src/database/calls/sql-call-store.js';
import { Database } from '../../src/database/database.js';
import { SqlSummaryQueue } from '../../src/database/summaries/sql-summary-queue.js';
import type { SummaryQueue } from '../../src/database/summaries/summary-queue.port.js';
import { SqlWebhookQueue } from '../../src/database/webhooks/sql-webhook-queue.js';
import type { WebhookQueue } from '../../src/database/webhooks/webhook-queue.port.js';
import { OpenAiLanguageModel } from '../../src/llm/openai/openai-llm.js';
import { partName, RecordingFile } from '../../src/recording/recording-file.js';
import { Recordings } from '../../src/recording/recordings.js';
import { systemClock } from '../../src/conversation/system-clock.js';
import { SummaryWorker } from '../../src/summaries/summary-worker.js';
import { WebhookSender } from '../../src/webhooks/out/webhook-sender.js';
import { CrashPoints } from './crash-points.js';
import { waitFor } from './wait-for.js';

export type AftermathQuestion =
  /** Sends what is due. */
  | { readonly do: 'send' }
  /** Writes the summary that is due. */
  | { readonly do: 'summarise' }
  /** Writes two parts of a recording, and then makes one of them, unless that comes later. */
  | { readonly do: 'record'; readonly callSid: string; readonly finish: boolean }
  /** Opens a queue of records for one call; begins the call; ends it. */
  | { readonly do: 'open'; readonly callSid: string; readonly storeEveryMs: number }
  | { readonly do: 'begin' | 'end'; readonly callSid: string };

const { DATABASE_URL = '', DATA_DIR = '', HOOK = '', SECRET = '', OPENAI_URL = '', OPENAI_KEY = '' } = process.env;
/** Nothing that stands still is taken for dead before it is, ms. */
const LEASE_MS = 60_000;
const points = new CrashPoints();
const quiet = { info: () => undefined, warn: () => undefined };
const database = await Database.open({ url: DATABASE_URL, dataDir: DATA_DIR, fill: undefined, log: quiet });

// The file system that everything here uses.
points.watch(fs, ['rename', 'rm'], (name, [path]) => `${name} ${kindOf(String(path))}`);
syncBuiltinESMExports();

function kindOf(path: string): string {
  if (path.endsWith('.calls.tmp')) return `list of ${basename(dirname(path))}`;
  return path.endsWith('.part') ? 'part' : path.endsWith('.tmp') ? 'draft' : 'other';
}

/** One worker takes one thing in all, so that it leaves alone what the next is to take. */
function watchQueue(queue: WebhookQueue | SummaryQueue): void {
  const claim = queue.claim.bind(queue) as (...args: readonly [string, number]) => Promise<unknown>;
  let isTaken = false;
  const takeOne = async (...args: readonly [string, number]): Promise<unknown> => {
    if (isTaken) return undefined;
    isTaken = true;
    const taken = await claim(...args);
    isTaken = taken !== undefined;
    return taken;
  };
  Object.assign(queue, { claim: takeOne });
  points.watch(queue, ['claim', 'settle'], (name, _args, answer) =>
    name === 'claim' && answer !== undefined ? 'claimed' : name,
  );
}

function send(): void {
  const queue = new SqlWebhookQueue(database);
  watchQueue(queue);
  const times = { pollMs: 50, leaseMs: LEASE_MS, timeoutMs: LEASE_MS };
  new WebhookSender({ queue, urls: [HOOK], secrets: [SECRET], warn: () => undefined, ...times }).start();
}

function summarise(): void {
  const queue = new SqlSummaryQueue(database);
  watchQueue(queue);
  new SummaryWorker({
    queue,
    history: new SqlCallHistory(database),
    agentOf: () => undefined,
    modelFor: () => new OpenAiLanguageModel({ apiKey: OPENAI_KEY, baseUrl: OPENAI_URL, model: 'gpt-test' }),
    warn: () => undefined,
    pollMs: 50,
    leaseMs: LEASE_MS,
  }).start();
}

async function record(callSid: string, finish: boolean): Promise<void> {
  const folder = join(DATA_DIR, 'recordings');
  const startedAt = Date.now();
  for (const [n, level] of [1000, -1000].entries()) {
    const part = await RecordingFile.create(folder, partName(callSid, startedAt + n * 500));
    await part.write(new Int16Array(16_000).fill(level));
  }
  const ledger = storedLedger(new SqlCallStore(database));
  points.watch(ledger, ['note']);
  if (finish) await new Recordings({ folder, clock: systemClock, ledger, log: quiet }).finish(callSid);
}

const recorders = new Map<string, CallRecorder>();
const infoOf = (sessionId: string) => ({
  sessionId,
  userId: 'demo',
  agent: 'julia',
  providers: { stt: 'none', llm: 'none', tts: 'none' },
});

const folderOf = (callSid: string): string => join(DATA_DIR, 'call-records', callSid);

async function open(callSid: string, storeEveryMs: number): Promise<void> {
  const store = new SqlCallStore(database);
  points.watch(store, ['write'], () => 'store');
  const recorder = await CallRecorder.start(store, {
    folder: folderOf(callSid),
    endsWithProcess: true,
    version: '0.0.0',
    intervalMs: storeEveryMs,
    log: quiet,
    openFile: async (path) => {
      const file = await fs.open(path, 'a');
      const segment = {
        appendFile: (bytes: Uint8Array) => file.appendFile(bytes),
        datasync: () => file.datasync(),
        truncate: (bytes: number) => file.truncate(bytes),
        close: () => file.close(),
      };
      points.watch(segment, ['appendFile'], () => 'append');
      return segment;
    },
  });
  recorders.set(callSid, recorder);
}

async function begin(callSid: string): Promise<void> {
  const recorder = recorders.get(callSid);
  const info = infoOf(callSid);
  await recorder?.asked({ ...info, route: { direction: 'inbound', channel: 'web' } });
  const listed = await listedAt(callSid);
  recorder?.started(info);
  recorder?.event(info, { type: 'turn.ended', turnId: 't', text: 'Hello.' }, 1);
  await recorder?.keep([]);
  await waitFor(async () => (await listedAt(callSid)) > listed, 20_000);
}

/** When the list of the calls that go on was written, ms since 1970. */
async function listedAt(callSid: string): Promise<number> {
  const folder = folderOf(callSid);
  const list = (await fs.readdir(folder)).find((name) => name.endsWith('.calls')) ?? '';
  return (await fs.stat(join(folder, list))).mtimeMs;
}

function end(callSid: string): void {
  const info = infoOf(callSid);
  recorders.get(callSid)?.event(info, { type: 'turn.ended', turnId: 'u', text: 'Goodbye.' }, 2);
  recorders.get(callSid)?.event(info, { type: 'session.ended', reason: 'client', durationMs: 1_000 }, 3);
}

points.obey({}, async (asked: AftermathQuestion) => {
  if (asked.do === 'send') send();
  else if (asked.do === 'summarise') summarise();
  else if (asked.do === 'record') await record(asked.callSid, asked.finish);
  else if (asked.do === 'open') await open(asked.callSid, asked.storeEveryMs);
  else if (asked.do === 'begin') await begin(asked.callSid);
  else end(asked.callSid);
});
