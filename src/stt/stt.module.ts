import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { ProviderHealth } from '../provider/health.js';
import { ProviderShelf, required } from '../provider/provider-shelf.js';
import { DeepgramSpeechToText } from './deepgram/deepgram-stt.js';
import { FallbackStt } from './fallback/fallback-stt.js';
import { PocketsphinxStt } from './pocketsphinx/pocketsphinx-stt.js';
import type { SpeechToText } from './stt.port.js';

/** The recognisers of this process, by name. */
export class SttShelf extends ProviderShelf<SpeechToText> {}

function makeDeepgram(config: Config): SpeechToText {
  return new DeepgramSpeechToText({
    apiKey: required(config.DEEPGRAM_API_KEY, 'DEEPGRAM_API_KEY'),
    model: config.DEEPGRAM_MODEL,
    baseUrl: config.DEEPGRAM_BASE_URL,
  });
}

@Module({
  providers: [
    {
      provide: PocketsphinxStt,
      inject: [CONFIG],
      useFactory: (config: Config) => new PocketsphinxStt({ dataDir: config.PARLEY_DATA_DIR }),
    },
    {
      provide: SttShelf,
      inject: [CONFIG, ProviderHealth, PocketsphinxStt],
      useFactory: (config: Config, health: ProviderHealth, pocketsphinx: PocketsphinxStt) =>
        new SttShelf(
          (name) => (name === 'pocketsphinx' ? pocketsphinx : makeDeepgram(config)),
          (providers) => new FallbackStt(providers, { health }),
          config.STREAM_STT_PROVIDER,
        ),
    },
  ],
  exports: [SttShelf],
})
export class SttModule implements OnApplicationShutdown {
  constructor(@Inject(PocketsphinxStt) private readonly pocketsphinx: PocketsphinxStt) {}

  onApplicationShutdown(): void {
    this.pocketsphinx.close();
  }
}
