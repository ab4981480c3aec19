import { sttContract } from '../../../test/contract/stt.contract.js';
import { speak, SPEECH_RATE, WordRecogniser } from '../../../test/fakes/recogniser.js';
import type { RecogniserOptions } from '../../../test/fakes/recogniser.js';
import { ProviderHealth } from '../../provider/health.js';
import { RetryPolicy } from '../../provider/retry.js';
import { FallbackStt } from './fallback-stt.js';

/** A breaker would keep the dying ones out of most of the tests. */
const health = () => new ProviderHealth({ failures: 1_000_000 });
const retry = new RetryPolicy({ baseMs: 10 });
const chainOf = (...providers: RecogniserOptions[]) =>
  new FallbackStt(
    providers.map((options, n) => new WordRecogniser({ finalEvery: 2, ...options, name: `p${n}` })),
    { health: health(), retry },
  );

function contractOf(name: string, ...providers: RecogniserOptions[]): void {
  sttContract(name, () =>
    Promise.resolve({
      stt: chainOf(...providers),
      sampleRate: SPEECH_RATE,
      speech: speak([[0, 0, 40, 0, 0]], 100).audio,
      expected: /^w0 w1 w2 w3 w4( w0 w1 w2 w3 w4)*$/,
      wordTimings: true,
      unreachable: () => chainOf(...providers.map(() => ({ later: { failsAfterMs: 0 } }))),
      close: () => Promise.resolve(),
    }),
  );
}

contractOf('a chain of one recogniser', {});
contractOf('a chain whose first recogniser cannot be reached', { later: { failsAfterMs: 0 } }, {});
contractOf('a chain whose first recogniser dies in every utterance', { later: { failsAfterMs: 170 } }, { lagMs: 30 });
contractOf('a chain whose second recogniser does not end turns', {}, { endpointing: false });
