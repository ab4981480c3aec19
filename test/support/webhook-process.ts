// The routes of webhooks as a process of its own, which tests kill. Started by e2e/webhook-kills.spec.ts.
import { CrashPoints } from './crash-points.js';
import { startWebhookApp } from './webhook-app.js';

const { DATA_DIR = '' } = process.env;
const points = new CrashPoints();
const app = await startWebhookApp({ DATABASE_URL: '', PARLEY_DATA_DIR: DATA_DIR });
points.watch(app.queued, ['converse', 'move', 'say', 'note', 'charge'], (name, [, status]) =>
  name === 'move' ? `becomes ${String(status)}` : name,
);

/** `open`: a call that the vendor has answered already, unless it is `unknown` to it. */
export type WebhookQuestion = { readonly open: string; readonly unknown?: boolean } | { readonly read: string };

points.obey({ http: app.http }, async (question: WebhookQuestion) => {
  if ('open' in question) {
    const callSid = question.open;
    await app.ledger.open({ callSid, agent: 'julia', direction: 'outbound', channel: 'phone' });
    if (question.unknown !== true) await app.ledger.converse(callSid, `conv_${callSid}`);
    return true;
  }
  const include = { transcript: { orderBy: { startedAt: 'asc' } }, events: true } as const;
  return app.database.prisma.call.findUnique({ where: { callSid: question.read }, include });
});
