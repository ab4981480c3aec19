// Writes summaries as a process of its own, which tests kill. Started by e2e/summary-kills.spec.ts.
import { SqlCallHistory } from '../../src/database/calls/sql-call-history.js';
import { SqlCallStore } from '../../src/database/calls/sql-call-store.js';
import { Database } from '../../src/database/database.js';
import { SqlSummaryQueue } from '../../src/database/summaries/sql-summary-queue.js';
import { SqlWebhookQueue } from '../../src/database/webhooks/sql-webhook-queue.js';
import { OpenAiLanguageModel } from '../../src/llm/openai/openai-llm.js';
import { storedLedger } from '../../src/calls/records/row-ledger.js';
import { SummaryWorker } from '../../src/summaries/summary-worker.js';

const { PARLEY_DATA_DIR: dataDir = '', OPENAI_BASE_URL: baseUrl = '', OPENAI_API_KEY: apiKey = '' } = process.env;
const log = { info: () => undefined, warn: () => undefined };
const database = await Database.open({ url: undefined, dataDir, fill: undefined, log });
await new SqlWebhookQueue(database).setEndpoints(['http://127.0.0.1:9/hook']);
new SummaryWorker({
  queue: new SqlSummaryQueue(database),
  history: new SqlCallHistory(database),
  agentOf: () => undefined,
  modelFor: () => new OpenAiLanguageModel({ apiKey, baseUrl, model: 'gpt-test' }),
  warn: (line) => process.stderr.write(`${line}\n`),
  pollMs: 50,
  leaseMs: 1_000,
}).start();

export type SummaryQuestion = { readonly end: string } | { readonly read: string };

const answer = async (question: SummaryQuestion): Promise<unknown> => {
  if ('end' in question) {
    const callSid = question.end;
    const ledger = storedLedger(new SqlCallStore(database));
    await ledger.open({ callSid, agent: 'julia', direction: 'inbound', channel: 'phone' });
    await ledger.move(callSid, 'in_progress');
    await ledger.say(callSid, [{ id: crypto.randomUUID(), speaker: 'user', text: 'Hello.', startedAt: new Date() }]);
    await ledger.move(callSid, 'completed', { reason: 'client' });
    return true;
  }
  const include = { summary: true, webhooks: { where: { type: 'summary.ready' }, select: { type: true } } } as const;
  return database.prisma.call.findUnique({ where: { callSid: question.read }, include });
};
process.on('message', (question: SummaryQuestion) => void answer(question).then((told) => process.send?.({ told })));
process.send?.({ ready: true });
