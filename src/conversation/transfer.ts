// Has the caller put through to a person, while the caller is on hold: nobody hears the microphone, and the reply waits with a
// word now and then. When the person does not take the call the agent goes on with what became of it.
import type { ToolCall, ToolSpec } from '../llm/llm.port.js';
import type { ReadBack, ToolContext, ToolEffect, ToolFailure, ToolOutcome, ToolRunner } from '../tools/tool.port.js';
import type { ConversationEvent } from './conversation.port.js';
import type { Lexicon } from './lexicon/lexicon.js';
import type { CallTransfer, TransferDestination, TransferOutcome } from './transfer.port.js';
import { transferArguments, type TransferArguments } from './transfer-arguments.js';
import { valueOf } from './call-arguments.js';

export interface TransferDeps {
  readonly line: CallTransfer;
  readonly words: Lexicon['transfer'];
  /** BCP-47. */
  readonly language: string;
  /** ms. */
  now(): number;
  emit(event: ConversationEvent): void;
  /** The caller is put on hold, and taken off it. */
  hold(on: boolean): void;
  /** The call is the person's now. */
  transferred(): void;
}

const TOOL = 'transfer_call';

/** What the model is told, as a sentence that can be spoken. */
const SAID: Readonly<Record<Exclude<TransferOutcome, 'answered'>, string>> = {
  declined: 'Nobody there can take the call right now.',
  voicemail: 'Only a machine answered there, so I did not put you through.',
  busy: 'The line there is busy.',
  no_answer: 'Nobody answered there.',
  caller_left: 'The caller has hung up.',
  trunk_error: 'I could not put you through: the telephone line does not work just now.',
};

/** An agent's tools and `transfer_call`, which the caller is asked about as about every write. */
export class TransferTools implements ToolRunner {
  /** Of the latest transfer; undefined before its end. */
  outcome: TransferOutcome | undefined;
  private readonly left = new AbortController();

  constructor(
    private readonly tools: ToolRunner,
    private readonly deps: TransferDeps,
  ) {}

  /** The names that the model may call. */
  static allowed(names: readonly string[]): readonly string[] {
    return [...names, TOOL];
  }

  /** The caller is gone. */
  callerLeft(): void {
    this.left.abort(new DOMException('The caller has hung up.', 'AbortError'));
  }

  specs(allowed: readonly string[]): readonly ToolSpec[] {
    const specs = this.tools.specs(allowed.filter((name) => name !== TOOL));
    return allowed.includes(TOOL) ? [...specs, specOf(this.deps.line.destinations)] : specs;
  }

  effect(name: string): ToolEffect {
    return name === TOOL ? 'write' : this.tools.effect(name);
  }

  holdsCaller(name: string): boolean {
    return name === TOOL || this.tools.holdsCaller?.(name) === true;
  }

  readBack(call: ToolCall, context: ToolContext): Promise<ReadBack | ToolOutcome> {
    if (call.name !== TOOL) return this.tools.readBack(call, context);
    const wanted = this.wanted(call);
    if ('ok' in wanted) return Promise.resolve(wanted);
    const { statement, tell, ask } = this.deps.words;
    const told = wanted.about === undefined ? '' : ` ${tell.replace('{about}', () => wanted.about ?? '')}`;
    return Promise.resolve({ statement: statement.replace('{to}', () => wanted.to.called) + told, ask });
  }

  async run(call: ToolCall, context: ToolContext): Promise<ToolOutcome> {
    if (call.name !== TOOL) return this.tools.run(call, context);
    const wanted = this.wanted(call);
    if ('ok' in wanted) return wanted;
    if (context.consent?.begin() !== true) {
      return { ok: false, code: 'cancelled', message: 'That was taken back. Nobody was called.' };
    }
    return outcomeOf(await this.transfer(wanted));
  }

  private async transfer({ to: { name: destination }, about }: Wanted): Promise<TransferOutcome> {
    const { line, words, language } = this.deps;
    const { press, gone } = words;
    const startedAt = this.deps.now();
    this.outcome = undefined;
    this.deps.hold(true);
    const wanted = { destination, ...(about === undefined ? {} : { about }), words: { press, gone }, language };
    const outcome = await line.start(
      wanted,
      (state) => this.deps.emit({ type: 'transfer.changed', destination, state }),
      this.left.signal,
    );
    this.outcome = outcome;
    this.deps.emit({ type: 'transfer.ended', destination, outcome, durationMs: this.deps.now() - startedAt });
    if (outcome === 'answered') this.deps.transferred();
    else this.deps.hold(false);
    return outcome;
  }

  private wanted(call: ToolCall): Wanted | ToolFailure {
    const { line } = this.deps;
    const given: TransferArguments | undefined = transferArguments(valueOf(call.arguments));
    const to = line.destinations.find(({ name }) => name === given?.destination);
    if (to === undefined) {
      const names = line.destinations.map(({ name }) => name).join(', ');
      const message = 'I cannot put you through to that place.';
      return { ok: false, code: 'invalid_arguments', message, note: `Name one of these destinations: ${names}.` };
    }
    return given?.about === undefined || !line.mayTell ? { to } : { to, about: given.about };
  }
}

interface Wanted {
  readonly to: TransferDestination;
  readonly about?: string;
}

const outcomeOf = (outcome: TransferOutcome): ToolOutcome =>
  outcome === 'answered'
    ? { ok: true, data: { outcome } }
    : {
        ok: false,
        code: 'unavailable',
        message: SAID[outcome],
        note: `Outcome: ${outcome}. The caller is with you again and has heard none of it: say what happened, and offer what else you can do.`,
      };

const specOf = (destinations: readonly TransferDestination[]): ToolSpec => ({
  name: TOOL,
  description:
    'Puts the caller through to a person. The platform asks the caller first; then it calls the person, while the caller is on ' +
    'hold, and connects the two. When that fails you go on with the caller. Destinations: ' +
    destinations.map(({ name, called }) => `${name} (${called})`).join('; ') +
    '.',
  parameters: {
    type: 'object',
    properties: {
      destination: { type: 'string', enum: destinations.map(({ name }) => name) },
      about: {
        type: 'string',
        description: 'What the caller wants, in one sentence for the person who takes the call.',
      },
    },
    required: ['destination'],
    additionalProperties: false,
  },
});
