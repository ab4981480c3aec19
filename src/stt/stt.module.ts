import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { ProviderHealth } from '../provider/health.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { ProviderShelf, required } from '../provider/provider-shelf.js';
import { DeepgramSpeechToText } from './deepgram/deepgram-stt.js';
import { FallbackStt } from './fallback/fallback-stt.js';
import { PocketsphinxStt } from './pocketsphinx/pocketsphinx-stt.js';
import type { SpeechToText } from './stt.port.js';

/** The recognisers of this process, by name. */
export class SttShelf extends ProviderShelf<SpeechToText> {}

function make(name: string, config: Config): SpeechToText {
  if (name === 'pocketsphinx') return new PocketsphinxStt({ dataDir: config.PARLEY_DATA_DIR });
  return new DeepgramSpeechToText({
    apiKey: required(config.DEEPGRAM_API_KEY, 'DEEPGRAM_API_KEY'),
    model: config.DEEPGRAM_MODEL,
    baseUrl: config.DEEPGRAM_BASE_URL,
    eagerEotThreshold: config.DEEPGRAM_EAGER_EOT_THRESHOLD,
  });
}

@Module({
  providers: [
    {
      provide: SttShelf,
      inject: [CONFIG, ProviderHealth, ProviderOutcomes],
      useFactory: (config: Config, health: ProviderHealth, { report }: ProviderOutcomes) =>
        new SttShelf(
          (name) => make(name, config),
          (providers) => new FallbackStt(providers, { health, onOutcome: report }),
          config.STREAM_STT_PROVIDER,
        ),
    },
  ],
  exports: [SttShelf],
})
export class SttModule {}
