import { ttsContract } from '../../../test/contract/tts.contract.js';
import { SpellingVoice } from '../../../test/fakes/spelling-voice.js';
import type { VoiceOptions } from '../../../test/fakes/spelling-voice.js';
import { ProviderHealth } from '../../provider/health.js';
import { RetryPolicy } from '../../provider/retry.js';
import { FallbackTts } from './fallback-tts.js';

/** A breaker would keep the dying ones out of most of the tests. */
const chainOf = (...voices: VoiceOptions[]) =>
  new FallbackTts(
    voices.map((options, n) => new SpellingVoice(n + 1, options)),
    { health: new ProviderHealth({ failures: 1_000_000 }), retry: new RetryPolicy({ baseMs: 10 }) },
  );

function contractOf(name: string, ...voices: VoiceOptions[]): void {
  ttsContract(name, () =>
    Promise.resolve({
      tts: chainOf(...voices),
      sentences: ['Hello there.', 'How are you doing today?', 'One more for you.'],
      unreachable: () => chainOf(...voices.map(() => ({ later: { failsAfterChars: 0 } }))),
      close: () => Promise.resolve(),
    }),
  );
}

contractOf('a chain of one voice', {});
contractOf('a chain whose first voice cannot be reached', { later: { failsAfterChars: 0 } }, {});
contractOf('a chain whose first voice dies in every first sentence', { later: { failsAfterChars: 7 } }, {});
contractOf(
  'a chain whose voices time words',
  { timings: 'ahead', later: { failsAfterChars: 30 } },
  { timings: 'along' },
);
