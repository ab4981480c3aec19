import type { Wire } from '../session/wire.js';
import { TWILIO_PATH } from '../../config/twilio-addresses.js';
import { TwilioCodec } from './twilio-codec.js';
import { TwilioDoor } from './twilio.door.js';

/** Twilio Media Streams: docs/telephone.md. */
export const TWILIO_WIRE: Wire = {
  path: TWILIO_PATH,
  subprotocol: undefined,
  /** Twilio's frames hold 20 ms, some 400 bytes. */
  maxFrameBytes: 16 * 1024,
  resumable: false,
  /** Whoever has hung up reads nothing more: the call is over within a second. */
  patience: { readMs: 300, closeMs: 300 },
  door: TwilioDoor,
  codec: () => new TwilioCodec(),
};
