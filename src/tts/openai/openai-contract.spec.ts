import { ttsContract } from '../../../test/contract/tts.contract.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { SpeechKnobs } from '../../../test/simulators/openai-knobs.js';
import { OpenAiTextToSpeech } from './openai-tts.js';

const wires: [string, SpeechKnobs][] = [
  ['openai speech', {}],
  ['openai speech, in chunks that split samples', { firstAudio: { ms: 3, jitterMs: 5 }, chunkBytes: 1001 }],
];

for (const [name, speech] of wires) {
  ttsContract(name, async () => {
    const simulator = await OpenAiSimulator.start({ speech: { msPerChar: 20, ...speech } });
    const gone = await OpenAiSimulator.start();
    const goneUrl = gone.url;
    await gone.close();
    const adapter = (baseUrl: string) =>
      new OpenAiTextToSpeech({ apiKey: SIMULATED_OPENAI_KEY, model: 'gpt-4o-mini-tts', baseUrl });
    const tts = adapter(simulator.url);
    return {
      tts,
      sentences: ['Hello, this is Julia speaking.', 'How can I help you?', 'Client 5001 has three transactions.'],
      unreachable: () => adapter(goneUrl),
      close: async () => {
        await tts.close();
        await simulator.close();
      },
    };
  });
}
