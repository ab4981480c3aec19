import { join } from 'node:path';
import { Inject, Logger, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Agents } from '../agents/releases/agents.js';
import { AgentsModule } from '../agents/agents.module.js';
import { BUSINESS } from '../business/business.js';
import type { Business } from '../business/business.js';
import { ToolsModule } from '../business/tools.module.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { systemClock } from '../conversation/system-clock.js';
import type { Enrichment } from '../conversation/enrichment.port.js';
import { EnvelopeEcho } from '../echo/envelope-echo.js';
import { BackgroundEnrichment } from '../enrichment/background-enrichment.js';
import { enrichmentSources } from '../enrichment/enrichment-of.js';
import { EnrichmentError } from '../enrichment/enrichment-source.js';
import { LlmModule, LlmRegistry } from '../llm/llm.module.js';
import { REDIS, type SharedRedis } from '../redis/redis.token.js';
import { DefaultVoice } from '../rollout/default-voice.js';
import { RolloutModule } from '../rollout/rollout.module.js';
import { Rollouts } from '../rollout/rollouts.js';
import { denoised } from '../stt/noise/denoised-stt.js';
import { SttModule, SttRegistry } from '../stt/stt.module.js';
import type { ToolRunner } from '../tools/tool.port.js';
import { CallerVocabularies } from '../business/caller-vocabulary.js';
import { TOOL_RUNNER } from '../tools/tool-runner.js';
import { TtsModule, TtsRegistry } from '../tts/tts.module.js';
import type { VoiceActivityDetector } from '../vad/vad.port.js';
import { BUDGETS, type Budgets } from '../usage/budgets.port.js';
import { PRICES, type Prices } from '../usage/prices.port.js';
import { VOICE_ACTIVITY, VoiceActivityModule } from '../vad/voice-activity.module.js';
import { Apologies } from './apologies.js';
import { CALL_CHOICES, type ChoiceBook } from './call-choices.port.js';
import { CallChoices } from './call-choices.js';
import { ConversationFactory } from './call-factory.js';
import { CALL_RECORDER } from '../database/calls/call-record.port.js';
import type { CallBook } from './call-book.port.js';
import { CALL_OBSERVERS, type CallObserver } from './call-observer.port.js';
import { CALL_SOUNDS, type CallSounds } from './call-sound.port.js';
import { CALL_FINDER, CALLS } from './call.port.js';
import { LiveCalls } from './live-calls.js';
import { TRANSFER_LINES } from './transfer-lines.port.js';
import type { TransferLines } from './transfer-lines.port.js';
import { LostCalls } from './lost-calls.js';
import { RecordsModule } from './records/records.module.js';
import { RedisSessionStore } from './redis/redis-session-store.js';
import { SESSION_STORE, type SessionStore } from './session-store.port.js';
import { SUPERVISED_CALLS } from './supervision.port.js';

/** One for all calls of this process; undefined when nothing is configured. */
function enrichmentOf(config: Config): Enrichment | undefined {
  const sources = enrichmentSources(config);
  const log = new Logger('Enrichment');
  const onFault = (source: string, error: unknown): void => {
    const isSafe = error instanceof EnrichmentError || error instanceof DOMException;
    const what = isSafe ? error.message : error instanceof Error ? error.name : 'an unknown fault';
    log.warn(`${source}: ${what} Calls go on without it.`);
  };
  return sources.length === 0 ? undefined : new BackgroundEnrichment(sources, { clock: systemClock, onFault });
}

const choices = {
  provide: CallChoices,
  inject: [CONFIG, SttRegistry, LlmRegistry, TtsRegistry],
  useFactory: (config: Config, stt: SttRegistry, llm: LlmRegistry, tts: TtsRegistry) =>
    new CallChoices(stt, llm, tts, {
      isOpen: config.NODE_ENV === 'development',
      speaker: config.STREAM_TTS_PROVIDER[0] ?? '',
      voice: config.VOICE_ID,
    }),
};

const choiceBook = {
  provide: CALL_CHOICES,
  inject: [Agents, CallChoices],
  useFactory: (agents: Agents, made: CallChoices): ChoiceBook => ({
    of: (name) => {
      const agent = agents.get(name);
      return agent === undefined ? { stt: [], llm: [], tts: [] } : made.of(agent);
    },
  }),
};

const factory = {
  provide: ConversationFactory,
  inject: [
    CONFIG,
    BUSINESS,
    Agents,
    SttRegistry,
    LlmRegistry,
    TtsRegistry,
    Rollouts,
    TOOL_RUNNER,
    VOICE_ACTIVITY,
    CallerVocabularies,
    CallChoices,
    { token: TRANSFER_LINES, optional: true },
  ],
  useFactory: (
    config: Config,
    business: Business,
    agents: Agents,
    stt: SttRegistry,
    llm: LlmRegistry,
    tts: TtsRegistry,
    rollouts: Rollouts,
    tools: ToolRunner,
    vad: VoiceActivityDetector,
    vocabularies: CallerVocabularies,
    choices: CallChoices,
    transfers: TransferLines | undefined,
  ) => {
    const enrichment = enrichmentOf(config);
    return new ConversationFactory(
      agents,
      {
        stt: (chain, userId) => stt.get(chain ?? rollouts.chainFor('stt', userId)),
        llm: (chain, userId) => llm.get(chain ?? rollouts.chainFor('llm', userId)),
        tts: (chain, userId) => {
          const rolledOut = chain === undefined ? rollouts.chainFor('tts', userId) : undefined;
          const voice = tts.get(chain ?? rolledOut);
          const isOwn = rolledOut === undefined || rolledOut[0] === config.STREAM_TTS_PROVIDER[0];
          return isOwn ? voice : new DefaultVoice(voice);
        },
        vad,
        echo: new EnvelopeEcho(),
        denoised,
      },
      tools,
      systemClock,
      {
        defaultAgent: config.DEFAULT_AGENT ?? business.agent,
        voice: config.VOICE_ID,
        apologies: new Apologies({ folder: join(config.PARLEY_DATA_DIR, 'apologies'), log: new Logger('Apologies') }),
        ...(enrichment === undefined ? {} : { enrichment }),
        vocabularies,
        choices,
        noiseSuppression: config.STREAM_NOISE_SUPPRESSION,
        ...(transfers === undefined ? {} : { transfers }),
      },
    );
  },
};

