// The SDK, loaded when it is first needed (49 ms). Its CommonJS build: the other one does not find `ws`, and would put the
// API key into the address of Node's own WebSocket, where every proxy logs it.
import { createRequire } from 'node:module';
import type { Cartesia } from '@cartesia/cartesia-js';
import type { TTSWS } from '@cartesia/cartesia-js/resources/tts/ws';

export interface CartesiaSdk {
  readonly Cartesia: typeof Cartesia;
  readonly TTSWS: typeof TTSWS;
}

let loaded: CartesiaSdk | undefined;

export function loadSdk(): CartesiaSdk {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  const client = require('@cartesia/cartesia-js') as Pick<CartesiaSdk, 'Cartesia'>;
  const socket = require('@cartesia/cartesia-js/resources/tts/ws') as Pick<CartesiaSdk, 'TTSWS'>;
  loaded = { Cartesia: client.Cartesia, TTSWS: socket.TTSWS };
  return loaded;
}
