import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { userAgent } from '../../config/server-version.js';
import { textOf } from '../../database/error-code.js';

/** Longest wait for the head of an answer, and for each piece of the rest, ms; Standard Webhooks advises 15 to 30 s. */
const TIMEOUT_MS = 15_000;
/** Of an answer, bytes; nobody reads it. */
const MOST_BYTES = 16_384;

export type SendResult =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly status?: number; readonly fault: string };

export interface SentWebhook {
  readonly id: string;
  readonly url: string;
  readonly body: string;
}

/**
 * Sends one event as Standard Webhooks has it, signed with every secret, so that a receiver may know the old one or the new
 * one. Redirects are not followed: the operator has named the address. Never rejects.
 */
export async function sendWebhook(
  { id, url, body }: SentWebhook,
  secrets: readonly string[],
  timeoutMs = TIMEOUT_MS,
): Promise<SendResult> {
  const now = new Date();
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, now, body));
  try {
    const { statusCode: status, body: answer } = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent('webhooks'),
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': signatures.join(' '),
      },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    // What matters has been said.
    await answer.dump({ limit: MOST_BYTES }).catch(() => undefined);
    return status >= 200 && status < 300 ? { ok: true, status } : { ok: false, status, fault: `answered ${status}` };
  } catch (error) {
    const isLate = textOf(error, 'name') === 'TimeoutError';
    return {
      ok: false,
      fault: isLate ? `no answer in ${timeoutMs / 1000} s` : (textOf(error, 'code') ?? 'no connection'),
    };
  }
}
