import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DataError } from '../database/data.port.js';
import type { DataErrorCode } from '../database/data.port.js';
import type { ToolCall, ToolSpec } from '../llm/llm.port.js';
import { clientTool } from './client-tool.js';
import { MemoryEffects, withoutOutcomes } from './effect-stores.js';
import { failure, SpokenFailure } from './say.js';
import { type EffectStore, SideEffects } from './side-effects.js';
import type { Tool, ToolRun } from './tool.js';
import { understood } from './understood.js';
import type {
  AgentTools,
  ReadBack,
  ToolContext,
  ToolEffect,
  ToolErrorCode,
  ToolOutcome,
  ToolRunner,
} from './tool.port.js';

/** Nest injection token of the ToolRunner. */
export const TOOL_RUNNER = Symbol('ToolRunner');

export interface RegistryOptions {
  /** Hears about faults of ours, never about arguments or rows. */
  readonly onFault: (tool: string, error: unknown) => void;
  /** Where it is kept which side effects were caused. */
  readonly effects: EffectStore;
}

type Checked = { readonly tool: Tool; readonly args: Record<string, unknown> };

/** All the tools of this server, run safely: checked arguments, a deadline, and an outcome whatever happens. */
export class ToolRegistry implements ToolRunner {
  private readonly tools: Map<string, Tool>;
  private readonly specifications: Map<string, ToolSpec>;
  private readonly effects: SideEffects;

  constructor(
    tools: readonly Tool[],
    private readonly options: RegistryOptions,
  ) {
    this.tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.effects = new SideEffects(options.effects, options.onFault);
    this.specifications = new Map(tools.map((tool) => [tool.name, specOf(tool)]));
  }

  /** Tools that have come, or have come back, for calls that begin from now on. */
  add(tools: readonly Tool[]): void {
    for (const tool of tools) {
      this.tools.set(tool.name, tool);
      this.specifications.set(tool.name, specOf(tool));
    }
  }

  /** Names of all tools. */
  get names(): string[] {
    return [...this.tools.keys()];
  }

  specs(allowed: readonly string[]): readonly ToolSpec[] {
    return allowed.flatMap((name) => this.specifications.get(name) ?? []);
  }

  forAgent({ reads, clientTools, keeps = 'everything' }: AgentTools): ToolRegistry {
    const isTrusted = (tool: Tool): boolean => tool.isReadOnly === true && reads.includes(tool.name);
    const own = [...this.tools.values()].filter((tool) => keeps !== 'nothing' || tool.keeps !== true);
    if (keeps === 'everything' && clientTools.length === 0 && !own.some(isTrusted)) return this;
    const taken = own.map((tool): Tool => (isTrusted(tool) ? { ...tool, effect: 'read' } : tool));
    const effects = effectsFor(keeps, this.options.effects);
    return new ToolRegistry([...taken, ...clientTools.map(clientTool)], { ...this.options, effects });
  }

  effect(name: string): ToolEffect {
    return this.tools.get(name)?.effect ?? 'read';
  }

  async readBack(call: ToolCall, context: ToolContext): Promise<ReadBack | ToolOutcome> {
    const checked = this.check(call);
    if ('ok' in checked) return checked;
    const { tool, args } = checked;
    // No write without words for it.
    const none = failure('failed', 'I cannot do that yet.');
    // Asking reads, whatever the tool itself does: it may be aborted.
    return this.guard(tool, context, 'read', (run) => tool.readBack?.(args, run) ?? Promise.resolve(none));
  }

  async run(call: ToolCall, context: ToolContext): Promise<ToolOutcome> {
    const checked = this.check(call);
    if ('ok' in checked) return checked;
    const { tool, args } = checked;
    const { consent } = context;
    if (tool.effect === 'read') return this.guard(tool, context, 'read', (run) => tool.run(args, run));
    if (consent === undefined) return failure('confirmation_required', 'I need a yes before I do that.');
    const key = keyOf(tool, args, context.sessionId, consent.number);
    const effect = { key, callId: context.sessionId, tool: tool.name, unknownMessage: tool.lateMessage };
    return this.guard(tool, context, 'write', (plain) => {
      const run = { ...plain, idempotencyKey: key };
      const became = () => tool.became?.(args, run) ?? Promise.resolve(undefined);
      return this.effects.once({ ...effect, became }, run, consent, () => tool.run(args, run));
    });
  }

