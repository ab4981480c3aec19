import { Conversation, type ConversationDeps } from '../../src/conversation/conversation.js';
import type {
  ConsentState,
  ConversationEvent,
  ConversationMeter,
  ConversationOutput,
} from '../../src/conversation/conversation.port.js';
import type { Enrichment } from '../../src/conversation/enrichment.port.js';
import type { CallTransfer } from '../../src/conversation/transfer.port.js';
import { lexiconFor } from '../../src/conversation/lexicon/lexicon-for.js';
import {
  type ContextOptions,
  type ConversationOptions,
  type ReplyOptions,
  defaultContextOptions,
  defaultReplyOptions,
  defaultTurnOptions,
  type SpokenDisclosure,
  type TurnOptions,
} from '../../src/conversation/options.js';
import type { EchoDetector } from '../../src/echo/echo.port.js';
import type { Caller } from '../../src/identity/caller.port.js';
import type { ReadBack, ToolContext, ToolEffect, ToolOutcome, ToolRunner } from '../../src/tools/tool.port.js';
import type { ToolCall } from '../../src/llm/llm.port.js';
import { SideEffects } from '../../src/tools/side-effects.js';
import { ManualClock, settle } from './manual-clock.js';
import { FakeModel, FakeStt, FakeVoice, type Script } from './providers.js';
import { MemoryEffects } from './side-effects.js';

/** What reached the caller, in order; audio as its length in ms. */
export type Logged = ConversationEvent | { type: 'audio'; ms: number } | { type: 'cleared' };

export class LogOutput implements ConversationOutput {
  readonly log: Logged[] = [];

  constructor(private readonly sampleRate: number) {}

  event(event: ConversationEvent): void {
    this.log.push(event);
  }

  audio(chunk: Uint8Array): void {
    this.log.push({ type: 'audio', ms: chunk.length / 2 / (this.sampleRate / 1000) });
  }

  clearAudio(): void {
    this.log.push({ type: 'cleared' });
  }
}

export type FakeTool = { effect: ToolEffect; run: (call: ToolCall, context: ToolContext) => Promise<ToolOutcome> };

export const statementOf = ({ name, arguments: args }: ToolCall): string =>
  `I will ${name} ${Object.values(JSON.parse(args) as Record<string, unknown>).join(' ')}.`;

/** What tools have done, for all processes. */
interface World {
  readonly ran: ToolCall[];
  readonly agreed: number[];
  readonly effects: MemoryEffects;
}

/** Tools as functions. A write says "I will NAME ARGUMENTS." and asks "Shall I?"; it begins when its function is called. */
export class FakeTools implements ToolRunner {
  readonly ran: ToolCall[];
  /** Numbers of the questions whose yes has begun something. */
  readonly agreed: number[];
  private readonly once: SideEffects;

  constructor(
    private readonly tools: Readonly<Record<string, FakeTool>>,
    private readonly world: World = { ran: [], agreed: [], effects: new MemoryEffects() },
  ) {
    this.ran = world.ran;
    this.agreed = world.agreed;
    this.once = new SideEffects(world.effects, () => undefined);
  }

  /** The same tools in another process. */
  elsewhere(): FakeTools {
    return new FakeTools(this.tools, this.world);
  }

  /** Whether the yes to this question has led to what it was given for. */
  isDone(number: number): boolean {
    const kept = [...this.world.effects.kept].find(([key]) => key.endsWith(`,${number}]`));
    return kept?.[1].status === 'done';
  }

  specs(allowed: readonly string[]) {
    return allowed.map((name) => ({ name, description: name, parameters: { type: 'object' } }));
  }

  effect(name: string): ToolEffect {
    return this.tools[name]?.effect ?? 'read';
  }

  readBack(call: ToolCall): Promise<ReadBack | ToolOutcome> {
    return Promise.resolve({ statement: statementOf(call), ask: 'Shall I?' });
  }

  run(call: ToolCall, context: ToolContext): Promise<ToolOutcome> {
    const work = (): Promise<ToolOutcome> => {
      this.ran.push(call);
      return this.tools[call.name]?.run(call, context) ?? Promise.reject(new Error('no such tool'));
    };
    if (this.effect(call.name) !== 'write') return work();
    const { consent, sessionId } = context;
    if (consent === undefined) return Promise.reject(new Error('a write without consent'));
    const key = JSON.stringify([call.name, call.arguments, consent.number]);
    const effect = { key, callId: sessionId, tool: call.name, unknownMessage: 'Nobody can say.' };
    return this.once.once(effect, context, consent, () => {
      this.agreed.push(consent.number);
      return work();
    });
  }
}

