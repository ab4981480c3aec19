import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import type { STT_PROVIDERS } from '../config/env.schema.js';
import { ProviderHealth } from '../provider/health.js';
import { openAiKey } from '../provider/openai-key.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { type Managed, ProviderRegistry, required } from '../provider/provider-registry.js';
import { SPEECH_DOMAIN } from './domain.port.js';
import type { SpeechDomain } from './domain.port.js';
import { BoundedStt } from './common/bounded-stt.js';
import { SegmentedStt } from './common/segmented-stt.js';
import { DeepgramSpeechToText } from './deepgram/deepgram-stt.js';
import { FallbackStt } from './fallback/fallback-stt.js';
import { OpenAiTranscriber } from './openai/openai-transcriber.js';
import { PocketsphinxStt } from './pocketsphinx/pocketsphinx-stt.js';
import { SpeechmaticsSpeechToText } from './speechmatics/speechmatics-stt.js';
import type { SpeechToText } from './stt.port.js';
import type { VoiceActivityDetector } from '../vad/vad.port.js';
import { VOICE_ACTIVITY, VoiceActivityModule } from '../vad/voice-activity.module.js';
import { WebSpeechStt } from './webspeech/webspeech-stt.js';
import { WhisperTranscriber } from './whisper/whisper-transcriber.js';

/** The recognisers of this process, by name. */
export class SttRegistry extends ProviderRegistry<SpeechToText> {}

/** What a recogniser is made of. */
interface Parts {
  readonly config: Config;
  readonly domain: SpeechDomain;
  /** Cuts utterances for those that take whole ones. */
  readonly vad: VoiceActivityDetector;
}

function whisper({ config, vad }: Parts): SpeechToText & Managed {
  const transcriber = new WhisperTranscriber({
    url: required(config.WHISPER_SERVICE_URL, 'WHISPER_SERVICE_URL'),
    apiKey: config.WHISPER_API_KEY,
    model: config.STT_MODEL_SIZE,
    api: config.WHISPER_API,
  });
  return new SegmentedStt({ transcriber, vad, interimEveryMs: config.STT_INTERIM_MS });
}

const FACTORIES: Readonly<Record<(typeof STT_PROVIDERS)[number], (parts: Parts) => SpeechToText & Managed>> = {
  pocketsphinx: ({ config, domain }) => new PocketsphinxStt({ dataDir: config.PARLEY_DATA_DIR, domain }),
  deepgram: ({ config }) =>
    new DeepgramSpeechToText({
      apiKey: required(config.DEEPGRAM_API_KEY, 'DEEPGRAM_API_KEY'),
      model: config.DEEPGRAM_MODEL,
      baseUrl: config.DEEPGRAM_BASE_URL,
      eagerEotThreshold: config.DEEPGRAM_EAGER_EOT_THRESHOLD,
    }),
  speechmatics: ({ config }) =>
    new SpeechmaticsSpeechToText({
      apiKey: required(config.SPEECHMATICS_API_KEY, 'SPEECHMATICS_API_KEY'),
      url: config.SPEECHMATICS_URL,
      model: config.SPEECHMATICS_MODEL,
    }),
  openai: ({ config, vad }) => {
    const transcriber = new OpenAiTranscriber({
      apiKey: openAiKey(config.OPENAI_API_KEY, config.OPENAI_BASE_URL),
      baseUrl: config.OPENAI_BASE_URL,
      model: config.OPENAI_STT_MODEL,
    });
    return new SegmentedStt({ transcriber, vad, interimEveryMs: config.STT_INTERIM_MS });
  },
  whisper,
  whisper_vad: whisper,
  webspeech: () => new WebSpeechStt(),
};

const isKnown = (name: string): name is keyof typeof FACTORIES => Object.hasOwn(FACTORIES, name);

function make(name: string, parts: Parts): SpeechToText {
  if (!isKnown(name)) throw new RangeError(`there is no recogniser "${name}"`);
  return new BoundedStt(FACTORIES[name](parts));
}

@Module({
  imports: [VoiceActivityModule],
  providers: [
    {
      provide: SttRegistry,
      inject: [CONFIG, SPEECH_DOMAIN, VOICE_ACTIVITY, ProviderHealth, ProviderOutcomes],
      useFactory: (
        config: Config,
        domain: SpeechDomain,
        vad: VoiceActivityDetector,
        health: ProviderHealth,
        { report }: ProviderOutcomes,
      ) =>
        new SttRegistry(
          (name) => make(name, { config, domain, vad }),
          (providers) => new FallbackStt(providers, { health, onOutcome: report }),
          config.STREAM_STT_PROVIDER,
        ),
    },
  ],
  exports: [SttRegistry],
})
export class SttModule {}
