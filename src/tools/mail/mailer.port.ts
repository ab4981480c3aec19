// Mail: hands one message to whoever delivers it, and knows for certain whether it went.

export interface Attachment {
  readonly filename: string;
  /** MIME type, with its charset for text. */
  readonly mediaType: string;
  readonly base64: string;
  /** Shown where the HTML says `cid:` and this, instead of being offered as a file. */
  readonly contentId?: string | undefined;
}

/** What is sent. */
export interface MailContent {
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
}

export interface Mail extends MailContent {
  readonly to: string;
  readonly subject: string;
  /** Names this message: the left part of its Message-ID, so that receivers can tell one that comes twice. */
  readonly id: string;
}

export interface Mailer {
  /** Whether a message goes out once although it is sent twice with the same id, the second time within a day. */
  readonly once: boolean;
  /**
   * Resolves when the message was taken. Calls `handOver` when it can still be held back, right before it may be out; what
   * that rejects with is thrown, and nothing is sent. Throws MailError otherwise, within a bounded time.
   */
  send(mail: Mail, handOver: () => Promise<void>): Promise<void>;
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
