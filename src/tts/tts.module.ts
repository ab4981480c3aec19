import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { ProviderHealth } from '../provider/health.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { ProviderShelf, required } from '../provider/provider-shelf.js';
import { FallbackTts } from './fallback/fallback-tts.js';
import { FliteTts } from './flite/flite-tts.js';
import { OpenAiTextToSpeech } from './openai/openai-tts.js';
import type { TextToSpeech } from './tts.port.js';

/** The voices of this process, by the name of their provider. */
export class TtsShelf extends ProviderShelf<TextToSpeech> {}

function make(name: string, config: Config): TextToSpeech {
  if (name === 'flite') return new FliteTts();
  return new OpenAiTextToSpeech({
    apiKey: required(config.OPENAI_API_KEY, 'OPENAI_API_KEY'),
    baseUrl: config.OPENAI_BASE_URL,
    model: config.OPENAI_TTS_MODEL,
  });
}

@Module({
  providers: [
    {
      provide: TtsShelf,
      inject: [CONFIG, ProviderHealth, ProviderOutcomes],
      useFactory: (config: Config, health: ProviderHealth, { report }: ProviderOutcomes) =>
        new TtsShelf(
          (name) => make(name, config),
          (voices) => new FallbackTts(voices, { health, onOutcome: report }),
          config.STREAM_TTS_PROVIDER,
        ),
    },
  ],
  exports: [TtsShelf],
})
export class TtsModule {}
