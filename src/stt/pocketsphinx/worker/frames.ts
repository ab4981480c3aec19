// What goes into a recogniser's process: frames of [type u8][length u32 LE][payload].

export const FRAME = {
  /** An utterance begins. */
  start: 1,
  /** PCM16, 16 kHz. */
  audio: 2,
  /** It ends; payload: LikelyAnswers as JSON, when something was asked. */
  end: 3,
  /** Names of this call; payload: NameClass[] as JSON. */
  names: 4,
} as const;
export type FrameType = (typeof FRAME)[keyof typeof FRAME];

const HEADER_BYTES = 5;

export function encodeFrame(type: FrameType, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame[0] = type;
  frame.writeUInt32LE(payload.length, 1);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

/** Takes a stream's pieces, and gives each whole frame to `handle`. */
export function frameReader(handle: (type: number, payload: Buffer) => void): (data: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data]);
    while (pending.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + pending.readUInt32LE(1);
      if (pending.length < end) return;
      handle(pending[0] ?? 0, pending.subarray(HEADER_BYTES, end));
      pending = pending.subarray(end);
    }
  };
}
