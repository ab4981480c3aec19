import { sttContract } from '../../../test/contract/stt.contract.js';
import type { SttHarness } from '../../../test/contract/stt.contract.js';
import { SIMULATED_TRANSCRIPTION_KEY, TranscriptionSimulator } from '../../../test/simulators/transcription.js';
import { tone } from '../../../test/simulators/tone.js';
import { SegmentedStt } from '../common/segmented-stt.js';
import { WhisperTranscriber } from './whisper-transcriber.js';

async function makeHarness(path: string, sampleRate: number): Promise<SttHarness> {
  const simulator = await TranscriptionSimulator.start({ transcripts: ['What transactions does it have?'] });
  const gone = await TranscriptionSimulator.start();
  const goneUrl = gone.url;
  await gone.close();
  const adapter = (url: string) =>
    new SegmentedStt({ transcriber: new WhisperTranscriber({ url: url + path, apiKey: SIMULATED_TRANSCRIPTION_KEY }) });
  const stt = adapter(simulator.url);
  return {
    stt,
    sampleRate,
    speech: tone(1200, sampleRate),
    expected: /what transactions does it have/,
    wordTimings: false,
    unreachable: () => adapter(goneUrl),
    close: async () => {
      await stt.close();
      await simulator.close();
    },
  };
}

sttContract('whisper on the wire of openai', () => makeHarness('', 16_000));
sttContract('whisper.cpp, on audio of 24 kHz', () => makeHarness('/inference', 24_000));
