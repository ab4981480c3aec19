// Utterances cut by the detector that knows voices, which decides behind the audio: real speech through the real model.
import { jest } from '@jest/globals';
import { EventLog } from '../../../test/contract/event-log.js';
import { DEMO } from '../../../test/speech/corpus.js';
import { synthesise } from '../../../test/speech/hear.js';
import { NOISES, atLevel, extent, fromPcm, inQuietRoom, toPcm } from '../../../test/speech/sounds.js';
import type { Sound } from '../../../test/speech/sounds.js';
import { EnergyVad } from '../../vad/energy/energy-vad.js';
import { SileroVad } from '../../vad/silero/silero-vad.js';
import type { VoiceActivityDetector } from '../../vad/vad.port.js';
import type { SttEvent } from '../stt.port.js';
import { SegmentedStt } from './segmented-stt.js';

// Two cores that ten others work on too.
jest.setTimeout(60_000);

const BYTES_PER_MS = 32;
const FRAME_MS = 20;
const LEAD_MS = 1500;
const TAIL_MS = 1500;

describe('utterances cut by Silero', () => {
  let vad: SileroVad;
  /** Nothing of it goes to the energy detector, however busy the machine is. */
  let patient: SileroVad;

  beforeAll(async () => {
    vad = new SileroVad({ warn: () => undefined });
    patient = new SileroVad({ warn: () => undefined, maxLagMs: 60_000 });
    await Promise.all([vad.warmUp(), patient.warmUp()]);
  });
  afterAll(async () => {
    await Promise.all([vad.close(), patient.close()]);
  });

  /** Pushes the sound about three times as fast as a caller speaks, and says what was uploaded of it, ms. */
  async function cut(sound: Sound, detector: VoiceActivityDetector) {
    const uploads: number[] = [];
    const stt = new SegmentedStt({
      vad: detector,
      transcriber: {
        name: 'counting',
        transcribe: ({ pcm }) => {
          uploads.push(pcm.length / BYTES_PER_MS);
          return Promise.resolve({ text: 'words', language: undefined, words: [], confidence: 1 });
        },
      },
    });
    const log = new EventLog<SttEvent>(['closed', 'failed']);
    const stream = stt.open({ sampleRate: 16_000, language: 'en-US', keyTerms: [] }, log.listener);
    log.markOpened();
    const audio = Buffer.concat([toPcm(sound), Buffer.alloc(TAIL_MS * BYTES_PER_MS)]);
    for (let at = 0; at < audio.length; at += FRAME_MS * BYTES_PER_MS) {
      stream.push(audio.subarray(at, at + FRAME_MS * BYTES_PER_MS));
      await new Promise((resolve) => {
        setTimeout(resolve, FRAME_MS / 3);
      });
    }
    stream.close();
    await log.untilType('closed');
    return { uploads, log };
  }

  it('hold all of a sentence in one request', async () => {
    const speech = atLevel(fromPcm(await synthesise(DEMO[0]?.say ?? '', 'slt')), -26);
    const { beginMs, endMs } = extent(speech);
    const { uploads, log } = await cut(inQuietRoom(speech, LEAD_MS), vad);
    expect(uploads).toHaveLength(1);
    expect(uploads[0]).toBeGreaterThan(endMs - beginMs);
    const [final] = log.of('transcript.final');
    expect(final?.audioMs).toBeGreaterThan(LEAD_MS + endMs - 300);
    expect(log.of('turn.ended')).toHaveLength(1);
  });

  it('cost no request for sounds that are not speech, where the level alone costs some', async () => {
    const noise = (NOISES['pink noise bursts']?.() ?? new Float32Array(0)).subarray(0, 4 * 16_000);
    expect((await cut(inQuietRoom(noise, 500), patient)).uploads).toEqual([]);
    expect((await cut(inQuietRoom(noise, 500), new EnergyVad())).uploads.length).toBeGreaterThan(0);
  });
});
