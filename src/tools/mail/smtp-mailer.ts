import { Readable } from 'node:stream';
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

const smtpErrorSchema = z.object({
  code: z.string().optional(),
  responseCode: z.number().optional(),
  command: z.string().optional(),
});

/** Mail over SMTP. A connection for each message: reports are rare, and a server that left is noticed at once. */
export class SmtpMailer implements Mailer {
  /** SMTP knows no keys: a server that took a message takes it again. */
  readonly once = false;

  constructor(private readonly options: SmtpOptions) {}

  async send({ to, subject, text, html, attachments, id }: Mail, handOver: () => Promise<void>): Promise<void> {
    const { url, from, timeoutMs = DEFAULT_TIMEOUT_MS } = this.options;
    // Loaded with the first mail: a worker boots sooner without it.
    const { createTransport } = await import('nodemailer');
    let isHandedOver = false;
    let kept: { readonly error: unknown } | undefined;
    const transport = createTransport({
      url,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // The text holds what merchants are called: it must never be taken for a file or an address to load.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // A server throws away what does not end with its dot (RFC 5321, 4.1.1.4), so the message can be held back until its
    // last bytes: they leave when it is noted that they may.
    transport.use('stream', ({ message }, done) => {
      message.build((fault, raw) => {
        if (fault !== null) return done(fault);
        message.createReadStream = () =>
          Readable.from(
            heldBack(raw, async () => {
              await handOver().catch((error: unknown) => {
                kept = { error };
                throw error;
              });
              isHandedOver = true;
            }),
            { objectMode: false },
          );
        done();
      });
    });
    try {
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        attachments: attachments.map(({ filename, mediaType, base64, contentId }) => ({
          filename,
          contentType: mediaType,
          content: Buffer.from(base64, 'base64'),
          ...(contentId === undefined ? {} : { cid: contentId, contentDisposition: 'inline' as const }),
        })),
        messageId: `<${id}@${domainOf(from)}>`,
      });
    } catch (error) {
      if (kept !== undefined) throw kept.error;
      const { code = 'none', responseCode, command = '' } = smtpErrorSchema.safeParse(error).data ?? {};
      const meaning = meaningOf(code, responseCode, command, isHandedOver);
      throw new MailError(
        meaning,
        `The mail server did not take the message (${code}, ${responseCode ?? 'no answer'}).`,
      );
    } finally {
      transport.close();
    }
  }
}

/** How much is held back, bytes: any is enough. */
const LAST_BYTES = 2;

async function* heldBack(message: Buffer, release: () => Promise<void>): AsyncGenerator<Buffer> {
  yield message.subarray(0, -LAST_BYTES);
  await release();
  yield message.subarray(-LAST_BYTES);
}

/** A Message-ID ends with a domain of its sender's (RFC 5322, 3.6.4). */
const domainOf = (from: string): string => /@([\p{L}\d.-]+)>?\s*$/u.exec(from)?.[1] ?? 'parley.invalid';

/** `code` is nodemailer's (dist/esm/errors.js), `reply` the server's (RFC 5321, 4.2.3) to `command`. */
function meaningOf(code: string, reply: number | undefined, command: string, isHandedOver: boolean): MailErrorCode {
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2') return 'login';
  if (reply !== undefined && reply >= 400 && reply < 500) return 'later';
  if (code === 'EENVELOPE' && command === 'RCPT TO') return 'recipient';
  if (code === 'EENVELOPE' || code === 'EMESSAGE' || reply !== undefined) return 'refused';
  return isHandedOver ? 'unknown' : 'unreachable';
}
