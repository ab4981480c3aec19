export type WhisperApi = 'openai' | 'whispercpp';

export interface WhisperAddress {
  readonly api: WhisperApi;
  /** `openai`: base of the API, ending in its version. `whispercpp`: the inference endpoint itself. */
  readonly url: string;
}

/**
 * Which wire a server speaks and where: an address that ends in `/inference` is whisper.cpp's, every other one an
 * OpenAI-compatible server's. An address without a path gets the usual one.
 *
 * @param api the wire, when it is known
 */
export function whisperAddress(serviceUrl: string, api?: WhisperApi): WhisperAddress {
  const url = new URL(serviceUrl);
  url.pathname = url.pathname.replace(/\/+$/, '');
  const spoken = api ?? (url.pathname.endsWith('/inference') ? 'whispercpp' : 'openai');
  if (url.pathname === '/' || url.pathname === '') url.pathname = spoken === 'openai' ? '/v1' : '/inference';
  return { api: spoken, url: url.href };
}

/** faster-whisper's names of the models that it calls by size: SYSTRAN/faster-whisper `utils.py`, `_MODELS`. */
const TURBO = 'mobiuslabsgmbh/faster-whisper-large-v3-turbo';
const SIZES = /^(tiny|base|small|medium)(\.en)?$|^large-v[123]$/;

/** The model's full name for a bare size (`small`, `large-v3`, `turbo`), which is how servers call it; others as they are. */
export function whisperModel(size: string): string {
  if (size === 'turbo' || size === 'large-v3-turbo') return TURBO;
  if (size === 'large') return 'Systran/faster-whisper-large-v3';
  if (SIZES.test(size)) return `Systran/faster-whisper-${size}`;
  return size;
}
