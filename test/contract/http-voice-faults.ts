import type { FaultPhase } from './fault-matrix.js';
import type { FaultOutcome, VoiceFaultRow } from './voice-faults.contract.js';
import type { HttpVoiceFault, HttpVoiceKnobs } from '../simulators/http-voice.js';

/** Bytes of the first sentence after which a fault is in the middle of it. */
const phases: [FaultPhase, number][] = [
  ['first byte', 0],
  ['mid-stream', 9600],
];

/**
 * The rows of the fault matrix for a voice over HTTP that answers one request a segment.
 *
 * @param outcomes what comes out where the wires differ: bytes that are no part of the wire, and a body that ends early but in
 *   good order, which raw audio cannot be told from a short sentence by
 */
export function httpVoiceFaults(outcomes: {
  readonly garbage: FaultOutcome;
  readonly earlyEnd: FaultOutcome;
}): VoiceFaultRow<HttpVoiceKnobs>[] {
  const statuses: [number, FaultOutcome][] = [
    [401, 'unauthorized, final'],
    [400, 'bad_request, final'],
    [429, 'rate_limited, retry'],
    [500, 'unavailable, retry'],
  ];
  const kinds: [HttpVoiceFault['kind'], string, (phase: FaultPhase) => FaultOutcome][] = [
    ['end', 'a body that ends early', (phase) => (phase === 'first byte' ? 'closed_early, retry' : outcomes.earlyEnd)],
    ['destroy', 'lost connection', () => 'unavailable, retry'],
    ['stall', 'silence', () => 'timeout, retry'],
    ['garbage', 'garbage', () => outcomes.garbage],
  ];
  return [
    {
      fault: 'refused connection',
      phase: 'connect',
      outcome: 'unavailable, retry',
      knobs: { connection: 'refuse' },
    },
    { fault: 'no answer', phase: 'connect', outcome: 'timeout, retry', knobs: { connection: 'hang' } },
    ...statuses.map(([status, outcome]) => ({
      fault: `${status}`,
      phase: 'connect' as const,
      outcome,
      knobs: { refusal: { status } },
    })),
    ...kinds.flatMap(([kind, fault, outcome]) =>
      phases.map(([phase, afterBytes]) => ({
        fault,
        phase,
        outcome: outcome(phase),
        knobs: { fault: { kind, afterBytes } },
      })),
    ),
  ];
}
