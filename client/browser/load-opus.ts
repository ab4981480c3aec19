import type { AudioCodec } from '../audio-codec.js';

/** A browser that has not shown what it can by then is done without, ms. */
const LOAD_MS = 5000;

/**
 * Opus as far as this browser has it, for `ConnectOptions.codec`; its code is loaded now. Undefined where it cannot be had.
 * Never rejects. `inputRate` and `outputRate`: Hz, of the session.
 */
export async function opusCodec(rates: {
  readonly inputRate: number;
  readonly outputRate: number;
}): Promise<AudioCodec | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LOAD_MS);
  });
  const loaded = import('./opus-codec.js').then(({ webCodecsOpus }) => webCodecsOpus(rates));
  return Promise.race([loaded, late])
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}
