import { availableParallelism } from 'node:os';
import { Inject, Logger, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { RestModule } from '../rest/rest.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import type { TRANSCRIBE_PROVIDERS } from '../config/env.schema.js';
import { LimitsModule } from '../limits/limits.module.js';
import { HANDSHAKE_COUNTS } from '../limits/limits.port.js';
import { ProviderHealth } from '../provider/health.js';
import { openAiKey } from '../provider/openai-key.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { ProviderRegistry, required } from '../provider/provider-registry.js';
import { REDIS } from '../redis/redis.token.js';
import type { SharedRedis } from '../redis/redis.token.js';
import { SPEECH_DOMAIN } from '../stt/domain.port.js';
import type { SpeechDomain } from '../stt/domain.port.js';
import { OpenAiTranscriber } from '../stt/openai/openai-transcriber.js';
import { PocketsphinxStt } from '../stt/pocketsphinx/pocketsphinx-stt.js';
import type { Transcriber } from '../stt/transcriber.port.js';
import { WhisperTranscriber } from '../stt/whisper/whisper-transcriber.js';
import { MemoryTranscripts } from './cache/memory-transcripts.js';
import { RedisTranscripts } from './cache/redis-transcripts.js';
import { Transcripts } from './cache/transcripts.js';
import { Offers } from './offers.js';
import { OneShotTranscription } from './one-shot-transcription.js';
import { answering } from './providers/answering-transcriber.js';
import type { AnsweringTranscriber } from './providers/answering-transcriber.js';
import { DeepgramTranscriber } from './providers/deepgram-transcriber.js';
import { StreamTranscriber } from './providers/stream-transcriber.js';
import { TranscriberChain } from './providers/transcriber-chain.js';
import { RequestRate } from './request-rate.js';
import { TranscriptionDesk } from './transcription-desk.js';
import { describeOutcome } from './transcription-log.js';
import { TRANSCRIPTION_OBSERVER } from './transcription-observer.port.js';
import type { TranscriptionObserver } from './transcription-observer.port.js';
import { TranscriptionStats } from './transcription-stats.js';
import { TranscriptionController } from './transcription.controller.js';
import { TranscriptionGuard } from './transcription.guard.js';
import { UploadMemory } from './upload-memory.js';
import { largestUpload } from './upload.js';
import { WorkSlots } from './work-slots.js';

/** Flux is for live audio: recorded audio goes to this model then. */
const DEEPGRAM_RECORDED_MODEL = 'nova-3';
/** Of one transcript: an hour of speech with its words' times is about this much, bytes. */
const MAX_ENTRY_BYTES = 4 * 1024 * 1024;
/** How long a request may wait for its turn, ms. */
const MAX_WAIT_MS = 5000;
/** A file in the queue of the local recogniser has had its turn once already: it waits as long as its client does, ms. */
const LOCAL_WAIT_MS = 3_600_000;
/** How long a stopping server waits for its answers, ms: less than what PM2 and containers leave after the calls' own time. */
const DRAIN_MS = 3000;
/** Largest uploads that fit into the memory for uploads, of all callers and of one. */
const UPLOADS_IN_MEMORY = 8;
const UPLOADS_OF_CALLER = 2;

/** The recognisers of files, by `provider` or `provider:model`. */
class TranscriberRegistry extends ProviderRegistry<AnsweringTranscriber> {}

/** What every transcriber may be made of. */
interface Parts {
  readonly config: Config;
  readonly domain: SpeechDomain;
}

type Factory = (parts: Parts, model: string | undefined) => Transcriber;

const FACTORIES: Readonly<Record<(typeof TRANSCRIBE_PROVIDERS)[number], Factory>> = {
  pocketsphinx: localTranscriber,
  deepgram: ({ config }, model = config.DEEPGRAM_MODEL) =>
    new DeepgramTranscriber({
      apiKey: required(config.DEEPGRAM_API_KEY, 'DEEPGRAM_API_KEY'),
      model: model.startsWith('flux-') ? DEEPGRAM_RECORDED_MODEL : model,
      baseUrl: config.DEEPGRAM_BASE_URL,
    }),
  openai: ({ config }, model = config.OPENAI_STT_MODEL) =>
    new OpenAiTranscriber({
      apiKey: openAiKey(config.OPENAI_API_KEY, config.OPENAI_BASE_URL),
      baseUrl: config.OPENAI_BASE_URL,
      model,
    }),
  whisper: ({ config }, model = config.STT_MODEL_SIZE) =>
    new WhisperTranscriber({
      url: required(config.WHISPER_SERVICE_URL, 'WHISPER_SERVICE_URL'),
      apiKey: config.WHISPER_API_KEY,
      api: config.WHISPER_API,
      model,
    }),
};

const isKnown = (name: string): name is keyof typeof FACTORIES => Object.hasOwn(FACTORIES, name);

/** @param name `provider` or `provider:model`; a model may have colons of its own */
function make(name: string, parts: Parts): Transcriber {
  const [provider = '', ...model] = name.split(':');
  if (!isKnown(provider)) throw new RangeError(`there is no transcriber "${provider}"`);
  return FACTORIES[provider](parts, model.length === 0 ? undefined : model.join(':'));
}

/** Processes of its own, none kept waiting: a file must not take the one that is ready for the next call. */
function localTranscriber({ config, domain }: Parts): Transcriber {
  const { PARLEY_DATA_DIR: dataDir, TRANSCRIBE_MAX_CONCURRENT: waiting } = config;
  return new StreamTranscriber(new PocketsphinxStt({ dataDir, domain, warmProcesses: 0 }), {
    language: 'en-US',
    // One core is left to the calls, where there are several.
    slots: new WorkSlots({ concurrent: Math.max(1, availableParallelism() - 1), waiting, maxWaitMs: LOCAL_WAIT_MS }),
  });
}

function transcripts(config: Config, redis: SharedRedis, logger: Logger): Transcripts {
  const { TRANSCRIBE_CACHE_TTL_MS: ttlMs, TRANSCRIBE_CACHE_BYTES: maxBytes } = config;
  const memory = new MemoryTranscripts({ ttlMs, maxBytes, maxEntryBytes: MAX_ENTRY_BYTES });
  // Whoever wants no transcripts kept wants none in Redis either.
  if (redis === undefined || maxBytes === 0) return new Transcripts(memory, undefined);
  const shared = new RedisTranscripts(redis, { ttlMs, maxEntryBytes: MAX_ENTRY_BYTES }, (state, reason) =>
    state === 'away'
      ? logger.warn(`transcripts are kept by this process alone: Redis does not answer (${reason})`)
      : logger.log('transcripts are shared again: Redis answers'),
  );
  return new Transcripts(memory, shared);
}

/** POST /api/transcribe and GET /api/transcribe/stats. */
@Module({
  imports: [RestModule, LimitsModule],
  controllers: [TranscriptionController],
  providers: [
    TranscriptionGuard,
    { provide: TranscriptionStats, useFactory: () => new TranscriptionStats() },
    {
      provide: TranscriberRegistry,
      inject: [CONFIG, SPEECH_DOMAIN, ProviderHealth, ProviderOutcomes],
      useFactory: (config: Config, domain: SpeechDomain, health: ProviderHealth, outcomes: ProviderOutcomes) =>
        new TranscriberRegistry(
          (name) => answering(make(name, { config, domain })),
          (transcribers) => new TranscriberChain(transcribers, { health, onOutcome: outcomes.report }),
          config.TRANSCRIBE_PROVIDER,
        ),
    },
    {
      provide: OneShotTranscription,
      inject: [CONFIG, TranscriberRegistry, REDIS],
      useFactory: (config: Config, registry: TranscriberRegistry, redis: SharedRedis) =>
        new OneShotTranscription({
          offers: new Offers(config.TRANSCRIBE_PROVIDER, config.TRANSCRIBE_MODELS),
          recogniser: (chain) => registry.get(chain),
          cache: transcripts(config, redis, new Logger('Transcription')),
          slots: new WorkSlots({
            concurrent: config.TRANSCRIBE_MAX_CONCURRENT,
            waiting: 2 * config.TRANSCRIBE_MAX_CONCURRENT,
            maxWaitMs: MAX_WAIT_MS,
          }),
          decoding: { maxSeconds: config.TRANSCRIBE_MAX_SECONDS, ffmpeg: { program: config.FFMPEG_PATH } },
        }),
    },
    {
      provide: TranscriptionDesk,
      inject: [
        CONFIG,
        HANDSHAKE_COUNTS,
        OneShotTranscription,
        TranscriptionStats,
        { token: TRANSCRIPTION_OBSERVER, optional: true },
      ],
      useFactory: (
        config: Config,
        counts: ThrottlerStorage,
        transcription: OneShotTranscription,
        stats: TranscriptionStats,
        observer?: TranscriptionObserver,
      ) => {
        const logger = new Logger('Transcription');
        const { TRANSCRIBE_MAX_BYTES: maxBytes } = config;
        return new TranscriptionDesk({
          transcription,
          rate: new RequestRate(counts, {
            max: config.TRANSCRIBE_RATE_LIMIT_MAX,
            windowMs: config.STREAM_RATE_LIMIT_WINDOW_MS,
          }),
          memory: new UploadMemory({
            total: UPLOADS_IN_MEMORY * largestUpload(maxBytes),
            perCaller: UPLOADS_OF_CALLER * largestUpload(maxBytes),
          }),
          maxBytes,
          observers: [
            (caller, outcome) => logger.log(describeOutcome(caller, outcome)),
            (_caller, outcome) => stats.finished(outcome),
            (_caller, outcome) => observer?.finished(outcome),
          ],
        });
      },
    },
  ],
})
export class TranscriptionModule implements BeforeApplicationShutdown {
  constructor(@Inject(TranscriptionDesk) private readonly desk: TranscriptionDesk) {}

  /** While the server still listens. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.desk.drain(DRAIN_MS);
  }
}
