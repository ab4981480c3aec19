export type DocumentErrorCode =
  | 'unsupported' // neither Markdown, text, HTML, PDF nor DOCX
  | 'unreadable' // broken, encrypted, or not what it says it is
  | 'empty' // no words in it
  | 'too_large'
  | 'busy' // too many are being read
  | 'bad_address' // no address that is fetched: another scheme, or inside a private network
  | 'unreachable'; // the address does not answer as it should

/** A document cannot be taken. The message says what to do about it, and holds nothing of its contents. */
export class DocumentError extends Error {
  constructor(
    readonly code: DocumentErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DocumentError';
  }
}
