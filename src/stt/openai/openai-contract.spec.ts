import { sttContract } from '../../../test/contract/stt.contract.js';
import { SIMULATED_TRANSCRIPTION_KEY, TranscriptionSimulator } from '../../../test/simulators/transcription.js';
import { tone } from '../../../test/simulators/tone.js';
import { SegmentedStt } from '../common/segmented-stt.js';
import { OpenAiTranscriber } from './openai-transcriber.js';

const SAMPLE_RATE = 16_000;

sttContract('openai transcriptions', async () => {
  const simulator = await TranscriptionSimulator.start({ transcripts: ['What transactions does it have?'] });
  const gone = await TranscriptionSimulator.start();
  const goneUrl = gone.url;
  await gone.close();
  const adapter = (url: string) =>
    new SegmentedStt({
      transcriber: new OpenAiTranscriber({
        apiKey: SIMULATED_TRANSCRIPTION_KEY,
        model: 'gpt-4o-mini-transcribe',
        baseUrl: `${url}/v1`,
      }),
    });
  const stt = adapter(simulator.url);
  return {
    stt,
    sampleRate: SAMPLE_RATE,
    speech: tone(1200, SAMPLE_RATE),
    expected: /what transactions does it have/,
    wordTimings: false,
    unreachable: () => adapter(goneUrl),
    close: async () => {
      await stt.close();
      await simulator.close();
    },
  };
});
