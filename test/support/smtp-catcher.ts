import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface CaughtMail {
  readonly recipients: readonly string[];
  /** The message as it came, headers and all. */
  readonly raw: string;
}

/** A real SMTP server that keeps what it gets, and fails as it is told. */
export class SmtpCatcher {
  readonly mails: CaughtMail[] = [];
  /** What goes wrong from now on; a number is a reply code, `only` the address that it is about. */
  fault:
    | { at: 'recipient' | 'data'; code: number; only?: string }
    | { at: 'login' } /** The connection breaks, before the message or after all of it. */
    | { at: 'cut-before' | 'cut-after' }
    | undefined = undefined;
  private readonly server: SMTPServer;

  private constructor() {
    const reply = (code: number) => Object.assign(new Error('simulated'), { responseCode: code });
    this.server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      onAuth: (auth, _session, callback) => {
        if (this.fault?.at === 'login') callback(reply(535));
        else callback(null, { user: auth.username });
      },
      onRcptTo: ({ address }, _session, callback) => {
        const { fault } = this;
        if (fault?.at === 'cut-before') return this.cut();
        const isRefused = fault?.at === 'recipient' && (fault.only ?? address) === address;
        callback(isRefused ? reply(fault.code) : null);
      },
      onData: (stream, session, callback) => {
        const { fault } = this;
        const chunks: Uint8Array[] = [];
        stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
        stream.on('end', () => {
          if (fault?.at === 'cut-after') return this.cut();
          if (fault?.at === 'data') return callback(reply(fault.code));
          const raw = Buffer.concat(chunks).toString('utf8');
          this.mails.push({ recipients: session.envelope.rcptTo.map(({ address }) => address), raw });
          callback(null);
        });
      },
    });
  }

  static async start(): Promise<SmtpCatcher> {
    const catcher = new SmtpCatcher();
    await new Promise<void>((resolve) => catcher.server.listen(0, '127.0.0.1', resolve));
    return catcher;
  }

  /** With a login where the test wants one. */
  url(login = ''): string {
    return `smtp://${login}127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** Cuts every connection off. */
  private cut(): void {
    for (const connection of this.server.connections) connection._socket.destroy();
  }
}
