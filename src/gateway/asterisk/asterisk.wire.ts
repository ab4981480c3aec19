import type { Wire } from '../session/wire.js';
import { AsteriskCodec } from './asterisk-codec.js';
import { AsteriskDoor } from './asterisk.door.js';

/** Asterisk's WebSocket channel: docs/telephone.md. */
export const ASTERISK_WIRE: Wire = {
  path: '/v1/asterisk',
  /** As every media connection of Asterisk's asks for. */
  subprotocol: 'media',
  /** A frame holds 20 ms of audio; MEDIA_START may name every variable of the channel. */
  maxFrameBytes: 64 * 1024,
  resumable: false,
  /** Asterisk's queue takes 20 s, and drops what comes beyond 18. */
  maxAheadMs: 15_000,
  patience: { readMs: 300, closeMs: 300 },
  door: AsteriskDoor,
  codec: () => new AsteriskCodec(),
};
