import { HANDSHAKE_FAULTS, voiceFaultMatrix } from '../../../test/contract/voice-faults.contract.js';
import type { FaultPhase } from '../../../test/contract/fault-matrix.js';
import type { FaultOutcome, VoiceFaultRow } from '../../../test/contract/voice-faults.contract.js';
import { CartesiaSimulator, SIMULATED_CARTESIA_KEY } from '../../../test/simulators/cartesia.js';
import type { CartesiaKnobs } from '../../../test/simulators/cartesia-session.js';
import { until } from '../../../test/simulators/until.js';
import type { VoiceFault } from '../../../test/simulators/voice-knobs.js';
import { CartesiaTextToSpeech } from './cartesia-tts.js';

const STREAM_FAULTS: [VoiceFault['kind'], string, FaultOutcome][] = [
  ['close', 'close 1000', 'closed_early, retry'],
  ['close-codeless', 'close without a code', 'closed_early, retry'],
  ['close-1011', 'close 1011', 'unavailable, retry'],
  ['destroy', 'lost connection', 'unavailable, retry'],
  ['stall', 'silence', 'timeout, retry'],
  ['garbage', 'text that is not JSON', 'protocol, retry'],
  ['no-type', 'JSON that is no message', 'protocol, retry'],
  ['malformed', 'a chunk without its data', 'protocol, retry'],
  ['binary', 'a binary message', 'protocol, retry'],
  ['bad-frame', 'a broken frame', 'protocol, retry'],
  ['error', 'an error 500', 'unavailable, retry'],
  ['our-error', 'an error 400', 'bad_request, final'],
];

/** One chunk of the first sentence at 16 kHz and 20 ms a character. */
const phases: [FaultPhase, number][] = [
  ['first byte', 0],
  ['mid-stream', 9600],
];

const rows: VoiceFaultRow<CartesiaKnobs>[] = [
  ...HANDSHAKE_FAULTS.map(({ fault, handshake, outcome }) => ({
    fault,
    phase: 'connect' as const,
    outcome,
    knobs: { handshake },
  })),
  ...STREAM_FAULTS.flatMap(([kind, fault, outcome]) =>
    phases.map(([phase, afterBytes]) => ({ fault, phase, outcome, knobs: { fault: { kind, afterBytes } } })),
  ),
  { fault: 'too many contexts', phase: 'first byte', outcome: 'rate_limited, retry', knobs: { maxContexts: 0 } },
  {
    fault: 'a segment without audio',
    phase: 'first byte',
    outcome: 'closed_early, retry',
    knobs: { fault: { kind: 'end', afterBytes: 0 } },
  },
];

voiceFaultMatrix('cartesia', rows, async (knobs) => {
  const simulator = await CartesiaSimulator.start({ msPerChar: 20, ...knobs });
  const waits = knobs.handshake === 'hang' || knobs.fault?.kind === 'stall';
  const tts = new CartesiaTextToSpeech({
    apiKey: SIMULATED_CARTESIA_KEY,
    model: 'sonic-3',
    baseUrl: simulator.url,
    ...(waits ? { connectTimeoutMs: 300, firstAudioTimeoutMs: 300, audioTimeoutMs: 300 } : {}),
  });
  return {
    tts,
    close: async () => {
      tts.close();
      await until('no connection is left', () => simulator.open === 0);
      await simulator.close();
    },
  };
});
