// Calls as one process has them, on fakes, with everything at hand.
import type { ProviderUsage } from '../../src/provider/usage.port.js';
import type { Budgets } from '../../src/usage/budgets.port.js';
import type { Cost, Prices } from '../../src/usage/prices.port.js';
import { agentSchema } from '../../src/agents/agent.schema.js';
import { ConversationFactory } from '../../src/calls/call-factory.js';
import type { CallInfo, CallObserver, CallTransition } from '../../src/calls/call-observer.port.js';
import type { CallBook } from '../../src/calls/call-book.port.js';
import type { CallRequest } from '../../src/calls/call.port.js';
import type { Line } from '../../src/calls/line.port.js';
import { LiveCalls, type LiveCallsDeps } from '../../src/calls/live-calls.js';
import type { ConversationEvent } from '../../src/conversation/conversation.port.js';
import { caller, FakeTools, type FakeTool } from './call.js';
import { MemorySessionStore, type SharedMemory } from './memory-session-store.js';
import { ManualClock } from './manual-clock.js';
import { FakeModel, FakeStt, FakeVoice, says, type Script } from './providers.js';

/** What came over a line, in order. */
export class LogLine implements Line {
  readonly events: (ConversationEvent & { seq: number })[] = [];
  audioMs = 0;
  cleared = 0;
  gone: string | undefined;
  /** Throws on the next thing told, when set. */
  broken = false;

  event(event: ConversationEvent, seq: number): void {
    if (this.broken) throw new Error('the line is broken');
    this.events.push({ ...event, seq });
  }

  audio(chunk: Uint8Array): void {
    if (this.broken) throw new Error('the line is broken');
    this.audioMs += chunk.length / 32;
  }

  clearAudio(): void {
    this.cleared += 1;
  }

  released(why: string): void {
    this.gone = why;
  }

  get types(): string[] {
    return this.events.map(({ type }) => type);
  }

  last<T extends ConversationEvent['type']>(type: T) {
    return this.events.findLast((event): event is Extract<ConversationEvent, { type: T }> & { seq: number } => {
      return event.type === type;
    });
  }
}

/** An observer that keeps what it is told. */
export class LogObserver implements CallObserver {
  readonly begun: string[] = [];
  readonly events: { call: string; type: string; seq: number }[] = [];
  readonly transitions: CallTransition[] = [];
  readonly costs: (number | undefined)[] = [];

  started({ sessionId }: CallInfo): void {
    this.begun.push(`started ${sessionId}`);
  }

  resumed({ sessionId }: CallInfo): void {
    this.begun.push(`resumed ${sessionId}`);
  }

  event({ sessionId: call }: CallInfo, { type }: ConversationEvent, seq: number): void {
    this.events.push({ call, type, seq });
  }

  used(_call: CallInfo, _usage: ProviderUsage, cost: Cost | undefined): void {
    this.costs.push(cost?.amount);
  }

  transition(_call: CallInfo, transition: CallTransition): void {
    this.transitions.push(transition);
  }
}

export interface FakeProcessOptions {
  readonly script?: Script;
  readonly greeting?: string;
  readonly tools?: Readonly<Record<string, FakeTool>>;
  readonly resumeGraceMs?: number;
  readonly clock?: ManualClock;
  readonly book?: CallBook;
  readonly prices?: Prices;
  readonly budgets?: Budgets;
  /** The most that a call may cost. */
  readonly maxCost?: number;
  readonly answering?: object;
  /** Of the model. */
  readonly modelName?: string;
  /** What it shares with other processes, and its name there. */
  readonly shared?: { readonly memory: SharedMemory; readonly name: string };
}

/** One process with its calls. */
export function fakeProcess({
  script = () => says('All right.'),
  greeting = '',
  tools = {},
  resumeGraceMs = 30_000,
  clock = new ManualClock(),
  shared,
  book,
  prices,
  budgets,
  maxCost,
  answering,
  modelName,
}: FakeProcessOptions = {}) {
  const stt = new FakeStt();
  const model = new FakeModel(script);
  if (modelName !== undefined) Object.assign(model, { name: modelName });
  const voice = new FakeVoice(clock);
  const observer = new LogObserver();
  const faults: object[] = [];
  const agent = agentSchema.parse({
    name: 'Julia',
    instructions: 'Be kind.',
    greeting,
    tools: Object.keys(tools),
    limits: { maxCost },
    ...(answering === undefined ? {} : { answering }),
  });
  const conversations = new ConversationFactory(
    { get: (name) => (name === 'julia' ? agent : undefined), names: () => ['julia'] },
    { stt: () => stt, llm: () => model, tts: () => voice },
    new FakeTools(tools),
    clock,
    { defaultAgent: 'julia', voice: undefined },
  );
  const store = shared && new MemorySessionStore(shared.memory, shared.name);
  const deps: LiveCallsDeps = {
    clock,
    observers: [observer],
    resumeGraceMs,
    log: { error: (line) => void faults.push(line) },
    ...(store === undefined ? {} : { store }),
    ...(book === undefined ? {} : { book }),
    ...(prices === undefined ? {} : { prices }),
    ...(budgets === undefined ? {} : { budgets }),
  };
  const calls = new LiveCalls(conversations, deps);
  return { store, calls, deps, clock, stt, model, voice, observer, faults };
}

export const request = (sessionId = 's1'): CallRequest => ({
  sessionId,
  caller,
  inputSampleRate: 16_000,
  outputSampleRate: 16_000,
});
