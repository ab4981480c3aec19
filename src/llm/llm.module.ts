import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { ProviderHealth } from '../provider/health.js';
import { ProviderOutcomes } from '../provider/provider-outcomes.js';
import { ProviderShelf, required } from '../provider/provider-shelf.js';
import { FallbackModel } from './fallback/fallback-model.js';
import type { LanguageModel } from './llm.port.js';
import { OpenAiLanguageModel } from './openai/openai-llm.js';
import { RulesModel } from './rules/rules-model.js';

/** The language models of this process, by name. */
export class LlmShelf extends ProviderShelf<LanguageModel> {}

function make(name: string, config: Config): LanguageModel {
  if (name === 'rules') return new RulesModel();
  return new OpenAiLanguageModel({
    apiKey: required(config.OPENAI_API_KEY, 'OPENAI_API_KEY'),
    baseUrl: config.OPENAI_BASE_URL,
    model: config.OPENAI_MODEL,
  });
}

@Module({
  providers: [
    {
      provide: LlmShelf,
      inject: [CONFIG, ProviderHealth, ProviderOutcomes],
      useFactory: (config: Config, health: ProviderHealth, { report }: ProviderOutcomes) =>
        new LlmShelf(
          (name) => make(name, config),
          // The planner cannot go on with another's words.
          (models) => new FallbackModel(models, { health, onOutcome: report, continues: (name) => name !== 'rules' }),
          config.STREAM_LLM_PROVIDER,
        ),
    },
  ],
  exports: [LlmShelf],
})
export class LlmModule {}
