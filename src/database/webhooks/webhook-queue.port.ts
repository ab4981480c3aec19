// What happens to calls, on its way to those who are to hear of it. Deliveries are made by the database itself, in the
// transaction that makes them true.

/** A delivery that this worker has, until its lease is over. */
export interface ClaimedWebhook {
  /** A UUID, the same with every try. */
  readonly id: string;
  readonly url: string;
  /** The JSON to send. */
  readonly body: string;
  /** With this one. */
  readonly attempts: number;
}

export type WebhookResult =
  | { readonly status: 'sent'; readonly responseStatus: number }
  | { readonly status: 'failed'; readonly responseStatus?: number | undefined; readonly fault: string }
  | {
      readonly status: 'queued';
      readonly responseStatus?: number | undefined;
      readonly fault: string;
      readonly waitMs: number;
    };

export const WEBHOOK_STATUSES = ['queued', 'sending', 'sent', 'failed'] as const;

export interface WebhookDelivery {
  /** Grows with every delivery. */
  readonly seq: number;
  readonly id: string;
  readonly url: string;
  /** Null for what belongs to no call. */
  readonly callSid: string | null;
  readonly type: string;
  readonly status: (typeof WEBHOOK_STATUSES)[number];
  readonly attempts: number;
  /** ISO 8601. */
  readonly dueAt: string;
  readonly responseStatus: number | null;
  readonly fault: string | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

export interface WebhookFilter {
  readonly status?: (typeof WEBHOOK_STATUSES)[number] | undefined;
  /** A `seq`, exclusive. */
  readonly before?: number | undefined;
}

/** Every method throws a DataError and nothing else. */
export interface WebhookQueue {
  /** Who hears of what happens from now on. */
  setEndpoints(urls: readonly string[]): Promise<void>;
  /** The oldest to this address that is due, or whose worker is gone; without one, to an address that is not named any more. */
  claim(lease: string, leaseMs: number, url: string | undefined): Promise<ClaimedWebhook | undefined>;
  /** False when the lease has gone to somebody else. */
  settle(id: string, lease: string, result: WebhookResult): Promise<boolean>;
  /** The newest first, 200 at most. */
  list(filter: WebhookFilter): Promise<readonly WebhookDelivery[]>;
  /** Sends one again from its first try on. False when there is none of that id. */
  resend(id: string): Promise<boolean>;
}
