import { Global, Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { FILL_DATABASE } from '../database/database.js';
import { SYNONYMS } from '../documents/documents.port.js';
import { PLANNER } from '../llm/plan.port.js';
import { SPEECH_DOMAIN } from '../stt/domain.port.js';
import { BUSINESS } from './business.js';
import type { Business } from './business.js';
import { businessOf } from './load-business.js';

/** The business that is configured, and what other rooms need of it before its tools are open. */
@Global()
@Module({
  providers: [
    {
      provide: BUSINESS,
      inject: [CONFIG],
      useFactory: (config: Config): Promise<Business> => businessOf(config),
    },
    { provide: SPEECH_DOMAIN, inject: [BUSINESS], useFactory: ({ speech }: Business) => speech },
    { provide: FILL_DATABASE, inject: [BUSINESS], useFactory: ({ fill }: Business) => fill },
    { provide: PLANNER, inject: [BUSINESS], useFactory: ({ planner }: Business) => planner },
    { provide: SYNONYMS, inject: [BUSINESS], useFactory: ({ synonyms = [] }: Business) => synonyms },
  ],
  exports: [BUSINESS, SPEECH_DOMAIN, PLANNER, SYNONYMS, FILL_DATABASE],
})
export class BusinessModule {}
