// Sends what is queued: takes a mail for a while, hands it over, and says how it went. Whoever is killed in between leaves
// a row that says how far it had come. Before the hand-over the mail is sent by the next; after it by nobody, unless who
// delivers it knows its key again, because SMTP has no way to ask whether it is there.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataError } from '../../database/data.port.js';
import type { ClaimedMail, Held, MailQueue, Settlement } from '../../database/mail/mail-queue.port.js';
import { backoffMs } from '../../queue/backoff.js';
import { readContent } from './mail-content.js';
import { MailError } from './mailer.port.js';
import type { Mailer, MailErrorCode } from './mailer.port.js';

export interface MailWorkerOptions {
  readonly queue: MailQueue;
  readonly mailer: Mailer;
  /** Hears what operators should know; of a mail only its key. */
  readonly warn: (message: string) => void;
  /** How long a worker has for one mail before another may take it, ms; longer than the mailer's own limits together. */
  readonly leaseMs?: number;
  /** Wait before the second try, ms; it doubles with each. */
  readonly firstRetryMs?: number;
}

const LEASE_MS = 120_000;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 15 * 60_000;
/** A mail that nobody would take for so long is given up, ms: shorter than services remember keys (24 h). */
const GIVE_UP_MS = 12 * 3_600_000;

/** Between two tries to note how it went, ms. */
const SETTLE_RETRY_MS = 1_000;

/** The hold on the mail went to somebody else while it was being sent. */
class HoldLostError extends Error {}

export class MailWorker {
  constructor(private readonly options: MailWorkerOptions) {}

  /**
   * Sends one mail that is due, `key` if given; calls `taken` when it has one. Returns the wait before it is due again, ms, when it has to be tried again;
   * `settled` when it is over, and undefined when nothing was due. Throws a DataError when the queue is away.
   */
  async next(key?: string, taken?: () => void): Promise<'settled' | { readonly retryInMs: number } | undefined> {
    const { queue, mailer, warn, leaseMs = LEASE_MS } = this.options;
    const lease = randomUUID();
    const { mail, lost } = await queue.claim({ lease, leaseMs, again: mailer.once, key });
    for (const gone of lost) warn(`mail ${gone}: its worker is gone, and it may or may not have been sent.`);
    if (mail === undefined) return undefined;
    taken?.();
    const result = await this.send(mail, lease);
    const isKept = await this.settle({ ownerId: mail.ownerId, key: mail.key, lease }, result);
    if (!isKept) warn(`mail ${mail.key}: it was settled elsewhere meanwhile (${result.status} here).`);
    else if (result.status !== 'sent')
      warn(`mail ${mail.key}: ${result.status} after try ${mail.attempts} (${result.fault}).`);
    return result.status === 'queued' ? { retryInMs: result.waitMs } : 'settled';
  }

  private async send({ ownerId, key, recipient, subject, content, attempts, ageMs }: ClaimedMail, lease: string) {
    const { queue, mailer, firstRetryMs = FIRST_RETRY_MS } = this.options;
    const waitMs = backoffMs(attempts, { firstMs: firstRetryMs, factor: 2, longestMs: LONGEST_RETRY_MS });
    const read = readContent(content);
    if (read === undefined) return { status: 'failed', fault: 'unreadable' } as const;
    try {
      await mailer.send({ to: recipient, subject, id: key, ...read }, async () => {
        if (!(await queue.handOver({ ownerId, key, lease }))) throw new HoldLostError();
      });
      return { status: 'sent' } as const;
    } catch (error) {
      if (error instanceof MailError) return settlementOf(error.code, waitMs, ageMs);
      // It could not be noted that it may be out, and so it was not sent.
      if (error instanceof HoldLostError || error instanceof DataError) return settlementOf('note', waitMs, ageMs);
      return { status: 'unknown', fault: 'fault' } as const;
    }
  }

  /** What became of a mail is worth some patience: a note that cannot be kept leaves it `unknown`. */
  private async settle(held: Held, result: Settlement): Promise<boolean> {
    const { queue, leaseMs = LEASE_MS } = this.options;
    const until = Date.now() + leaseMs;
    for (;;) {
      try {
        return await queue.settle(held, result);
      } catch (error) {
        if (Date.now() > until) throw error;
        await delay(SETTLE_RETRY_MS, undefined, { ref: false });
      }
    }
  }
}

function settlementOf(fault: MailErrorCode | 'note', waitMs: number, ageMs: number): Settlement {
  if (fault === 'recipient') return { status: 'bounced', fault };
  if (fault === 'refused') return { status: 'failed', fault };
  if (fault === 'unknown') return { status: 'unknown', fault };
  return ageMs >= GIVE_UP_MS ? { status: 'failed', fault } : { status: 'queued', fault, waitMs };
}
