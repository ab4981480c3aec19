// Every fault of Deepgram's wire, for both of its dialects, in every phase.
import { EventLog, settle } from '../../../test/contract/event-log.js';
import {
  type FaultCase,
  type FaultOutcome,
  type FaultPhase,
  faultTitle,
  outcomeOf,
} from '../../../test/contract/fault-matrix.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../../test/simulators/deepgram.js';
import type { DeepgramFault, DeepgramKnobs } from '../../../test/simulators/deepgram-knobs.js';
import { silence, tone } from '../../../test/simulators/tone.js';
import { until } from '../../../test/simulators/until.js';
import type { SttEvent } from '../stt.port.js';
import { DeepgramSpeechToText } from './deepgram-stt.js';

const RATE = 16_000;
/** Two utterances: the words of the first are settled when a fault of the second comes. */
const AUDIO = Buffer.concat([tone(900, RATE), silence(700, RATE), tone(900, RATE), silence(100, RATE)]);
/** ms of audio before a fault: before there can be words, and after the first utterance's. */
const FIRST_BYTE_MS = 100;
const MID_STREAM_MS = 2000;
/** Quick failures of what never comes; whatever does come may take its time on a busy machine. */
const HASTY = { connectTimeoutMs: 300, stallTimeoutMs: 300, closeTimeoutMs: 300 };
const PATIENT = { ...HASTY, connectTimeoutMs: 15_000, stallTimeoutMs: 15_000 };

const retryable = (code: FaultOutcome['code'], status?: number): FaultOutcome => ({
  code,
  retryable: true,
  ...(status === undefined ? {} : { status }),
});
const final = (code: FaultOutcome['code'], status?: number): FaultOutcome => ({
  ...retryable(code, status),
  retryable: false,
});

const HANDSHAKES: readonly FaultCase<DeepgramKnobs>[] = [
  { fault: '400, a bad request', knobs: { handshake: { status: 400 } }, outcome: final('bad_request', 400) },
  { fault: '401, a wrong key', knobs: { handshake: { status: 401 } }, outcome: final('unauthorized', 401) },
  { fault: '402, no credit', knobs: { handshake: { status: 402 } }, outcome: final('unauthorized', 402) },
  { fault: '429, too many streams', knobs: { handshake: { status: 429 } }, outcome: retryable('rate_limited', 429) },
  { fault: '500, broken', knobs: { handshake: { status: 500 } }, outcome: retryable('unavailable', 500) },
  { fault: '503, busy', knobs: { handshake: { status: 503 } }, outcome: retryable('unavailable', 503) },
  { fault: 'connection dropped', knobs: { handshake: 'refuse' as const }, outcome: retryable('unavailable') },
  { fault: 'no answer', knobs: { handshake: 'hang' as const }, outcome: retryable('timeout') },
].map((entry) => ({ ...entry, phase: 'connect' }));

const BREAKS: readonly [DeepgramFault['kind'], string, FaultOutcome][] = [
  ['close', 'a normal close that nobody asked for', retryable('closed_early', 1000)],
  ['close-codeless', 'a close without a code', retryable('closed_early', 1005)],
  ['close-1008', 'close 1008', final('bad_request', 1008)],
  ['close-1011', 'close 1011', retryable('unavailable', 1011)],
  ['destroy', 'connection reset', retryable('unavailable', 1006)],
  ['stall', 'stall', retryable('timeout')],
  ['garbage', 'text that is not JSON', retryable('protocol')],
  ['malformed', 'a message of another shape', retryable('protocol')],
  ['no-type', 'JSON that is no message', retryable('protocol')],
  ['binary', 'an unexpected binary message', retryable('protocol')],
  ['bad-frame', 'bytes that are no frame', retryable('protocol')],
  ['error', "the provider's own error", retryable('unavailable')],
  ['our-error', 'an error that blames the request', final('bad_request')],
];

const breaks = (phase: FaultPhase, afterAudioMs: number): readonly FaultCase<DeepgramKnobs>[] =>
  BREAKS.map(([kind, fault, outcome]) => ({ fault, phase, outcome, knobs: { fault: { kind, afterAudioMs } } }));

const CASES = [...HANDSHAKES, ...breaks('first byte', FIRST_BYTE_MS), ...breaks('mid-stream', MID_STREAM_MS)];

describe.each([
  ['deepgram nova', 'nova-3'],
  ['deepgram flux', 'flux-general-en'],
])('%s', (adapter, model) => {
  it.each(CASES.map((entry) => ({ ...entry, title: faultTitle(adapter, entry) })))('$title', async (entry) => {
    const { knobs, phase, outcome } = entry;
    const simulator = await DeepgramSimulator.start({
      knobs: { transcripts: ['Hello there.'], silenceMs: 400, ...knobs },
    });
    const stt = new DeepgramSpeechToText({
      apiKey: SIMULATED_DEEPGRAM_KEY,
      model,
      baseUrl: simulator.url,
      ...(outcome.code === 'timeout' ? HASTY : PATIENT),
    });
    const log = new EventLog<SttEvent>(['closed', 'failed']);
    const stream = stt.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, log.listener);
    log.markOpened();
    try {
      stream.push(phase === 'mid-stream' ? AUDIO : tone(200, RATE));
      // A provider that stalls is noticed by audio that it does not answer.
      const frames = setInterval(() => stream.push(tone(20, RATE)), 20);
      try {
        await log.untilType('failed');
      } finally {
        clearInterval(frames);
      }
      const error = log.of('failed')[0]?.error;
      expect(error === undefined ? undefined : outcomeOf(error)).toEqual(outcome);
      expect(log.of('transcript.final')).toHaveLength(phase === 'mid-stream' ? 1 : 0);
      // Nothing more comes of it, whatever is asked, and it does not reconnect by itself.
      stream.push(AUDIO);
      stream.finalize();
      stream.close();
      await settle(30);
      expect(log.of('failed')).toHaveLength(1);
      expect(log.violations).toEqual([]);
      expect(simulator.counts.handshakes).toBe(1);
      await until('no connection is left', () => simulator.open === 0);
    } finally {
      stream.abort();
      await simulator.close();
    }
  });
});
