// The model's side of a scenario: answers by its lines, or the rules planner, and a record of what it was asked, which is
// the context as the server keeps it.
import { setTimeout as delay } from 'node:timers/promises';
import type { ChatMessage, LanguageModel, LlmPart, LlmRequest } from '../../src/llm/llm.port.js';
import { RulesModel } from '../../src/llm/rules/rules-model.js';
import { PAYMENTS_PLANNER } from '../../src/payments/planner/planner.js';
import { asRegExp } from '../scenario/pattern.js';
import type { ModelLine } from '../scenario/scenario.schema.js';

/** What ends the instructions of a scenario's agent: so a request is known to be its. */
export const callMark = (scenario: string): string => `Call: ${scenario}.`;

/** What the harness says at the end of a call to see the context. */
export const PROBE = 'What have we said so far?';

export interface ModelLog {
  readonly requests: LlmRequest[];
  /** Requests that no line of the scenario fits. */
  readonly unanswered: string[];
}

export class ScriptedModel implements LanguageModel {
  readonly name = 'script';
  private readonly rules = new RulesModel({ planner: PAYMENTS_PLANNER });
  private readonly calls = new Map<
    string,
    { readonly lines: readonly ModelLine[] | undefined; readonly log: ModelLog }
  >();
  private made = 0;

  /** Answers a scenario's requests from now on; its log fills as they come. Without lines the planner answers. */
  attend(scenario: string, lines: readonly ModelLine[] | undefined): ModelLog {
    const log: ModelLog = { requests: [], unanswered: [] };
    this.calls.set(scenario, { lines, log });
    return log;
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    signal.throwIfAborted();
    const system = request.messages.find((message) => message.role === 'system');
    const call = this.calls.get(/Call: ([a-z0-9-]+)\./.exec(system?.text ?? '')?.[1] ?? '');
    if (call === undefined) throw new Error('a request of no scenario');
    const { onUsage: _, ...asked } = request;
    call.log.requests.push(structuredClone(asked));
    if (call.lines === undefined) {
      yield* this.rules.stream(request, signal);
      return;
    }
    const line = lineFor(call.lines, request.messages);
    if (line === undefined) call.log.unanswered.push(lastOf(request.messages));
    yield* this.play(line ?? { reply: 'Okay.', firstToken: 0, betweenTokens: 0 }, signal);
  }

  private async *play(line: ModelLine, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
    await pause(line.firstToken, signal);
    for (const delta of line.reply?.match(/\S+\s*/g) ?? []) {
      signal.throwIfAborted();
      yield { type: 'text', delta };
      await pause(line.betweenTokens, signal);
    }
    const calls = Object.entries(line.call ?? {});
    for (const [name, args] of calls) {
      this.made += 1;
      yield { type: 'tool.call', call: { id: `call_${this.made}`, name, arguments: JSON.stringify(args) } };
    }
    signal.throwIfAborted();
    yield { type: 'finished', reason: calls.length > 0 ? 'tool_calls' : 'stop' };
  }
}

/** The port promises the signal's own reason, which the timer would hide. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

function lineFor(lines: readonly ModelLine[], messages: readonly ChatMessage[]): ModelLine | undefined {
  const last = messages.at(-1);
  if (last?.role === 'user' && last.text.endsWith(PROBE)) return { reply: 'Okay.', firstToken: 0, betweenTokens: 0 };
  return lines.find(({ when, afterTool, outcome }) => {
    if (last?.role === 'tool') return afterTool === last.name && fits(outcome, last.content);
    return last?.role === 'user' && afterTool === undefined && fits(when, last.text);
  });
}

const fits = (pattern: string | undefined, text: string): boolean =>
  pattern === undefined || (asRegExp(pattern)?.test(text) ?? text.toLowerCase().includes(pattern.toLowerCase()));

const lastOf = (messages: readonly ChatMessage[]): string => {
  const last = messages.at(-1);
  return last?.role === 'tool' ? `${last.name} -> ${last.content}` : `"${last?.text ?? ''}"`;
};
