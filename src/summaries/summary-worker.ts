// Writes summaries of calls that are over: takes a call for a while, reads its record, writes, and stores. Whoever is killed in
// between leaves a claim that expires, and the next begins anew; what comes too late is not stored.
import { randomUUID } from 'node:crypto';
import type { OutcomeFields } from '../agents/outcome.schema.js';
import type { CallHistory, CallSummary, RecordedCall } from '../database/calls/call-history.port.js';
import { DataError } from '../database/data.port.js';
import type { ReadySummary, SummaryQueue, SummaryResult } from '../database/summaries/summary-queue.port.js';
import type { LanguageModel } from '../llm/llm.port.js';
import { ProviderError } from '../provider/provider.port.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import { backoffMs, varied } from '../queue/backoff.js';
import { QueueLoop } from '../queue/queue-loop.js';
import { modelSummary, SummaryInvalidError } from './model-summary.js';
import { outcomeOfTools } from './outcome.js';
import { rulesSummary } from './rules-summary.js';
import type { RulesReason } from './rules-summary.js';

/** What an agent's file says of summaries. */
export interface SummaryAgent {
  readonly language: string;
  readonly outcome: OutcomeFields;
  readonly providers: { readonly llm?: readonly string[] | undefined };
}

export interface SummaryWorkerOptions {
  readonly queue: SummaryQueue;
  readonly history: Pick<CallHistory, 'read'>;
  readonly agentOf: (call: Pick<CallSummary, 'agent' | 'agentVersion' | 'user'>) => SummaryAgent | undefined;
  /** Who writes for this agent and user; undefined for rules. */
  readonly modelFor: (agent: SummaryAgent | undefined, userId: string) => LanguageModel | undefined;
  /** Told what a model was used for, for the call's cost. Does not throw. */
  readonly used?: (callSid: string, usage: ProviderUsage) => void;
  /** Hears what operators should know; of a call its id and nothing else. */
  readonly warn: (message: string) => void;
  /** Between two looks at the queue, ms. */
  readonly pollMs?: number;
  /** How long a worker has for one call before another may take it, ms; longer than the model's deadline. */
  readonly leaseMs?: number;
  /** For all that a model answers for one call, ms. */
  readonly modelMs?: number;
  /** Wait before the second try, ms; it is five times as long with each. */
  readonly firstRetryMs?: number;
}

/** Tries with a model; then rules write it. */
const MOST_TRIES = 5;
/** Claims after which nobody tries any more: something in this call kills whoever works on it. */
const MOST_CLAIMS = 8;
const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 30 * 60_000;
const READ_MS = 10_000;
/** Calls at a time: of 450 calls of two minutes four end in a second, and a model takes two for each. */
const LANES = 8;
/** A call that is read with the server's own rights. */
const SERVER = { userId: 'parley', claims: { sub: 'parley', admin: true }, accessToken: '' };

export class SummaryWorker {
  private readonly loop: QueueLoop;
  private readonly stopped = new AbortController();

  constructor(private readonly options: SummaryWorkerOptions) {
    const { pollMs = 2_000, warn } = options;
    this.loop = new QueueLoop({
      next: (_queue, taken) => this.next(taken),
      pollMs,
      lanes: [LANES],
      onAway: (why) => warn(`summaries wait: ${why}`),
    });
  }

  start(): void {
    this.loop.start();
  }

  /** Leaves what a model has not written yet to the next; resolves when that is noted. */
  async close(): Promise<void> {
    this.stopped.abort();
    await this.loop.close();
  }

  private async next(taken: () => void): Promise<boolean> {
    const { queue, warn, leaseMs = 180_000 } = this.options;
    const lease = randomUUID();
    const claimed = await queue.claim(lease, leaseMs);
    if (claimed === undefined) return false;
    taken();
    const { callSid, attempts } = claimed;
    const result = await this.resultFor(callSid, attempts);
    if (await queue.settle(callSid, lease, result)) {
      if (result.status !== 'ready')
        warn(`the summary of ${callSid}: ${result.status} after try ${attempts} (${result.reason})`);
    }
    return true;
  }

  private async resultFor(callSid: string, attempts: number): Promise<SummaryResult> {
    if (attempts > MOST_CLAIMS) return { status: 'failed', reason: 'gave_up' };
    try {
      const access = { caller: SERVER, signal: AbortSignal.timeout(READ_MS) };
      const call = await this.options.history.read(callSid, access);
      // Erased meanwhile: nobody has it any more.
      if (call === undefined) return { status: 'failed', reason: 'no_call' };
      return await this.summarise(call, attempts);
    } catch (error) {
      // The database is away: nothing can be noted, and the claim expires.
      if (error instanceof DataError) throw error;
      const reason = `fault ${error instanceof Error ? error.name : 'unknown'}`;
      return attempts < MOST_TRIES ? this.again(attempts, reason) : { status: 'failed', reason };
    }
  }

  private async summarise(call: RecordedCall, attempts: number): Promise<SummaryResult> {
    const agent = this.options.agentOf(call);
    const fields = agent?.outcome ?? {};
    const facts = Object.keys(fields).length === 0 ? null : outcomeOfTools(fields, call.tools);
    const byRules = (reason: RulesReason): ReadySummary => {
      return { status: 'ready', text: rulesSummary(call, reason), outcome: facts, madeBy: 'rules', reason };
    };
    if (!call.transcript.some(({ speaker }) => speaker === 'user')) return byRules('nothing_said');
    if (attempts > MOST_TRIES) return byRules('gave_up');
    const model = this.options.modelFor(agent, call.user ?? '');
    if (model === undefined) return byRules('no_model');
    const { modelMs = 120_000 } = this.options;
    const signal = AbortSignal.any([this.stopped.signal, AbortSignal.timeout(modelMs)]);
    try {
      const { used } = this.options;
      const onUsage = (usage: ProviderUsage): void => used?.(call.callSid, usage);
      const order = { model, fields, language: agent?.language ?? 'en-US', onUsage };
      const { text, outcome } = await modelSummary(call, order, signal);
      // What follows from tools is not a model's to say.
      const whole = facts === null ? null : { ...facts, ...outcome };
      return { status: 'ready', text, outcome: whole, madeBy: 'model', model: model.name };
    } catch (error) {
      if (this.stopped.signal.aborted) return { status: 'queued', reason: 'shutdown', waitMs: 0 };
      if (error instanceof SummaryInvalidError) return byRules('model_invalid');
      const isLate = signal.aborted;
      if (!isLate && !(error instanceof ProviderError)) throw error;
      const reason = `model_${error instanceof ProviderError ? error.code : 'timeout'}` as const;
      const canWait = (isLate || (error instanceof ProviderError && error.retryable)) && attempts < MOST_TRIES;
      return canWait ? this.again(attempts, reason) : byRules(reason);
    }
  }

  private again(attempts: number, reason: string): SummaryResult {
    const { firstRetryMs: firstMs = FIRST_RETRY_MS } = this.options;
    const waitMs = varied(backoffMs(attempts, { firstMs, factor: 5, longestMs: LONGEST_RETRY_MS }));
    return { status: 'queued', reason, waitMs };
  }
}
