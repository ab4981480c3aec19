import { sttContract } from '../../../test/contract/stt.contract.js';
import { SIMULATED_SPEECHMATICS_KEY, SpeechmaticsSimulator } from '../../../test/simulators/speechmatics.js';
import { tone } from '../../../test/simulators/tone.js';
import { SpeechmaticsSpeechToText } from './speechmatics-stt.js';

const SAMPLE_RATE = 16_000;

sttContract('speechmatics', async () => {
  const simulator = await SpeechmaticsSimulator.start({ knobs: { transcripts: ['What transactions does it have?'] } });
  const gone = await SpeechmaticsSimulator.start();
  const goneUrl = gone.url;
  await gone.close();
  const adapter = (url: string) => new SpeechmaticsSpeechToText({ apiKey: SIMULATED_SPEECHMATICS_KEY, url });
  return {
    stt: adapter(simulator.url),
    sampleRate: SAMPLE_RATE,
    speech: tone(1200, SAMPLE_RATE),
    expected: /what transactions does it have/,
    wordTimings: true,
    unreachable: () => adapter(goneUrl),
    close: () => simulator.close(),
  };
});
