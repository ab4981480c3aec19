import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import type { TTS_PROVIDERS } from '../config/env.schema.js';
import { ProviderHealth } from '../provider/health.js';
import { openAiSpeech } from '../provider/openai-key.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { ProviderRegistry, required } from '../provider/provider-registry.js';
import { BrowserTts } from './browser/browser-tts.js';
import { CartesiaTextToSpeech } from './cartesia/cartesia-tts.js';
import { DeepgramTextToSpeech } from './deepgram/deepgram-tts.js';
import { ElevenLabsTextToSpeech } from './elevenlabs/elevenlabs-tts.js';
import { FallbackTts } from './fallback/fallback-tts.js';
import { FliteTts } from './flite/flite-tts.js';
import { OpenAiTextToSpeech } from './openai/openai-tts.js';
import { PollyTextToSpeech } from './polly/polly-tts.js';
import type { TextToSpeech } from './tts.port.js';

/** The voices of this process, by the name of their provider. */
export class TtsRegistry extends ProviderRegistry<TextToSpeech> {}

const FACTORIES: Readonly<Record<(typeof TTS_PROVIDERS)[number], (config: Config) => TextToSpeech>> = {
  flite: () => new FliteTts(),
  browser: () => new BrowserTts(),
  openai: (config) => new OpenAiTextToSpeech({ ...openAiSpeech(config), model: config.OPENAI_TTS_MODEL }),
  cartesia: (config) =>
    new CartesiaTextToSpeech({
      apiKey: required(config.CARTESIA_API_KEY, 'CARTESIA_API_KEY'),
      baseUrl: config.CARTESIA_BASE_URL,
      model: config.CARTESIA_MODEL,
    }),
  elevenlabs: (config) =>
    new ElevenLabsTextToSpeech({
      apiKey: required(config.ELEVENLABS_API_KEY, 'ELEVENLABS_API_KEY'),
      baseUrl: config.ELEVENLABS_BASE_URL,
      model: config.ELEVENLABS_MODEL,
    }),
  deepgram: (config) =>
    new DeepgramTextToSpeech({
      apiKey: required(config.DEEPGRAM_API_KEY, 'DEEPGRAM_API_KEY'),
      baseUrl: config.DEEPGRAM_BASE_URL,
      model: config.DEEPGRAM_TTS_MODEL,
    }),
  polly: (config) =>
    new PollyTextToSpeech({
      region: required(config.AWS_REGION, 'AWS_REGION'),
      credentials: awsCredentials(config),
      endpoint: config.AWS_ENDPOINT_URL_POLLY,
      engine: config.POLLY_ENGINE,
    }),
};

const isKnown = (name: string): name is keyof typeof FACTORIES => Object.hasOwn(FACTORIES, name);

function make(name: string, config: Config): TextToSpeech {
  if (!isKnown(name)) throw new RangeError(`there is no voice "${name}"`);
  return FACTORIES[name](config);
}

function awsCredentials({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
}: Config) {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

@Module({
  providers: [
    {
      provide: TtsRegistry,
      inject: [CONFIG, ProviderHealth, ProviderOutcomes],
      useFactory: (config: Config, health: ProviderHealth, { report }: ProviderOutcomes) =>
        new TtsRegistry(
          (name) => make(name, config),
          (voices) => new FallbackTts(voices, { health, onOutcome: report }),
          config.STREAM_TTS_PROVIDER,
        ),
    },
  ],
  exports: [TtsRegistry],
})
export class TtsModule {}