  private check(call: ToolCall): Checked | ToolOutcome {
    const tool = this.tools.get(call.name);
    if (tool === undefined) return failure('unknown_tool', 'I cannot do that. What else can I do for you?');
    let json: unknown;
    try {
      json = JSON.parse(call.arguments.trim() || '{}');
    } catch {
      return failure('invalid_arguments', MIXED_UP);
    }
    const given = understood(json, this.specifications.get(tool.name)?.parameters ?? {});
    // What a schema has no words of its own for is nothing to say to a caller.
    const parsed = tool.schema.safeParse(given, { error: () => MIXED_UP });
    if (parsed.success) return { tool, args: parsed.data };
    return failure('invalid_arguments', parsed.error.issues[0]?.message ?? MIXED_UP);
  }

  /** Settles within the tool's time, or when a read is aborted, even if the tool listens to neither. */
  private async guard<T>(
    tool: Tool,
    context: ToolContext,
    effect: ToolEffect,
    work: (run: ToolRun) => Promise<T>,
  ): Promise<T | ToolOutcome> {
    if (context.signal.aborted && effect === 'read') return failure('cancelled', 'That was interrupted.');
    const stop = new AbortController();
    const deadline = setTimeout(() => stop.abort(new DOMException('too late', 'TimeoutError')), tool.timeoutMs);
    const onAbort = () => stop.abort(context.signal.reason);
    if (effect === 'read') context.signal.addEventListener('abort', onAbort, { once: true });
    const stopped = new Promise<ToolOutcome>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve(stoppedOutcome(tool, context.signal)), { once: true });
    });
    try {
      const run: ToolRun = { ...context, signal: stop.signal, idempotencyKey: '' };
      return await Promise.race([work(run), stopped]);
    } catch (error) {
      if (stop.signal.aborted) return stoppedOutcome(tool, context.signal);
      return this.outcomeOf(tool, error);
    } finally {
      clearTimeout(deadline);
      context.signal.removeEventListener('abort', onAbort);
    }
  }

  private outcomeOf(tool: Tool, error: unknown): ToolOutcome {
    if (error instanceof SpokenFailure) {
      this.options.onFault(tool.name, error.cause);
      return failure(error.code, error.message);
    }
    if (!(error instanceof DataError)) {
      this.options.onFault(tool.name, error);
      return failure('failed', 'Something went wrong on my side. Please try again in a moment.');
    }
    if (error.code === 'failed' || error.code === 'forbidden') this.options.onFault(tool.name, error);
    const [code, message] = DATA_OUTCOMES[error.code];
    return failure(code, message);
  }
}

const MIXED_UP = 'I mixed something up there. Please say that once more.';

const DATA_OUTCOMES: Readonly<Record<DataErrorCode, readonly [ToolErrorCode, string]>> = {
  unavailable: ['unavailable', 'I cannot reach our records right now. Please try again in a minute.'],
  forbidden: ['forbidden', 'Your login does not let me look at that. Please sign in again and call back.'],
  timeout: ['timeout', 'Our records are very slow right now. Please try again in a minute.'],
  cancelled: ['cancelled', 'That was interrupted.'],
  failed: ['failed', 'Something is wrong with our records. Please try again later.'],
};

function effectsFor(keeps: NonNullable<AgentTools['keeps']>, effects: EffectStore): EffectStore {
  if (keeps === 'everything') return effects;
  // The call does not leave its process: nobody else has to know what it has caused.
  return keeps === 'nothing' ? new MemoryEffects() : withoutOutcomes(effects);
}

/** The schema gives validated arguments their order. */
const keyOf = (tool: Tool, args: Record<string, unknown>, sessionId: string, consent: number): string =>
  createHash('sha256')
    .update(JSON.stringify([sessionId, tool.name, args, consent]))
    .digest('hex');

const stoppedOutcome = (tool: Tool, caller: AbortSignal): ToolOutcome =>
  caller.aborted && tool.effect === 'read'
    ? failure('cancelled', 'That was interrupted.')
    : failure('timeout', tool.lateMessage);

/** JSON Schema as the models' APIs take it, without what only validators read. */
function specOf({ name, description, schema, parameters: own }: Tool): ToolSpec {
  if (own !== undefined) return { name, description, parameters: own };
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // `format` says it to a model in one word; the pattern beside it would cost 150 tokens a date.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return { name, description, parameters };
}
