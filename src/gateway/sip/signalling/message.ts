// SIP messages (RFC 3261 section 7) as far as an endpoint has to understand them. Headers are kept as they were written, so
// that what is echoed in a response is what came. Everything is a scan from left to right: no expression that backtracks
// meets what a stranger has sent.

/** Largest message that is read, bytes: an INVITE with all that carriers add has some 3000. */
export const MAX_MESSAGE_BYTES = 16 * 1024;
const MAX_HEADERS = 128;

/** Names in lower case, the compact ones (section 20) written out. */
export class Headers {
  constructor(private readonly lines: readonly (readonly [name: string, value: string])[]) {}

  /** The first value of this name. */
  get(name: string): string | undefined {
    return this.lines.find(([each]) => each === name)?.[1];
  }

  /** All values of this name, in order, each as its line has it. */
  all(name: string): string[] {
    return this.lines.filter(([each]) => each === name).map(([, value]) => value);
  }
}

export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface SipResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export type SipMessage = SipRequest | SipResponse;

const COMPACT: Readonly<Record<string, string>> = {
  b: 'referred-by',
  c: 'content-type',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  v: 'via',
  x: 'session-expires',
};

const REQUEST_LINE = /^([A-Za-z]{1,32}) (\S{1,2048}) SIP\/2\.0$/;
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d)(?: |$)/;
const TOKEN = /^[\w.!%*+`'~-]{1,64}$/;
/** Whoever writes these into a header wants to end it early. */
// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const FORBIDDEN = /[\0-\x08\x0a-\x1f\x7f]/;

/** The head of a message and where its body begins; undefined until it has come whole. */
export function splitHead(bytes: Buffer): { readonly head: string; readonly bodyAt: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  return end === -1 ? undefined : { head: bytes.toString('utf8', 0, end), bodyAt: end + 4 };
}

/** A whole message: one datagram, or what a stream's Content-Length has cut out. Undefined when it is none. */
export function readMessage(bytes: Buffer): SipMessage | undefined {
  if (bytes.length > MAX_MESSAGE_BYTES) return undefined;
  const parts = splitHead(bytes);
  const read = parts && readHead(parts.head);
  if (parts === undefined || read === undefined) return undefined;
  const { startLine, headers } = read;
  const body = bodyOf(bytes.subarray(parts.bodyAt), headers);
  if (body === undefined) return undefined;
  const status = STATUS_LINE.exec(startLine)?.[1];
  if (status !== undefined) return { status: Number(status), headers, body };
  const [, method, uri] = REQUEST_LINE.exec(startLine) ?? [];
  return method === undefined || uri === undefined ? undefined : { method, uri, headers, body };
}

/** Content-Length of a head, bytes: undefined when it is not said, NaN when it is no number. */
export function contentLength(headers: Headers): number | undefined {
  const said = headers.get('content-length');
  if (said === undefined) return undefined;
  return /^\d{1,9}$/.test(said) ? Number(said) : Number.NaN;
}

export function readHead(head: string): { readonly startLine: string; readonly headers: Headers } | undefined {
  // A line that begins with white space goes on with the one before it (section 7.3.1).
  const [startLine = '', ...lines] = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  if (lines.length > MAX_HEADERS || FORBIDDEN.test(startLine)) return undefined;
  const headers: (readonly [string, string])[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (!TOKEN.test(name) || FORBIDDEN.test(line)) return undefined;
    headers.push([COMPACT[name] ?? name, line.slice(colon + 1).trim()]);
  }
  return { startLine, headers: new Headers(headers) };
}

/** Section 18.3: a datagram may hold more than its body, but not less. */
function bodyOf(rest: Buffer, headers: Headers): string | undefined {
  const length = contentLength(headers) ?? rest.length;
  return length <= rest.length ? rest.toString('utf8', 0, length) : undefined;
}

/** One line a header, in order; what is undefined is left out. */
export type HeaderLines = readonly (readonly [name: string, value: string | number | undefined])[];

export function writeMessage(startLine: string, headers: HeaderLines, body = ''): string {
  const lines = headers.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return [startLine, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}
