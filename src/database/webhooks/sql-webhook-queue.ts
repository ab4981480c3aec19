import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import { WEBHOOK_STATUSES } from './webhook-queue.port.js';
import type {
  ClaimedWebhook,
  WebhookDelivery,
  WebhookFilter,
  WebhookQueue,
  WebhookResult,
} from './webhook-queue.port.js';

const SET = { name: 'set_webhook_endpoints', args: { p_urls: 'jsonb' } } as const satisfies SqlFunction;
const CLAIM = {
  name: 'claim_webhook',
  args: { p_lease: 'text', p_lease_ms: 'integer', p_url: 'text' },
} as const satisfies SqlFunction;
const SETTLE = {
  name: 'settle_webhook',
  args: {
    p_id: 'text',
    p_lease: 'text',
    p_status: 'text',
    p_response: 'integer',
    p_fault: 'text',
    p_wait_ms: 'integer',
  },
} as const satisfies SqlFunction;
const LIST = {
  name: 'list_webhooks',
  args: { p_status: 'text', p_before: 'integer', p_most: 'integer' },
} as const satisfies SqlFunction;
const RESEND = { name: 'resend_webhook', args: { p_id: 'text' } } as const satisfies SqlFunction;

const MOST = 200;

const claimSchema = z.object({ id: z.string(), url: z.string(), body: z.string(), attempts: z.number() }).nullable();
export const deliveriesSchema = z.array(
  z.object({
    seq: z.number(),
    id: z.string(),
    url: z.string(),
    callSid: z.string().nullable(),
    type: z.string(),
    status: z.enum(WEBHOOK_STATUSES),
    attempts: z.number(),
    dueAt: z.string(),
    responseStatus: z.number().nullable(),
    fault: z.string().nullable(),
    createdAt: z.string(),
    settledAt: z.string().nullable(),
  }),
);

/** The queue in our own database, with the server's rights. */
export class SqlWebhookQueue implements WebhookQueue {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async setEndpoints(urls: readonly string[]): Promise<void> {
    await this.rpc.call(SET, { p_urls: JSON.stringify(urls) });
  }

  async claim(lease: string, leaseMs: number, url: string | undefined): Promise<ClaimedWebhook | undefined> {
    const args = { p_lease: lease, p_lease_ms: leaseMs, p_url: url ?? null };
    return parseRow(claimSchema, await this.rpc.call(CLAIM, args)) ?? undefined;
  }

  async settle(id: string, lease: string, result: WebhookResult): Promise<boolean> {
    const args = {
      p_id: id,
      p_lease: lease,
      p_status: result.status,
      p_response: result.responseStatus ?? null,
      p_fault: result.status === 'sent' ? null : result.fault,
      p_wait_ms: result.status === 'queued' ? result.waitMs : null,
    };
    return parseRow(z.boolean(), await this.rpc.call(SETTLE, args));
  }

  async list({ status, before }: WebhookFilter): Promise<readonly WebhookDelivery[]> {
    const args = { p_status: status ?? null, p_before: before ?? null, p_most: MOST };
    return parseRow(deliveriesSchema, await this.rpc.call(LIST, args));
  }

  async resend(id: string): Promise<boolean> {
    return parseRow(z.boolean(), await this.rpc.call(RESEND, { p_id: id }));
  }
}
