import { z } from 'zod';
import { MailError } from './mailer.port.js';
import type { Mail, Mailer, MailErrorCode } from './mailer.port.js';

export interface FunctionMailerOptions {
  /** Address of the function, for example https://abc.supabase.co/functions/v1/send-email-report. */
  readonly url: string;
  /** What the function knows us by. */
  readonly secret: string;
  /** Sender, for example `Julia <julia@example.com>`. */
  readonly from: string;
  /** Longest wait for an answer, ms. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;

const answerSchema = z.object({ error: z.enum(['login', 'recipient', 'later', 'refused']) });

/** Mail through the Supabase edge function `send-email-report` (deploy/supabase/functions), which knows a key again. */
export class FunctionMailer implements Mailer {
  readonly once = true;

  constructor(private readonly options: FunctionMailerOptions) {}

  async send({ id, to, subject, text, html, attachments }: Mail): Promise<void> {
    const { url, secret, from, timeoutMs = TIMEOUT_MS } = this.options;
    let response: Response;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify({ key: id, from, to, subject, text, html, attachments }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      // Taken or not: with the same key it may be asked again.
      throw new MailError('unreachable', 'The mail function did not answer.', { cause: error });
    }
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return;
    const code = answerSchema.safeParse(body).data?.error ?? meaningOf(response.status);
    throw new MailError(code, `The mail function did not take the message (${response.status}, ${code}).`);
  }
}

/** Of answers that are not the function's own: Supabase's gateway, a proxy. */
function meaningOf(status: number): MailErrorCode {
  if (status === 401 || status === 403 || status === 404) return 'login';
  return status === 429 || status >= 500 ? 'later' : 'refused';
}
