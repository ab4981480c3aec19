import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { MailError } from './mailer.port.js';
import type { Mail, Mailer, MailErrorCode } from './mailer.port.js';

export interface SmtpOptions {
  /** smtp://user:pass@host:port, or smtps:// for TLS from the start; STARTTLS is used where the server offers it. */
  readonly url: string;
  /** Sender, for example `Julia <julia@example.com>`. */
  readonly from: string;
  /** Longest wait for a connection, for the greeting, and for an answer to a command, ms each. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;

const smtpErrorSchema = z.object({ code: z.string().optional(), responseCode: z.number().optional() });

/** Mail over SMTP. A connection for each message: reports are rare, and a server that left is noticed at once. */
export class SmtpMailer implements Mailer {
  constructor(private readonly options: SmtpOptions) {}

  async send({ to, subject, text, html, id }: Mail): Promise<void> {
    const { url, from, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    // nodemailer reports a lost connection in the same way before and after the message; only its log tells whether
    // the whole message, with the dot that ends it, had left by then.
    let wasWritten = false;
    const noteWritten = (entry: unknown) => {
      if (typeof entry === 'object' && entry !== null && 'tnx' in entry && entry.tnx === 'message') wasWritten = true;
    };
    const ignore = () => undefined;
    const transport = createTransport({
      url,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      logger: {
        info: noteWritten,
        trace: ignore,
        debug: ignore,
        warn: ignore,
        error: ignore,
        fatal: ignore,
        level: ignore,
      },
      // The text holds what merchants are called: it must never be taken for a file or an address to load.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${id}@parley>`,
      });
    } catch (error) {
      const { code = 'none', responseCode } = smtpErrorSchema.safeParse(error).data ?? {};
      const meaning = meaningOf(code, responseCode, wasWritten);
      throw new MailError(
        meaning,
        `The mail server did not take the message (${code}, ${responseCode ?? 'no answer'}).`,
      );
    } finally {
      transport.close();
    }
  }
}

/** `code` is nodemailer's (dist/esm/errors.js), `reply` the server's (RFC 5321, 4.2.3). */
function meaningOf(code: string, reply: number | undefined, wasWritten: boolean): MailErrorCode {
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') return 'login';
  if (reply !== undefined && reply >= 400 && reply < 500) return 'later';
  if (code === 'EENVELOPE') return 'recipient';
  if (code === 'EMESSAGE' || reply !== undefined) return 'refused';
  return wasWritten ? 'unknown' : 'unreachable';
}
