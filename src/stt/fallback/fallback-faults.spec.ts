// What the caller notices of a recogniser's fault when another is behind it in the chain: nothing. Every fault of the
// simulators hits the first provider; the second has to have heard every word, once, and the turn has to end, once.
import { EventLog } from '../../../test/contract/event-log.js';
import type { FaultPhase } from '../../../test/contract/fault-matrix.js';
import { transcriptionFaults } from '../../../test/contract/transcription-faults.js';
import { SIMULATED_SPEECHMATICS_KEY, SpeechmaticsSimulator } from '../../../test/simulators/speechmatics.js';
import type { SpeechmaticsFaultKind, SpeechmaticsKnobs } from '../../../test/simulators/speechmatics-knobs.js';
import { silence, tone } from '../../../test/simulators/tone.js';
import { SIMULATED_TRANSCRIPTION_KEY, TranscriptionSimulator } from '../../../test/simulators/transcription.js';
import { until } from '../../../test/simulators/until.js';
import { ProviderHealth } from '../../provider/health.js';
import { SegmentedStt } from '../common/segmented-stt.js';
import { SpeechmaticsSpeechToText } from '../speechmatics/speechmatics-stt.js';
import type { SpeechToText, SttEvent } from '../stt.port.js';
import { WhisperTranscriber } from '../whisper/whisper-transcriber.js';
import { FallbackStt } from './fallback-stt.js';

const RATE = 16_000;
const FRAME_BYTES = (RATE * 2 * 40) / 1000;
/**
 * Two utterances of one turn, and the silence after them. The pause between them is long enough to be one in a replay too,
 * whose pieces are 200 ms long, and shorter than the one that ends a turn.
 */
const TURN = Buffer.concat([
  silence(300, RATE),
  tone(900, RATE),
  silence(690, RATE),
  tone(700, RATE),
  silence(1200, RATE),
]);

const title = (adapter: string, fault: string, phase: FaultPhase): string =>
  `fault matrix › ${adapter}, whisper › ${fault} › ${phase}: heard by the next, once`;

describe('a chain whose first recogniser fails', () => {
  let healthy: TranscriptionSimulator;
  let second: SegmentedStt;

  beforeEach(async () => {
    healthy = await TranscriptionSimulator.start({ transcripts: ['What did I spend', 'in October?'] });
    second = new SegmentedStt({
      transcriber: new WhisperTranscriber({ url: healthy.url, apiKey: SIMULATED_TRANSCRIPTION_KEY }),
    });
  });

  afterEach(async () => {
    await second.close();
    await healthy.close();
  });

  /** Says the turn much faster than anybody speaks; what was heard and how often the turn ended. */
  async function hear(first: SpeechToText) {
    const log = new EventLog<SttEvent>(['closed', 'failed']);
    const chain = new FallbackStt([first, second], { health: new ProviderHealth() });
    const stream = chain.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, log.listener);
    log.markOpened();
    for (let at = 0; at < TURN.length; at += FRAME_BYTES) {
      stream.push(TURN.subarray(at, at + FRAME_BYTES));
      await new Promise((resolve) => {
        setTimeout(resolve, 1);
      });
    }
    // A silent provider is only noticed while the caller's microphone goes on.
    const microphone = setInterval(() => stream.push(silence(20, RATE)), 5);
    try {
      await log.untilType('turn.ended');
      stream.close();
      await log.untilType('closed');
    } finally {
      clearInterval(microphone);
      stream.abort();
    }
    return {
      text: log
        .of('transcript.final')
        .map(({ text }) => text)
        .join(' '),
      turns: log.of('turn.ended').length,
      violations: log.violations,
    };
  }

  const once = { text: 'What did I spend in October?', turns: 1, violations: [] };

  describe('whisper', () => {
    it.each(transcriptionFaults.map((fault) => [title('whisper', fault.fault, fault.phase), fault] as const))(
      '%s',
      async (_title, { knobs, outcome }) => {
        const faulty = await TranscriptionSimulator.start({ knobs });
        // The audio's own length is added to it: a second or two.
        const timeoutMs = outcome.code === 'timeout' ? -1200 : 15_000;
        const transcriber = new WhisperTranscriber({ url: faulty.url, apiKey: SIMULATED_TRANSCRIPTION_KEY, timeoutMs });
        const first = new SegmentedStt({ transcriber });
        try {
          expect(await hear(first)).toEqual(once);
        } finally {
          await first.close();
          await until('no request is left', () => faulty.active === 0);
          await faulty.close();
        }
      },
    );
  });

  describe('speechmatics', () => {
    const kinds: readonly SpeechmaticsFaultKind[] = [
      'close',
      'close-1011',
      'destroy',
      'stall',
      'garbage',
      'malformed',
      'binary',
      'bad-frame',
      'error',
      'our-error',
      'not-authorised',
      'quota',
      'end-of-transcript',
    ];
    const cases: (readonly [string, SpeechmaticsKnobs])[] = [
      [title('speechmatics', 'answers 401', 'connect'), { handshake: { status: 401 } }],
      [title('speechmatics', 'drops the connection', 'connect'), { handshake: 'refuse' }],
      [title('speechmatics', 'never answers', 'connect'), { handshake: 'hang' }],
      ...(['stall', 'garbage', 'quota'] as const).map(
        (kind) => [title('speechmatics', kind, 'first byte'), { startFault: kind }] as const,
      ),
      ...kinds.map(
        (kind) => [title('speechmatics', kind, 'mid-stream'), { fault: { kind, afterAudioMs: 700 } }] as const,
      ),
    ];

    it.each(cases)('%s', async (_title, knobs) => {
      const faulty = await SpeechmaticsSimulator.start({ knobs: { transcripts: ['not settled'], ...knobs } });
      const first = new SpeechmaticsSpeechToText({
        apiKey: SIMULATED_SPEECHMATICS_KEY,
        url: faulty.url,
        connectTimeoutMs: 300,
        stallTimeoutMs: 300,
      });
      try {
        expect(await hear(first)).toEqual(once);
        await until('no connection is left', () => faulty.open === 0);
      } finally {
        await faulty.close();
      }
    });
  });
});
