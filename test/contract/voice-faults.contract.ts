// The fault matrix of the voices: every fault of a provider's simulator, in every phase of a segment, and what a caller of
// the port gets to see. The tests' names are the rows of the matrix in the docs.
import type { ProviderErrorCode } from '../../src/provider/provider.port.js';
import type { TextToSpeech, TtsEvent } from '../../src/tts/tts.port.js';
import { EventLog, settle } from './event-log.js';
import { faultTitle } from './fault-matrix.js';
import type { FaultPhase } from './fault-matrix.js';

/** What comes out: everything is spoken, or a failure that is (or is not) worth another try. */
export type FaultOutcome = 'spoken' | `${ProviderErrorCode}, retry` | `${ProviderErrorCode}, final`;

export interface VoiceFaultRow<Knobs> {
  readonly fault: string;
  readonly phase: FaultPhase;
  readonly outcome: FaultOutcome;
  readonly knobs: Knobs;
}

export interface VoiceUnderTest {
  readonly tts: TextToSpeech;
  /** Frees the adapter and its simulator; rejects when a connection is left. */
  readonly close: () => Promise<void>;
}

const SENTENCES = ['Good morning, this is Julia speaking.', 'How can I help you today?'];

/** @param start the adapter, with short deadlines, against a simulator with these knobs */
export function voiceFaultMatrix<Knobs>(
  adapter: string,
  rows: readonly VoiceFaultRow<Knobs>[],
  start: (knobs: Knobs) => Promise<VoiceUnderTest>,
): void {
  describe(`the faults of ${adapter}`, () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };

    beforeAll(() => process.on('unhandledRejection', note));
    afterAll(() => process.off('unhandledRejection', note));

    for (const { fault, phase, outcome, knobs } of rows) {
      it(faultTitle(adapter, { fault, phase, knobs, outcome: outcomeOf(outcome) }), async () => {
        const { tts, close } = await start(knobs);
        const log = new EventLog<TtsEvent>(['ended', 'failed']);
        const stream = tts.open({ voice: '', language: 'en-US', sampleRate: 16_000 }, log.listener);
        log.markOpened();
        for (const [segment, text] of SENTENCES.entries()) stream.speak(segment, text);
        stream.end();
        await log.until('end', (events) => events.some(({ type }) => type === 'ended' || type === 'failed'));
        await settle(20);
        expect(log.violations).toEqual([]);
        expect(seen(log)).toBe(outcome);
        if (phase !== 'mid-stream' && outcome !== 'spoken') expect(log.of('audio')).toEqual([]);
        stream.abort();
        await close();
        expect(unhandled).toEqual([]);
      });
    }
  });
}

function outcomeOf(outcome: FaultOutcome): { code: ProviderErrorCode | 'none'; retryable?: boolean } {
  if (outcome === 'spoken') return { code: 'none' };
  const [code, again] = outcome.split(', ') as [ProviderErrorCode, 'retry' | 'final'];
  return { code, retryable: again === 'retry' };
}

function seen(log: EventLog<TtsEvent>): string {
  const failure = log.of('failed')[0];
  const spoken = log.of('segment.ended').map(({ segment }) => segment);
  if (failure === undefined) return spoken.length === SENTENCES.length ? 'spoken' : `${spoken.length} segments spoken`;
  if (spoken.length > 0) return `segment ${failure.segment} failed`;
  return `${failure.error.code}, ${failure.error.retryable ? 'retry' : 'final'}`;
}

/** The faults that every WebSocket has while its handshake is made. `hang` needs a short connect deadline. */
export const HANDSHAKE_FAULTS = [
  { fault: 'refused connection', handshake: 'refuse', outcome: 'unavailable, retry' },
  { fault: 'no answer', handshake: 'hang', outcome: 'timeout, retry' },
  { fault: '401', handshake: { status: 401 }, outcome: 'unauthorized, final' },
  { fault: '429', handshake: { status: 429 }, outcome: 'rate_limited, retry' },
  { fault: '503', handshake: { status: 503 }, outcome: 'unavailable, retry' },
] as const;
