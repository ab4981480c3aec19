// The routes of webhooks as a process of its own, which tests kill. Started by e2e/webhook-kills.spec.ts.
import { startWebhookApp } from './webhook-app.js';

const { PARLEY_DATA_DIR = '' } = process.env;
const app = await startWebhookApp({ DATABASE_URL: '', PARLEY_DATA_DIR });

export type WebhookQuestion = { readonly open: string } | { readonly read: string };

const answer = async (question: WebhookQuestion): Promise<unknown> => {
  if ('open' in question) {
    const callSid = question.open;
    await app.ledger.open({ callSid, agent: 'julia', direction: 'outbound', channel: 'phone' });
    await app.ledger.converse(callSid, `conv_${callSid}`);
    return true;
  }
  const include = { transcript: { orderBy: { startedAt: 'asc' } }, events: true } as const;
  return app.database.prisma.call.findUnique({ where: { callSid: question.read }, include });
};
process.on('message', (question: WebhookQuestion) => void answer(question).then((told) => process.send?.({ told })));
process.send?.({ http: app.http });
