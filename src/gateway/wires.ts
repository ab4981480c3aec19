import { ASTERISK_WIRE } from './asterisk/asterisk.wire.js';
import { NATIVE_WIRE } from './native/native.wire.js';
import { TWILIO_WIRE } from './twilio/twilio.wire.js';
import type { Wire } from './session/wire.js';

/** The table of paths: every wire that this server speaks. */
export const SPOKEN_WIRES: readonly Wire[] = [NATIVE_WIRE, TWILIO_WIRE, ASTERISK_WIRE];
