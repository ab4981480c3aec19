import type { CallWire } from '../session/wire.js';
import { SipCodec } from './sip-codec.js';

/** SIP and RTP: docs/sip.md. */
export const SIP_WIRE: CallWire = {
  /** 20 ms of PCM16 at 8 kHz have 320 bytes. */
  maxFrameBytes: 4096,
  resumable: false,
  /** Our own clock plays the rest, or nobody hears it. */
  patience: { readMs: 300, closeMs: 300 },
  codec: () => new SipCodec(),
};
