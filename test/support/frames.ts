// WebSocket frames as bytes (RFC 6455 section 5.2): those that a client may send, those that it may not, and those that come back.

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameParts {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  /** The last of its message; it is unless said otherwise. */
  readonly fin?: boolean;
  /** The three reserved bits, RSV1 being 4. */
  readonly rsv?: number;
  /** undefined: as section 5.3 wants it; null: not masked. */
  readonly mask?: readonly number[] | null;
  /** Bits of the length field; as few as are needed unless said otherwise. */
  readonly lengthBits?: 7 | 16 | 64;
  /** In place of the payload's own length. */
  readonly length?: number | bigint;
}

const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

/** The bytes of one frame of a client. Nothing is checked: what is wrong is sent as it is. */
export function frame({
  opcode,
  payload = '',
  fin = true,
  rsv = 0,
  mask = MASK,
  lengthBits,
  length,
}: FrameParts): Buffer {
  const bytes = Buffer.from(payload as string);
  const claimed = BigInt(length ?? bytes.length);
  const bits = lengthBits ?? (claimed < 126n ? 7 : claimed < 65_536n ? 16 : 64);
  const head = Buffer.alloc(bits === 7 ? 2 : bits === 16 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (mask === null ? 0 : 0x80) | (bits === 7 ? Number(claimed) : bits === 16 ? 126 : 127);
  if (bits === 16) head.writeUInt16BE(Number(claimed), 2);
  if (bits === 64) head.writeBigUInt64BE(claimed, 2);
  if (mask === null) return Buffer.concat([head, bytes]);
  const masked = bytes.map((byte, index) => byte ^ (mask[index & 3] ?? 0));
  return Buffer.concat([head, Buffer.from(mask), masked]);
}

/** The frames of one message, cut at these bytes of its payload. */
export function fragments(opcode: number, payload: Uint8Array, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts, payload.length];
  return ends.map((end, index) =>
    frame({
      opcode: index === 0 ? opcode : OPCODE.continuation,
      payload: payload.subarray(index === 0 ? 0 : ends[index - 1], end),
      fin: index === ends.length - 1,
    }),
  );
}

/** A close frame's payload. */
export const closing = (code: number, reason: Uint8Array | string = ''): Buffer =>
  Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason as string)]);

export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The whole frames in what a server has sent after its 101. Throws at one that a server may not send. */
export function serverFrames(bytes: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    if ((first & 0xf0) !== 0x80) throw new Error(`the server's frame begins with ${first.toString(16)}`);
    if (second >= 0x80) throw new Error("the server's frame is masked");
    const extra = second === 126 ? 2 : second === 127 ? 8 : 0;
    const begins = at + 2 + extra;
    if (begins > bytes.length) break;
    const length =
      extra === 2 ? bytes.readUInt16BE(at + 2) : extra === 8 ? Number(bytes.readBigUInt64BE(at + 2)) : second;
    if (begins + length > bytes.length) break;
    frames.push({ opcode: first & 15, payload: bytes.subarray(begins, begins + length) });
    at = begins + length;
  }
  return frames;
}
