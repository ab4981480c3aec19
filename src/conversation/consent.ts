// Whether the caller agrees to what of the call is kept: a state of the call, which whoever keeps something obeys. It is set
// by the caller's own answer, by the client, or by the operator; each time is an event.
import type { ToolCall, ToolSpec } from '../llm/llm.port.js';
import type { ReadBack, ToolContext, ToolEffect, ToolOutcome, ToolRunner } from '../tools/tool.port.js';
import type { Answer } from './confirmation.js';
import type { ConsentState, ConversationEvent } from './conversation.port.js';

/** How the caller is asked: what he would agree to, and the question. */
export type ConsentQuestion = ReadBack;

export interface ConsentListener {
  /** Before the event, and when a call goes on in another process. */
  changed(state: ConsentState): void;
  emit(event: ConversationEvent): void;
}

const TOOL = 'ask_consent';

const SPEC: ToolSpec = {
  name: TOOL,
  description:
    'Asks the caller whether this call may be kept, in words that are fixed. Call it once, early in the call, when nothing is ' +
    'known of it yet; also when the caller wants to change his mind. The answer is recorded.',
  parameters: { type: 'object', properties: {}, additionalProperties: false },
};

export class CallConsent {
  private current: ConsentState = 'unknown';
  /** The turn that answers the question. */
  private words = '';

  constructor(private readonly listener: ConsentListener) {}

  get state(): ConsentState {
    return this.current;
  }

  set(state: Exclude<ConsentState, 'unknown'>, by: 'caller' | 'client' | 'operator', words?: string): void {
    this.current = state;
    this.listener.changed(state);
    this.listener.emit({ type: 'consent.changed', state, by, ...(words === undefined ? {} : { words }) });
  }

  restore(state: ConsentState): void {
    this.current = state;
    this.listener.changed(state);
  }

  /** A turn has answered a question. A no counts at once; a yes when it holds, as for anything else (see ConsentTools). */
  answered({ verdict, question }: Answer, words: string): void {
    if (question.call.name !== TOOL) return;
    this.words = words;
    if (verdict === 'no') this.set('refused', 'caller', words);
  }

  /** The caller's yes holds. */
  agreed(): void {
    this.set('given', 'caller', this.words);
  }
}

/** An agent's tools and `ask_consent`, whose question goes through the heard-yes gate like that of every write. */
export class ConsentTools implements ToolRunner {
  constructor(
    private readonly tools: ToolRunner,
    private readonly consent: CallConsent,
    private readonly question: ConsentQuestion,
  ) {}

  /** The names that the model may call. */
  static allowed(names: readonly string[]): readonly string[] {
    return [...names, TOOL];
  }

  specs(allowed: readonly string[]): readonly ToolSpec[] {
    const specs = this.tools.specs(allowed.filter((name) => name !== TOOL));
    return allowed.includes(TOOL) ? [...specs, SPEC] : specs;
  }

  effect(name: string): ToolEffect {
    return name === TOOL ? 'write' : this.tools.effect(name);
  }

  holdsCaller(name: string): boolean {
    return this.tools.holdsCaller?.(name) === true;
  }

  readBack(call: ToolCall, context: ToolContext): Promise<ReadBack | ToolOutcome> {
    return call.name === TOOL ? Promise.resolve(this.question) : this.tools.readBack(call, context);
  }

  run(call: ToolCall, context: ToolContext): Promise<ToolOutcome> {
    return call.name === TOOL ? Promise.resolve(this.record(context)) : this.tools.run(call, context);
  }

  private record({ consent }: ToolContext): ToolOutcome {
    if (consent?.begin() === true) this.consent.agreed();
    else if (this.consent.state !== 'given') {
      return { ok: false, code: 'cancelled', message: 'That was taken back. Nothing was recorded.' };
    }
    return { ok: true, data: { consent: 'given' } };
  }
}
