// The rounds of one answer: what the caller has agreed to is done, the model writes and calls tools, the tools run, the
// model goes on with their results, until it has no more calls.
import type { ChatMessage, LanguageModel, LlmRequest, LlmUsage, ToolSpec } from '../../llm/llm.port.js';
import type { CallRecord } from '../context.js';
import type { Fillers } from '../fillers.js';
import type { Opening } from './reply-contract.js';
import type { ReplyOptions } from '../options.js';
import type { ToolCallScope } from '../tool-call-run.js';
import type { ToolCalls } from '../tool-calls.js';
import type { Transcript } from './transcript.js';

export interface RoundsDeps {
  readonly model: LanguageModel;
  readonly toolCalls: ToolCalls;
  readonly toolSpecs: readonly ToolSpec[];
  /** What the model is told before the conversation, as it is at each request. */
  readonly opening: Opening;
  /** What a request says of the caller: his place, the names that he may use. */
  readonly about: Pick<LlmRequest, 'timeZone' | 'vocabulary'>;
  readonly options: Pick<
    ReplyOptions,
    'maxToolRounds' | 'maxToolCalls' | 'maxReplyChars' | 'patienceAfterMs' | 'fillerAfterMs'
  >;
  readonly transcript: Transcript;
  readonly fillers: Fillers;
  /** The model has begun to answer. May be told more than once. */
  firstToken(): void;
  used(usage: LlmUsage): void;
}

/** Said to a model that has to go on after its own words. */
const GO_ON: ChatMessage = {
  role: 'system',
  text: 'Your answer was cut off here by a fault of ours. The caller has heard what you said so far: go on right after it, and repeat nothing.',
};

/** Said to a model that has ended its answer without a word for the caller. */
const NOTHING_SAID: ChatMessage = {
  role: 'system',
  text: 'The caller has heard nothing of your answer. Say it now, in plain spoken words, without calling a tool.',
};

/** How often a reply tells the model that its calls cannot be read before it goes on without tools. */
const MAX_MISTAKES = 2;

/** How an answer ends: by itself, at a limit, or held back by the model's provider. */
export type Ending = 'whole' | 'cut' | 'withheld';

interface Round {
  readonly calls: readonly CallRecord[];
  readonly running: readonly Promise<void>[];
  readonly mistaken: boolean;
  readonly ending: Ending;
}

export class Rounds {
  constructor(private readonly deps: RoundsDeps) {}

  /** Resolves when everything is written. Rejects with the model's error, or the signal's reason. */
  async run(messages: readonly ChatMessage[], scope: ToolCallScope): Promise<Ending> {
    const { transcript, toolCalls } = this.deps;
    if (scope.answer !== undefined) {
      const { calls, done } = toolCalls.settle(scope.answer, scope);
      transcript.addCalls(calls);
      await this.waitFor([done], scope.signal);
      messages = [...messages, ...transcript.newMessages()];
    }
    return await this.rounds(messages, scope);
  }

  /** The same for an answer that was begun in another process: `running` are its calls that are made again. */
  async goOn(
    messages: readonly ChatMessage[],
    scope: ToolCallScope,
    running: readonly Promise<void>[],
  ): Promise<Ending> {
    const { transcript } = this.deps;
    await this.waitFor(running, scope.signal);
    const begun = transcript.newMessages();
    const inMidAnswer = begun.at(-1)?.role === 'assistant';
    if (inMidAnswer) transcript.goOn();
    return await this.rounds([...messages, ...begun, ...(inMidAnswer ? [GO_ON] : [])], scope);
  }

  private async rounds(messages: readonly ChatMessage[], scope: ToolCallScope): Promise<Ending> {
    const { transcript, toolCalls, toolSpecs, options } = this.deps;
    let mistakes = 0;
    let reminded = false;
    for (let round = 0; ; round += 1) {
      const offered = round < options.maxToolRounds && mistakes < MAX_MISTAKES && !reminded;
      // What it says in every round ("One moment.") is said once.
      if (round > 0) transcript.goOn();
      const { calls, running, mistaken, ending } = await this.round(messages, offered ? toolSpecs : [], scope);
      if (ending === 'cut') transcript.breakOff();
      transcript.flush();
      if (calls.length === 0) {
        if (transcript.concludes || reminded || ending !== 'whole' || scope.question.question !== undefined)
          return ending;
        reminded = true;
        messages = [...messages, ...transcript.newMessages(), NOTHING_SAID];
        continue;
      }
      await this.waitFor(running, scope.signal);
      transcript.toolsRan();
      if (!offered) return 'whole'; // it went on calling although no tool was offered any more
      if (mistaken) mistakes += 1;
      // Nothing is left to say but the question, and that is not the model's; what came of a yes is.
      const told = scope.answer === undefined || transcript.chars > 0;
      if (told && scope.question.question !== undefined && calls.every(({ call }) => toolCalls.isWrite(call)))
        return 'whole';
      messages = [...messages, ...transcript.newMessages()];
    }
  }

  private async waitFor(running: readonly Promise<void>[], signal: AbortSignal): Promise<void> {
    this.deps.fillers.waiting(this.deps.options.fillerAfterMs);
    await Promise.all(running);
    this.deps.fillers.stop();
    signal.throwIfAborted();
  }

  private async round(
    messages: readonly ChatMessage[],
    tools: readonly ToolSpec[],
    scope: ToolCallScope,
  ): Promise<Round> {
    const { model, toolCalls, transcript, fillers, options, opening } = this.deps;
    const running: Promise<void>[] = [];
    const calls: CallRecord[] = [];
    let mistaken = false;
    let ending: Ending = 'whole';
    fillers.waiting(options.patienceAfterMs);
    const begun = (): void => {
      this.deps.firstToken();
      fillers.stop();
    };
    const request = { messages: [...opening(), ...messages], tools, ...this.deps.about };
    for await (const part of model.stream(request, scope.signal)) {
      scope.signal.throwIfAborted();
      if (part.type === 'text') {
        if (part.delta !== '') begun();
        const left = options.maxReplyChars - transcript.chars;
        transcript.write(part.delta.slice(0, Math.max(0, left)));
        if (part.delta.length < left) continue;
        ending = 'cut';
        break;
      } else if (part.type === 'finished') {
        if (part.usage !== undefined) this.deps.used(part.usage);
        if (part.reason === 'length') ending = 'cut';
        if (part.reason === 'content_filter') ending = 'withheld';
      } else {
        begun();
        mistaken ||= part.call.fault !== undefined;
        if (calls.length === 0) transcript.addCalls(calls);
        if (running.length >= options.maxToolCalls) {
          calls.push(toolCalls.refuse(part.call, 'That was too many things at once.'));
        } else {
          const started = toolCalls.start(part.call, scope);
          calls.push(started.record);
          running.push(started.done);
        }
      }
    }
    fillers.stop();
    return { calls, running, mistaken, ending };
  }
}
