// Enough of MIME (RFC 2045, 2046) to read the text of a mail that a program wrote.

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A header's value, unfolded; undefined when it is not there. */
export function headerOf(mail: Buffer, name: string): string | undefined {
  return split(mail.toString('latin1')).headers.get(name.toLowerCase());
}

/** The first text/plain part of a message, decoded; empty when it has none. */
export function plainTextOf(mail: Buffer): string {
  const part = findText(split(mail.toString('latin1')));
  if (part === undefined) return '';
  const charset = /charset="?([\w-]+)"?/i.exec(part.headers.get('content-type') ?? '')?.[1] ?? 'utf-8';
  return new TextDecoder(charset).decode(decode(part));
}

export interface MimePart {
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Buffer;
}

/** Every part of a message that holds no others, in order, decoded. */
export const partsOf = (mail: Buffer): readonly MimePart[] =>
  leavesOf(split(mail.toString('latin1'))).map((part) => ({ headers: part.headers, content: decode(part) }));

function split(message: string): Part {
  const end = message.search(/\r?\n\r?\n/);
  const head = end === -1 ? message : message.slice(0, end);
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: new Map(headers), body: end === -1 ? '' : message.slice(end).replace(/^\r?\n\r?\n/, '') };
}

const findText = (message: Part): Part | undefined =>
  leavesOf(message).find(({ headers }) => /^text\/plain\b/i.test(headers.get('content-type') ?? 'text/plain'));

function leavesOf(part: Part): readonly Part[] {
  const boundary = /^multipart\/.*boundary="?([^";]+)"?/i.exec(part.headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined) return [part];
  const parts = `\r\n${part.body}`.split(`\n--${boundary}`).slice(1);
  return parts.flatMap((inner) => (inner.startsWith('--') ? [] : leavesOf(split(inner.replace(/^[ \t]*\r?\n/, '')))));
}

function decode({ headers, body }: Part): Buffer {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? '7bit';
  if (encoding === 'base64') return Buffer.from(body, 'base64');
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1');
  const joined = body.replaceAll(/=[ \t]*\r?\n/g, '');
  return Buffer.from(
    joined.replaceAll(/=([0-9A-F]{2})/gi, (_match, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))),
    'latin1',
  );
}
