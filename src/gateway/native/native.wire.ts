import { STREAM_PATH, SUBPROTOCOL } from '../../protocol/index.js';
import { TokenDoor } from '../door/token.door.js';
import type { Wire } from '../session/wire.js';
import { USUAL_PATIENCE } from '../transport/transport-limits.js';
import { NativeCodec } from './native-codec.js';

/** The wire of docs/protocol.md. */
export const NATIVE_WIRE: Wire = {
  path: STREAM_PATH,
  subprotocol: SUBPROTOCOL,
  /** Two seconds of 16 kHz audio. */
  maxFrameBytes: 64 * 1024,
  resumable: true,
  patience: USUAL_PATIENCE,
  door: TokenDoor,
  codec: () => new NativeCodec(),
};
