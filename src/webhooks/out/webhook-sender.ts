import { randomUUID } from 'node:crypto';
import type { ClaimedWebhook, WebhookQueue, WebhookResult } from '../../database/webhooks/webhook-queue.port.js';
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
const LANES = 4;

/** Sends what is due, from whatever process looks first. What is claimed by a process that is gone is sent again. */
export class WebhookSender {
  private readonly lease = randomUUID();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isReady = false;
  private closed = false;
  private away = false;

  constructor(private readonly options: WebhookSenderOptions) {}

  start(): void {
    this.wait(0);
  }

  /** Resolves when what is being sent is settled. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private wait(ms: number): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.running = this.sendAll().finally(() => {
        this.running = undefined;
        this.wait(this.options.pollMs ?? 2_000);
      });
    }, ms).unref();
  }

  private async sendAll(): Promise<void> {
    const { queue, urls, secrets, warn } = this.options;
    try {
      if (!this.isReady) await queue.setEndpoints(urls);
      this.isReady = true;
      if (secrets.length > 0) await Promise.all(Array.from({ length: LANES }, () => this.lane()));
      this.away = false;
    } catch (error) {
      if (!this.away) warn(`webhooks wait: ${error instanceof Error ? error.message : 'the queue cannot be read'}`);
      this.away = true;
    }
  }

  private async lane(): Promise<void> {
    const { queue, urls, secrets, timeoutMs = 15_000, leaseMs = 60_000 } = this.options;
    while (!this.closed) {
      const claimed = await queue.claim(this.lease, leaseMs);
      if (claimed === undefined) return;
      // An address that is not named any more is not told any more.
      const result: WebhookResult = urls.includes(claimed.url)
        ? this.resultOf(claimed, await sendWebhook(claimed, secrets, timeoutMs))
        : { status: 'failed', fault: 'not in WEBHOOK_URLS' };
      await queue.settle(claimed.id, this.lease, result);
    }
  }

  private resultOf({ id, attempts }: ClaimedWebhook, sent: SendResult): WebhookResult {
    if (sent.ok) return { status: 'sent', responseStatus: sent.status };
    const { status: responseStatus, fault } = sent;
    if (attempts >= MOST_TRIES || responseStatus === 410) {
      this.options.warn(`the webhook ${id} is given up after ${attempts} tries: ${fault}`);
      return { status: 'failed', responseStatus, fault };
    }
    const { firstRetryMs = FIRST_RETRY_MS } = this.options;
    const wait = Math.min(LONGEST_RETRY_MS, firstRetryMs * 5 ** (attempts - 1));
    // Varied, so that a receiver that is back does not meet them all at once.
    return { status: 'queued', responseStatus, fault, waitMs: Math.round(wait * (0.75 + Math.random() / 2)) };
  }
}
