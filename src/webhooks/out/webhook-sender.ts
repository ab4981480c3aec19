import { randomUUID } from 'node:crypto';
import type { ClaimedWebhook, WebhookQueue, WebhookResult } from '../../database/webhooks/webhook-queue.port.js';
import { backoffMs, varied } from '../../queue/backoff.js';
import { QueueLoop } from '../../queue/queue-loop.js';
import { sendWebhook } from './send-webhook.js';
import type { SendResult } from './send-webhook.js';

export interface WebhookSenderOptions {
  readonly queue: WebhookQueue;
  readonly urls: readonly string[];
  /** Each signs; two while they are changed. */
  readonly secrets: readonly string[];
  readonly warn: (message: string) => void;
  /** Between two looks at the queue, ms. */
  readonly pollMs?: number;
  /** How long a worker has for one delivery before another may take it, ms; longer than its timeout. */
  readonly leaseMs?: number;
  readonly timeoutMs?: number;
  /** Wait before the second try, ms; it is five times as long with each: eight tries take 16 hours. */
  readonly firstRetryMs?: number;
}

const MOST_TRIES = 8;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 10 * 3_600_000;
/** To one address at the same time. */
const LANES = 4;

/**
 * Sends what is due, from whatever process looks first. What is claimed by a process that is gone is sent again. Each address
 * has lanes of its own, so that one that does not answer keeps no other waiting.
 */
export class WebhookSender {
  private readonly lease = randomUUID();
  private readonly loop: QueueLoop;
  private ready: Promise<void> | undefined;

  constructor(private readonly options: WebhookSenderOptions) {
    const { urls, pollMs = 2_000, warn } = options;
    const onAway = (why: string): void => warn(`webhooks wait: ${why}`);
    // The last is for what is left of addresses that are not named any more.
    const lanes = [...urls.map(() => LANES), 1];
    this.loop = new QueueLoop({ next: (queue, taken) => this.next(urls[queue], taken), pollMs, lanes, onAway });
  }

  start(): void {
    this.loop.start(0);
  }

  /** Resolves when what is being sent is settled. */
  close(): Promise<void> {
    return this.loop.close();
  }

  private async next(url: string | undefined, taken: () => void): Promise<boolean> {
    const { queue, urls, secrets, timeoutMs = 15_000, leaseMs = 60_000 } = this.options;
    await (this.ready ??= this.name(urls));
    const claimed = secrets.length > 0 ? await queue.claim(this.lease, leaseMs, url) : undefined;
    if (claimed === undefined) return false;
    taken();
    const result: WebhookResult =
      url === undefined
        ? { status: 'failed', fault: 'not in WEBHOOK_URLS' }
        : this.resultOf(claimed, await sendWebhook(claimed, secrets, timeoutMs));
    await queue.settle(claimed.id, this.lease, result);
    return true;
  }

  private async name(urls: readonly string[]): Promise<void> {
    try {
      await this.options.queue.setEndpoints(urls);
    } catch (error) {
      this.ready = undefined;
      throw error;
    }
  }

  private resultOf({ id, attempts }: ClaimedWebhook, sent: SendResult): WebhookResult {
    if (sent.ok) return { status: 'sent', responseStatus: sent.status };
    const { status: responseStatus, fault } = sent;
    if (attempts >= MOST_TRIES || responseStatus === 410) {
      this.options.warn(`the webhook ${id} is given up after ${attempts} tries: ${fault}`);
      return { status: 'failed', responseStatus, fault };
    }
    const { firstRetryMs: firstMs = FIRST_RETRY_MS } = this.options;
    const waitMs = varied(backoffMs(attempts, { firstMs, factor: 5, longestMs: LONGEST_RETRY_MS }));
    return { status: 'queued', responseStatus, fault, waitMs };
  }
}
