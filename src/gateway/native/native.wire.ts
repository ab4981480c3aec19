import { STREAM_PATH, SUBPROTOCOL } from '../../protocol/index.js';
import { TokenDoor } from '../door/token.door.js';
import type { Wire } from '../session/wire.js';
import { NativeCodec } from './native-codec.js';

/** The wire of docs/protocol.md. */
export const NATIVE_WIRE: Wire = {
  path: STREAM_PATH,
  subprotocol: SUBPROTOCOL,
  /** Two seconds of 16 kHz audio. */
  maxFrameBytes: 64 * 1024,
  door: TokenDoor,
  codec: () => new NativeCodec(),
};
