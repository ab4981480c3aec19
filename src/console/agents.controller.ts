import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { Agents } from '../agents/releases/agents.js';
import { BUSINESS } from '../business/business.js';
import type { Business } from '../business/business.js';
import { CALL_CHOICES } from '../calls/call-choices.port.js';
import type { ChoiceBook } from '../calls/call-choices.port.js';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { callerOf } from '../identity/jwt.guard.js';
import { Rest } from '../rest/rest.decorator.js';

const names = z.array(z.string()).readonly();
const providersSchema = z.object({ stt: names, llm: names, tts: names });
/** A provider that speaks, and its voices besides the one that it has anyway. */
const speakerSchema = z.object({
  provider: z.string(),
  voices: z.array(z.object({ id: z.string(), name: z.string() })).readonly(),
});

const answerSchema = z.object({
  agents: z.array(
    z.object({
      name: z.string(),
      language: z.string(),
      isDefault: z.boolean(),
      /** Names of its providers, in the order in which they are asked. */
      providers: providersSchema,
      /** What a call with it may ask for instead: `choice` of session.start. Nothing where a list is empty. */
      choices: z.object({ stt: names, llm: names, tts: z.array(speakerSchema).readonly() }),
    }),
  ),
  /** Of an agent that names none. */
  providers: providersSchema,
  /** What a newcomer may ask the default agent. */
  example: z.string(),
});

/** Whom a caller may talk to. */
@Controller('v1/agents')
export class AgentsController {
  constructor(
    @Inject(Agents) private readonly known: Agents,
    @Inject(BUSINESS) private readonly business: Business,
    @Inject(CALL_CHOICES) private readonly choices: ChoiceBook,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Rest({ summary: 'The agents that the caller may talk to', protection: 'token', limit: 'user', answer: answerSchema })
  list(@Req() request: Request): z.infer<typeof answerSchema> {
    const { agents: allowed } = callerOf(request).claims;
    const {
      STREAM_STT_PROVIDER: stt,
      STREAM_LLM_PROVIDER: llm,
      STREAM_TTS_PROVIDER: tts,
      DEFAULT_AGENT: usual = this.business.agent,
    } = this.config;
    const found = this.known.names().filter((name) => !Array.isArray(allowed) || allowed.includes(name));
    return {
      agents: found.toSorted().map((name) => {
        const { language = '', providers: own } = this.known.get(name) ?? {};
        return {
          name,
          language,
          isDefault: name === usual,
          providers: { stt: own?.stt ?? stt, llm: own?.llm ?? llm, tts: own?.tts ?? tts },
          choices: this.choices.of(name),
        };
      }),
      providers: { stt, llm, tts },
      example: this.business.example,
    };
  }
}
