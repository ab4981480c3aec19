import { contentLength, MAX_MESSAGE_BYTES, readHead, splitHead } from './message.js';

/** Cuts a TCP stream into messages by their Content-Length (RFC 3261 section 18.3). Holds one message at most. */
export class StreamFramer {
  private held: Buffer = Buffer.alloc(0);

  /** The messages that are whole now; undefined when this is no SIP, and the connection is beyond help. */
  push(chunk: Buffer): Buffer[] | undefined {
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      this.held = withoutKeepAlives(this.held);
      const parts = splitHead(this.held);
      if (parts === undefined) break;
      const read = readHead(parts.head);
      // Without it nobody knows where the next message begins.
      const length = read && contentLength(read.headers);
      if (length === undefined || Number.isNaN(length)) return undefined;
      const end = parts.bodyAt + length;
      if (end > MAX_MESSAGE_BYTES) return undefined;
      if (this.held.length < end) break;
      messages.push(this.held.subarray(0, end));
      this.held = this.held.subarray(end);
    }
    return this.held.length > MAX_MESSAGE_BYTES ? undefined : messages;
  }
}

const CR = 13;
const LF = 10;

/** Empty lines between messages keep the connection open (RFC 5626). */
function withoutKeepAlives(bytes: Buffer): Buffer {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at += 1;
  return at === 0 ? bytes : bytes.subarray(at);
}