const calls = {
  provide: LiveCalls,
  inject: [
    CONFIG,
    ConversationFactory,
    CALL_OBSERVERS,
    CALL_RECORDER,
    SESSION_STORE,
    PRICES,
    BUDGETS,
    { token: CALL_SOUNDS, optional: true },
  ],
  useFactory: (
    config: Config,
    conversations: ConversationFactory,
    observers: readonly CallObserver[],
    book: CallBook | undefined,
    store: SessionStore | undefined,
    prices: Prices,
    budgets: Budgets | undefined,
    sounds: CallSounds | undefined,
  ) =>
    new LiveCalls(conversations, {
      clock: systemClock,
      observers,
      prices,
      ...(budgets === undefined ? {} : { budgets }),
      ...(book === undefined ? {} : { book }),
      resumeGraceMs: config.data.resume === 'off' ? 0 : config.STREAM_RESUME_GRACE_MS,
      traced: config.STREAM_DEBUG !== 'off',
      log: new Logger('Call'),
      ...(store === undefined ? {} : { store }),
      ...(sounds === undefined ? {} : { sounds }),
    }),
};

const store = {
  provide: SESSION_STORE,
  inject: [REDIS],
  useFactory: (redis: SharedRedis) => redis && new RedisSessionStore(redis, new Logger('Calls')),
};

const lost = {
  provide: LostCalls,
  inject: [CALL_OBSERVERS, SESSION_STORE],
  useFactory: (observers: readonly CallObserver[], store: SessionStore | undefined) =>
    store && new LostCalls({ store, clock: systemClock, observers, log: new Logger('Calls') }),
};

/** The calls of this process (CALLS). Takes CALL_OBSERVERS and CALL_SOUNDS from a global module. */
@Module({})
export class CallsModule implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(LiveCalls) private readonly liveCalls: LiveCalls,
    @Inject(LostCalls) private readonly lostCalls: LostCalls | undefined,
    @Inject(SESSION_STORE) private readonly store: SessionStore | undefined,
    @Inject(VOICE_ACTIVITY) private readonly detector: VoiceActivityDetector,
    @Inject(Agents) private readonly agents: Agents,
    @Inject(CallChoices) private readonly choices: CallChoices,
  ) {}

  /** Dynamic, so that a measurement may replace what calls are made of. */
  static forRoot(): DynamicModule {
    return {
      module: CallsModule,
      imports: [
        RecordsModule,
        AgentsModule,
        SttModule,
        LlmModule,
        TtsModule,
        RolloutModule,
        ToolsModule,
        VoiceActivityModule,
      ],
      providers: [
        choices,
        choiceBook,
        factory,
        calls,
        store,
        lost,
        { provide: CALLS, useExisting: LiveCalls },
        { provide: CALL_FINDER, useExisting: LiveCalls },
        { provide: SUPERVISED_CALLS, useExisting: LiveCalls },
      ],
      exports: [CALLS, CALL_CHOICES, CALL_FINDER, SUPERVISED_CALLS],
    };
  }

  /** Loads the voice detector's model when an agent's file asks for it; else the first call that does loads it. */
  onApplicationBootstrap(): void {
    this.lostCalls?.start();
    this.tellWhatIsMissing();
    const wanted = this.agents.names().some((name) => this.agents.get(name)?.turn.mode === 'vad');
    if (wanted) void this.detector.warmUp?.();
  }

  /** What agents' files name, and has no key. */
  private tellWhatIsMissing(): void {
    const logger = new Logger('Agents');
    for (const name of this.agents.names()) {
      const agent = this.agents.get(name);
      if (agent === undefined) continue;
      const unserved = this.choices.missingProviders(agent);
      if (unserved.length > 0) {
        const msg = 'calls of an agent fail: `providers` of its file are not configured (npm run doctor says how)';
        logger.error({ msg, agent: name, missing: unserved });
      }
      const missing = this.choices.missing(agent);
      if (missing.length > 0) {
        const msg = "choices of an agent's file are not offered: they are not configured (npm run doctor says how)";
        logger.warn({ msg, agent: name, missing });
      }
    }
  }

  /** Calls end before the rooms that they use do. */
  async onModuleDestroy(): Promise<void> {
    this.lostCalls?.stop();
    await this.liveCalls.close();
    this.store?.close();
  }
}
