import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import type { LLM_PROVIDERS } from '../config/env.schema.js';
import { ProviderHealth } from '../provider/health.js';
import { openAiKey } from '../provider/openai-key.js';
import { ProviderHedges } from '../provider/provider-hedges.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { ProviderRegistry, required } from '../provider/provider-registry.js';
import { AnthropicLanguageModel } from './anthropic/anthropic-llm.js';
import { FallbackModel } from './fallback/fallback-model.js';
import { FirstTokenLatency } from './hedge/first-token-latency.js';
import { HedgedModel } from './hedge/hedged-model.js';
import type { LanguageModel } from './llm.port.js';
import { OpenAiLanguageModel } from './openai/openai-llm.js';
import { PLANNER } from './plan.port.js';
import type { Planner } from './plan.port.js';
import { RulesModel } from './rules/rules-model.js';
import { WellFormedModel } from './well-formed/well-formed-model.js';

/** The language models of this process, by name. */
export class LlmRegistry extends ProviderRegistry<LanguageModel> {}

const FACTORIES: Readonly<Record<(typeof LLM_PROVIDERS)[number], (config: Config, planner: Planner) => LanguageModel>> =
  {
    rules: (_config, planner) => new RulesModel({ planner }),
    openai: (config) =>
      new OpenAiLanguageModel({
        apiKey: openAiKey(config.OPENAI_API_KEY, config.OPENAI_BASE_URL),
        baseUrl: config.OPENAI_BASE_URL,
        model: config.OPENAI_MODEL,
        maxTokensField: config.OPENAI_MAX_TOKENS_FIELD,
        askForUsage: config.OPENAI_STREAM_USAGE,
        firstTokenTimeoutMs: config.LLM_FIRST_TOKEN_MS,
      }),
    anthropic: (config) =>
      new AnthropicLanguageModel({
        apiKey: required(config.ANTHROPIC_API_KEY, 'ANTHROPIC_API_KEY'),
        baseUrl: config.ANTHROPIC_BASE_URL,
        model: config.ANTHROPIC_MODEL,
        thinking: config.ANTHROPIC_THINKING,
        firstTokenTimeoutMs: config.LLM_FIRST_TOKEN_MS,
      }),
  };

const isKnown = (name: string): name is keyof typeof FACTORIES => Object.hasOwn(FACTORIES, name);

function make(name: string, config: Config, planner: Planner): LanguageModel {
  if (!isKnown(name)) throw new RangeError(`there is no language model "${name}"`);
  const model = FACTORIES[name](config, planner);
  return name === 'rules' ? model : new WellFormedModel(model);
}

/** The planner cannot go on with another's words, and it answers so soon that it would win every race. */
const continues = (name: string): boolean => name !== 'rules';

@Module({
  providers: [
    {
      provide: LlmRegistry,
      inject: [CONFIG, PLANNER, ProviderHealth, ProviderOutcomes, ProviderHedges],
      useFactory: (
        config: Config,
        planner: Planner,
        health: ProviderHealth,
        outcomes: ProviderOutcomes,
        hedges: ProviderHedges,
      ) => {
        const latency = new FirstTokenLatency();
        const chain = (models: readonly LanguageModel[]) =>
          new FallbackModel(models, { health, onOutcome: outcomes.report, continues });
        return new LlmRegistry(
          (name) => make(name, config, planner),
          (models) =>
            config.LLM_HEDGE && models.length > 1
              ? new HedgedModel(models, { chain, latency, mayBeSecond: continues, onHedge: hedges.report })
              : chain(models),
          config.STREAM_LLM_PROVIDER,
        );
      },
    },
  ],
  exports: [LlmRegistry],
})
export class LlmModule {}
