import { sttContract } from '../../../test/contract/stt.contract.js';
import type { SttHarness } from '../../../test/contract/stt.contract.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../../test/simulators/deepgram.js';
import { tone } from '../../../test/simulators/tone.js';
import { DeepgramSpeechToText } from './deepgram-stt.js';

const SAMPLE_RATE = 16_000;

async function makeHarness(model: string, sendEveryMs: number): Promise<SttHarness> {
  const simulator = await DeepgramSimulator.start({ knobs: { transcripts: ['What transactions does it have?'] } });
  const gone = await DeepgramSimulator.start();
  const goneUrl = gone.url;
  await gone.close();
  const adapter = (baseUrl: string) =>
    new DeepgramSpeechToText({ apiKey: SIMULATED_DEEPGRAM_KEY, model, baseUrl, sendEveryMs });
  return {
    stt: adapter(simulator.url),
    sampleRate: SAMPLE_RATE,
    speech: tone(1200, SAMPLE_RATE),
    expected: /what transactions does it have/,
    wordTimings: true,
    unreachable: () => adapter(goneUrl),
    close: () => simulator.close(),
  };
}

sttContract('deepgram nova-3', () => makeHarness('nova-3', 20));
sttContract('deepgram nova-3 in messages of 100 ms', () => makeHarness('nova-3', 100));
sttContract('deepgram flux', () => makeHarness('flux-general-en', 80));
