import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { AgentFiles } from '../agents/agent-files.js';
import { BUSINESS } from '../business/business.js';
import type { Business } from '../business/business.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { callerOf } from '../identity/jwt.guard.js';
import { Rest } from '../rest/rest.decorator.js';

const answerSchema = z.object({
  agents: z.array(z.object({ name: z.string(), language: z.string(), isDefault: z.boolean() })),
  /** Names of the providers, in the order in which they are asked. */
  providers: z.object({ stt: z.array(z.string()), llm: z.array(z.string()), tts: z.array(z.string()) }),
  /** What a newcomer may ask the default agent. */
  example: z.string(),
});

/** Whom a caller may talk to. */
@Controller('v1/agents')
export class AgentsController {
  constructor(
    @Inject(AgentFiles) private readonly files: AgentFiles,
    @Inject(BUSINESS) private readonly business: Business,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Rest({ summary: 'The agents that the caller may talk to', protection: 'token', limit: 'user', answer: answerSchema })
  list(@Req() request: Request): z.infer<typeof answerSchema> {
    const { agents: allowed } = callerOf(request).claims;
    const usual = this.config.DEFAULT_AGENT ?? this.business.agent;
    const names = this.files.names().filter((name) => !Array.isArray(allowed) || allowed.includes(name));
    return {
      agents: names
        .toSorted()
        .map((name) => ({ name, language: this.files.get(name)?.language ?? '', isDefault: name === usual })),
      providers: {
        stt: [...this.config.STREAM_STT_PROVIDER],
        llm: [...this.config.STREAM_LLM_PROVIDER],
        tts: [...this.config.STREAM_TTS_PROVIDER],
      },
      example: this.business.example,
    };
  }
}
