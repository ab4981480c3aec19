import { ttsContract } from '../../../test/contract/tts.contract.js';
import { CartesiaSimulator, SIMULATED_CARTESIA_KEY } from '../../../test/simulators/cartesia.js';
import type { CartesiaKnobs } from '../../../test/simulators/cartesia-session.js';
import { CartesiaTextToSpeech } from './cartesia-tts.js';

const wires: [string, CartesiaKnobs, number][] = [
  ['cartesia', {}, 32],
  [
    'cartesia, in chunks that split samples, a connection for two replies',
    { firstAudio: { ms: 3, jitterMs: 5 }, chunkBytes: 1001, betweenChunks: { ms: 0.5 } },
    2,
  ],
];

for (const [name, knobs, maxRepliesPerConnection] of wires) {
  ttsContract(name, async () => {
    const simulator = await CartesiaSimulator.start({ msPerChar: 20, ...knobs });
    const gone = await CartesiaSimulator.start();
    const goneUrl = gone.url;
    await gone.close();
    const adapter = (baseUrl: string) =>
      new CartesiaTextToSpeech({
        apiKey: SIMULATED_CARTESIA_KEY,
        model: 'sonic-3',
        baseUrl,
        maxRepliesPerConnection,
        idleMs: 1000,
      });
    const tts = adapter(simulator.url);
    return {
      tts,
      sentences: ['Hello, this is Julia speaking.', 'How can I help you?', 'Client 5001 has three transactions.'],
      unreachable: () => adapter(goneUrl),
      close: async () => {
        tts.close();
        await simulator.close();
      },
    };
  });
}
