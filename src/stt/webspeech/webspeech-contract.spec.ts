import { sttContract } from '../../../test/contract/stt.contract.js';
import { withBrowser } from '../../../test/simulators/browser-speech.js';
import { tone } from '../../../test/simulators/tone.js';
import { WebSpeechStt } from './webspeech-stt.js';

const SAMPLE_RATE = 16_000;

sttContract('webspeech, with a browser that recognises', async () => ({
  stt: withBrowser(new WebSpeechStt({ endOfTurnMs: 50 }), 'What transactions does it have?'),
  sampleRate: SAMPLE_RATE,
  speech: tone(1200, SAMPLE_RATE),
  expected: /what transactions does it have/,
  wordTimings: false,
  close: () => Promise.resolve(),
}));