export const caller: Caller = { userId: 'u', claims: { sub: 'u' }, accessToken: 'x' };
const RATE = 16_000;

export interface FakeCallOptions {
  readonly script?: Script;
  readonly tools?: Readonly<Record<string, FakeTool>>;
  /** Real tools, in place of these. */
  readonly registry?: ToolRunner & { readonly names: readonly string[] };
  readonly turn?: Partial<TurnOptions>;
  readonly reply?: Partial<ReplyOptions>;
  readonly greeting?: string;
  /** What is disclosed; in the agent's language and voice where that is all. */
  readonly disclosure?: string | SpokenDisclosure;
  readonly consentQuestion?: ReadBack;
  /** What the client says when the call begins. */
  readonly consent?: 'given' | 'refused';
  readonly transfer?: CallTransfer;
  readonly meter?: ConversationMeter;
  readonly apology?: () => Uint8Array;
  readonly echo?: EchoDetector;
  readonly echoCancelled?: boolean;
  readonly checkpoint?: () => void;
  readonly enrichment?: Enrichment;
  readonly context?: Partial<ContextOptions>;
  /** The call goes on from this, made in a process that is gone; the world that its tools act on is the same. */
  readonly before?: { readonly snapshot: unknown; readonly tools: FakeTools };
  /** The client speaks by itself. */
  readonly remote?: boolean;
}

const spokenDisclosure = (disclosure: string | SpokenDisclosure): SpokenDisclosure =>
  typeof disclosure === 'string' ? { text: disclosure, language: 'en-US', voice: '' } : disclosure;

/** A conversation on fakes, started, with everything at hand. */
export function fakeCall({
  script,
  tools = {},
  registry,
  turn = {},
  reply = {},
  greeting = '',
  disclosure = '',
  consentQuestion,
  consent,
  transfer,
  meter,
  apology,
  echo,
  echoCancelled = false,
  checkpoint,
  enrichment,
  context = {},
  before,
  remote = false,
}: FakeCallOptions) {
  const clock = new ManualClock();
  const stt = new FakeStt();
  const model = new FakeModel(script ?? (() => []));
  const voice = new FakeVoice(clock);
  if (remote) Object.assign(voice, { name: 'browser', remote: true });
  const output = new LogOutput(RATE);
  const toolRunner = before?.tools.elsewhere() ?? new FakeTools(tools);
  const options: ConversationOptions = {
    sessionId: 's',
    instructions: 'Be kind.',
    ...(disclosure === '' ? {} : { disclosure: spokenDisclosure(disclosure) }),
    phrases: {
      greeting,
      idlePrompt: 'Still there?',
      goodbye: 'Goodbye!',
      apology: 'Sorry, that went wrong.',
      unheard: 'I cannot hear you.',
      wordless: 'I have no words for that.',
      cutShort: 'Shall I go on?',
      withheld: 'I cannot say more about that.',
      fillers: ['One moment.', 'Still on it.'],
    },
    language: 'en-US',
    lexicon: lexiconFor('en-US', { name: 'Julia', dictation: { after: ['client'], digits: 4 } }),
    voice: '',
    ...(consentQuestion === undefined ? {} : { consentQuestion }),
    ...(consent === undefined ? {} : { consent }),
    keyTerms: [],
    tools: registry?.names ?? Object.keys(tools),
    inputSampleRate: RATE,
    outputSampleRate: RATE,
    echoCancelled,
    context: { ...defaultContextOptions, ...context },
    turn: { ...defaultTurnOptions, ...turn },
    reply: { ...defaultReplyOptions, ...reply },
  };
  const consents: ConsentState[] = [];
  const deps: ConversationDeps = {
    stt,
    model,
    voice,
    tools: registry ?? toolRunner,
    caller,
    clock,
    output,
    consented: (state) => void consents.push(state),
    ...(transfer === undefined ? {} : { transfer }),
    ...(meter === undefined ? {} : { meter }),
    ...(apology === undefined ? {} : { apology }),
    ...(echo === undefined ? {} : { echo }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(enrichment === undefined ? {} : { enrichment }),
  };
  const conversation =
    before === undefined ? new Conversation(deps, options) : Conversation.restore(before.snapshot, deps, options);
  conversation.start();
  const types = () => output.log.map((entry) => entry.type);
  const last = <T extends Logged['type']>(type: T) =>
    output.log.findLast((entry): entry is Extract<Logged, { type: T }> => entry.type === type);
  return { clock, stt, model, voice, output, tools: toolRunner, conversation, consents, types, last, settle };
}
