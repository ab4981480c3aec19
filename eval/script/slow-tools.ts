// The real tools, each of which can be made to take longer in one call.
import { setTimeout as delay } from 'node:timers/promises';
import type { ToolCall } from '../../src/llm/llm.port.js';
import type { AgentTools, ToolContext, ToolOutcome, ToolRunner } from '../../src/tools/tool.port.js';

/** How long a tool takes before it does what it does, by its name. */
export type Delays = Readonly<Record<string, { readonly takes: number }>>;

/**
 * `tools`, slowed down.
 * @param delaysOf those of a call, by its session's id; ms
 */
export function slowed(tools: ToolRunner, delaysOf: (sessionId: string) => Delays | undefined): ToolRunner {
  const run = async (call: ToolCall, context: ToolContext): Promise<ToolOutcome> => {
    const takes = delaysOf(context.sessionId)?.[call.name]?.takes ?? 0;
    if (takes === 0) return tools.run(call, context);
    const { consent } = context;
    if (consent !== undefined) {
      // It has begun when its time begins: a mail that is on its way cannot be taken back.
      const begun = consent.begin();
      await delay(takes);
      return tools.run(call, { ...context, consent: { ...consent, begin: () => begun } });
    }
    // An abort only cuts the wait short: the tool itself says what it makes of it.
    await delay(takes, undefined, { signal: context.signal }).catch(() => undefined);
    return tools.run(call, context);
  };
  return new Proxy(tools, {
    get: (target, key) => {
      if (key === 'run') return run;
      // What an agent has of them is as slow.
      if (key === 'forAgent') return (agent: AgentTools) => slowed(target.forAgent?.(agent) ?? target, delaysOf);
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
