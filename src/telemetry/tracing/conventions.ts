// Names of OpenTelemetry's conventions for generative AI, in one place: they are in development and change. These are those of
// semantic-conventions v1.41.0 (gen-ai-agent-spans, gen-ai-spans). What they have no name for is ours (`parley.*`).

export const GEN_AI = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  conversation: 'gen_ai.conversation.id',
  agent: 'gen_ai.agent.name',
  agentVersion: 'gen_ai.agent.version',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  toolName: 'gen_ai.tool.name',
  toolCall: 'gen_ai.tool.call.id',
} as const;

export const ERROR_TYPE = 'error.type';

/** What a span is of, and what its name begins with. */
export const OPERATIONS = { agent: 'invoke_agent', chat: 'chat', tool: 'execute_tool' } as const;
