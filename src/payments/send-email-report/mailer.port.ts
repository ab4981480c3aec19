// Mail: hands one message to a mail server, and knows for certain whether it went.

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The left part of the Message-ID: the same for a message that is handed over twice, so that receivers can tell. */
  readonly id: string;
}

export interface Mailer {
  /** Resolves when the server has taken the message. Throws MailError, within a bounded time. */
  send(mail: Mail): Promise<void>;
}

export type MailErrorCode =
  | 'unreachable' // no connection, no greeting, or lost before the message was out
  | 'login' // our own login is refused
  | 'recipient' // the server does not take mail for this address
  | 'later' // the server asks to try again later
  | 'refused' // the server does not take this message
  | 'unknown'; // lost after the message was out: it may or may not have been taken

/** Every code but `unknown` means that nothing was sent. The message never holds the address or the text. */
export class MailError extends Error {
  constructor(
    readonly code: MailErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'MailError';
  }
}
