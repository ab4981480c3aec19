import type { CallRequest } from './call.port.js';
import type { KeptEvents } from './event-log.js';
import type { StoredCall } from './session-store.port.js';

/** PCM16. */
const BYTES_PER_SAMPLE = 2;

/** Where a call stands, besides its conversation. */
export interface CallProgress {
  /** Microphone audio that it has had. */
  readonly bytes: number;
  readonly clientSeq: number;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly spent: number;
}

/** The call as another process can go on with it. The caller himself is not written down: who resumes it proves who he is. */
export function storedCall(
  { caller: _caller, sessionId: _sessionId, ...request }: CallRequest & { readonly agent: string },
  snapshot: { readonly heardMs: number },
  events: KeptEvents,
  { bytes, clientSeq, startedAt, spent }: CallProgress,
): StoredCall {
  const bytesPerMs = (request.inputSampleRate * BYTES_PER_SAMPLE) / 1000;
  const heard = Math.floor((snapshot.heardMs * bytesPerMs) / BYTES_PER_SAMPLE) * BYTES_PER_SAMPLE;
  const securedBytes = Math.min(heard, bytes);
  return { version: 1, request, snapshot, ...events, securedBytes, clientSeq, startedAt, spent };
}
