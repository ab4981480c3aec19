import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { callbackify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerEnvelope, SMTPServerSession } from 'smtp-server';

export interface CaughtMail {
  readonly from: string;
  /** Recipients as the envelope names them: that is where the mail would have gone. */
  readonly recipients: readonly string[];
  /** The message as it came. */
  readonly raw: Buffer;
  /** Where it was saved. */
  readonly file: string;
}

const MAX_MAIL_BYTES = 5 * 1024 * 1024;
/** How long a client may say nothing, ms. */
const SOCKET_TIMEOUT_MS = 10_000;

/** A mail server on this machine that takes everything, delivers nothing and keeps each message as an .eml file. */
export class MailCatcher {
  readonly mails: CaughtMail[] = [];
  readonly #server: SMTPServer;
  readonly #waiters = new Set<() => void>();

  private constructor(folder: string) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      size: MAX_MAIL_BYTES,
      socketTimeout: SOCKET_TIMEOUT_MS,
      onData: callbackify((stream: SMTPServerDataStream, { envelope }: SMTPServerSession) =>
        this.#keep(folder, envelope, stream),
      ),
    });
    // A connection that breaks is the sender's business, and would end the process without a listener.
    this.#server.on('error', () => undefined);
  }

  /** @param folder where messages are saved; it must exist */
  static async start(folder: string): Promise<MailCatcher> {
    const catcher = new MailCatcher(folder);
    await new Promise<void>((resolve, reject) => {
      catcher.#server.once('error', reject);
      catcher.#server.listen(0, '127.0.0.1', resolve);
    });
    return catcher;
  }

  /** smtp:// address. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  /** The first mail to this address, at the latest after `timeoutMs`; undefined when none came. */
  async mailTo(address: string, timeoutMs: number): Promise<CaughtMail | undefined> {
    const find = (): CaughtMail | undefined => this.mails.find(({ recipients }) => recipients.includes(address));
    const deadline = AbortSignal.timeout(timeoutMs);
    while (find() === undefined && !deadline.aborted) await this.#nextMail(deadline);
    return find();
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #nextMail(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#waiters.delete(settle);
        deadline.removeEventListener('abort', settle);
        resolve();
      };
      this.#waiters.add(settle);
      deadline.addEventListener('abort', settle);
    });
  }

  async #keep(folder: string, envelope: SMTPServerEnvelope, stream: SMTPServerDataStream): Promise<string> {
    const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
    const recipients = envelope.rcptTo.map(({ address }) => address);
    const chunks: Buffer[] = [];
    let bytes = 0;
    // All of it is read, also what is too much: the answer comes after the message.
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes <= MAX_MAIL_BYTES) chunks.push(chunk);
    }
    if (bytes > MAX_MAIL_BYTES) {
      throw Object.assign(new Error('The message is too large.'), { responseCode: 552 });
    }
    const raw = Buffer.concat(chunks);
    const file = join(folder, `mail-${this.mails.length + 1}.eml`);
    await writeFile(file, raw);
    this.mails.push({ from, recipients, raw, file });
    for (const look of this.#waiters) look();
    return 'kept';
  }
}
