import { ttsContract } from '../../../test/contract/tts.contract.js';
import { ElevenLabsSimulator, SIMULATED_ELEVENLABS_KEY } from '../../../test/simulators/elevenlabs.js';
import type { ElevenLabsKnobs } from '../../../test/simulators/elevenlabs.js';
import { ElevenLabsTextToSpeech } from './elevenlabs-tts.js';

const wires: [string, ElevenLabsKnobs][] = [
  ['elevenlabs', {}],
  ['elevenlabs, in chunks that split samples', { firstAudio: { ms: 3, jitterMs: 5 }, chunkBytes: 1001 }],
];

for (const [name, knobs] of wires) {
  ttsContract(name, async () => {
    const simulator = await ElevenLabsSimulator.start({ msPerChar: 20, ...knobs });
    const gone = await ElevenLabsSimulator.start();
    const goneUrl = gone.url;
    await gone.close();
    const adapter = (baseUrl: string) =>
      new ElevenLabsTextToSpeech({ apiKey: SIMULATED_ELEVENLABS_KEY, model: 'eleven_flash_v2_5', baseUrl });
    const tts = adapter(simulator.url);
    await tts.warmUp();
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
