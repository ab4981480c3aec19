// The routes of webhooks with their database and the queue on disk, in a process of its own.
import { startWebhookApp } from '../../test/support/webhook-app.js';
import { answerUsage } from '../lib/children.js';

export interface WebhookServer {
  readonly url: string;
  /** Calls that are there, with a conversation. */
  readonly calls: readonly string[];
}

const calls = Array.from({ length: Number(process.argv[2]) }, () => crypto.randomUUID());
const app = await startWebhookApp();
for (const callSid of calls) {
  await app.ledger.open({ callSid, agent: 'julia', direction: 'outbound', channel: 'phone' });
  await app.ledger.converse(callSid, `conv_${callSid}`);
}
answerUsage();
process.send?.({ url: `${app.http}/webhooks/elevenlabs/transcription`, calls } satisfies WebhookServer);
