import type { TranscriptionKnobs } from '../simulators/transcription-knobs.js';
import type { FaultCase } from './fault-matrix.js';

const refused = (status: number, outcome: FaultCase<never>['outcome']): FaultCase<TranscriptionKnobs> => ({
  fault: `answers ${status}`,
  phase: 'connect',
  knobs: { refusal: { status } },
  outcome: { ...outcome, status },
});

/** Every fault of the transcription simulator, and what an adapter has to report. */
export const transcriptionFaults: readonly FaultCase<TranscriptionKnobs>[] = [
  refused(400, { code: 'bad_request', retryable: false }),
  refused(401, { code: 'unauthorized', retryable: false }),
  refused(403, { code: 'unauthorized', retryable: false }),
  refused(408, { code: 'timeout', retryable: true }),
  refused(413, { code: 'bad_request', retryable: false }),
  refused(429, { code: 'rate_limited', retryable: true }),
  refused(500, { code: 'unavailable', retryable: true }),
  refused(503, { code: 'unavailable', retryable: true }),
  {
    fault: 'drops the connection',
    phase: 'connect',
    knobs: { reset: true },
    outcome: { code: 'unavailable', retryable: true },
  },
  { fault: 'never answers', phase: 'connect', knobs: { hang: true }, outcome: { code: 'timeout', retryable: true } },
  {
    fault: 'sends headers and no body',
    phase: 'first byte',
    knobs: { fault: { kind: 'stall', afterBytes: 0 } },
    outcome: { code: 'timeout', retryable: true },
  },
  {
    fault: 'ends without a body',
    phase: 'first byte',
    knobs: { body: 'empty' },
    outcome: { code: 'protocol', retryable: true },
  },
  {
    fault: 'drops the connection',
    phase: 'first byte',
    knobs: { fault: { kind: 'destroy', afterBytes: 0 } },
    outcome: { code: 'unavailable', retryable: true },
  },
  {
    fault: 'sends a proxy’s HTML with status 200',
    phase: 'first byte',
    knobs: { body: 'garbage' },
    outcome: { code: 'protocol', retryable: true },
  },
  {
    fault: 'sends bytes that are no text',
    phase: 'first byte',
    knobs: { body: 'binary' },
    outcome: { code: 'protocol', retryable: true },
  },
  {
    fault: 'sends JSON of another shape',
    phase: 'first byte',
    knobs: { body: 'malformed' },
    outcome: { code: 'protocol', retryable: true },
  },
  {
    fault: 'stalls',
    phase: 'mid-stream',
    knobs: { fault: { kind: 'stall', afterBytes: 9 } },
    outcome: { code: 'timeout', retryable: true },
  },
  {
    fault: 'drops the connection',
    phase: 'mid-stream',
    knobs: { fault: { kind: 'destroy', afterBytes: 9 } },
    outcome: { code: 'unavailable', retryable: true },
  },
  {
    fault: 'ends in the middle of the JSON',
    phase: 'mid-stream',
    knobs: { fault: { kind: 'end', afterBytes: 9 } },
    outcome: { code: 'protocol', retryable: true },
  },
];
