// What can happen to a call, in whatever order, and what holds whatever happens: for tests of properties.
import fc from 'fast-check';
import type { ChatMessage, LlmPart, LlmRequest } from '../../src/llm/llm.port.js';
import { type FakeTool, type fakeCall, type Logged } from './call.js';
import { settle } from './manual-clock.js';
import { calls, providerFailure, says } from './providers.js';

export type FakeCall = ReturnType<typeof fakeCall>;

const WORDS = ['uh-huh', 'okay', 'yes please', 'what did client five zero', 'stop', 'no wait', 'thank you very much'];

/** One thing that can happen; returned promises are awaited. */
export type Action = (call: FakeCall) => void | Promise<void>;

const words = fc.constantFrom(...WORDS);
export const action: fc.Arbitrary<{ name: string; run: Action }> = fc.oneof(
  fc.constant({ name: 'onset', run: (c: FakeCall) => c.stt.emit({ type: 'speech.started', audioMs: 0 }) }),
  fc.constant({ name: 'silence', run: (c: FakeCall) => c.stt.emit({ type: 'speech.stopped', audioMs: 0 }) }),
  words.map((text) => ({
    name: `partial ${text}`,
    run: (c: FakeCall) => c.stt.emit({ type: 'transcript.partial', text }),
  })),
  words.map((text) => ({
    name: `final ${text}`,
    run: (c: FakeCall) => c.stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 }),
  })),
  words.map((text) => ({ name: `eager ${text}`, run: (c: FakeCall) => c.stt.emit({ type: 'turn.eager', text }) })),
  fc.constant({ name: 'resumed', run: (c: FakeCall) => c.stt.emit({ type: 'turn.resumed' }) }),
  fc.constant({ name: 'turn ended', run: (c: FakeCall) => c.stt.emit({ type: 'turn.ended' }) }),
  fc.constant({
    name: 'stt fails',
    run: (c: FakeCall) => c.stt.emit({ type: 'failed', error: providerFailure(true) }),
  }),
  fc.constant({
    name: 'stt is gone',
    run: (c: FakeCall) => c.stt.emit({ type: 'failed', error: providerFailure(false) }),
  }),
  words.map((text) => ({ name: `text ${text}`, run: (c: FakeCall) => c.conversation.submitText(text) })),
  fc.constant({ name: 'commit', run: (c: FakeCall) => c.conversation.commitInput() }),
  fc.constant({ name: 'clear', run: (c: FakeCall) => c.conversation.clearInput() }),
  fc.constant({ name: 'cancel', run: (c: FakeCall) => c.conversation.cancelResponse() }),
  fc.nat(8).map((n) => ({ name: `finished r${n}`, run: (c: FakeCall) => c.conversation.playbackFinished(`r${n}`) })),
  fc.tuple(fc.nat(8), fc.nat(5000)).map(([n, ms]) => ({
    name: `position r${n} ${ms}`,
    run: (c: FakeCall) => c.conversation.playbackPosition(`r${n}`, ms),
  })),
  fc.boolean().map((failing) => ({
    name: `voice failing ${failing}`,
    run: (c: FakeCall) => {
      c.voice.failing = failing;
    },
  })),
  fc
    .constantFrom(1, 50, 700, 5000, 20_000)
    .map((ms) => ({ name: `wait ${ms}`, run: (c: FakeCall) => c.clock.advance(ms) })),
);

/**
 * A model that, by a number drawn from the run, talks, calls tools, breaks off or fails. `numbered`: no two of its answers
 * share a word.
 */
export function erraticModel(choices: readonly number[], numbered = false): (request: LlmRequest) => Iterable<LlmPart> {
  let next = 0;
  return (request) => {
    const choice = choices[next % choices.length] ?? 0;
    next += 1;
    if (choice === 0) throw providerFailure(true);
    if (choice <= 2 && request.messages.at(-1)?.role === 'user') {
      return calls(
        { id: `a${next}`, name: 'look', args: { next } },
        { id: `b${next}`, name: choice === 1 ? 'send' : 'hang', args: {} },
      );
    }
    if (numbered)
      return says(
        ['a', 'b', 'c. d', 'e? f', 'g', 'h.'].map((word) => word.replaceAll(/[a-z]/g, `$&${next}`)).join(' '),
      );
    return says(choice % 2 === 0 ? 'Here is a short answer.' : 'This one. Is it longer? It is much longer, I think!');
  };
}

export const erraticTools: Record<string, FakeTool> = {
  look: { effect: 'read', run: () => Promise.resolve({ ok: true, data: 1 }) },
  send: { effect: 'write', run: () => Promise.resolve({ ok: true, data: 'sent' }) },
  hang: {
    effect: 'read',
    run: (_call, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ok: false, code: 'cancelled', message: 'Stopped.' }));
      }),
  },
};

/** Whatever came before, a calm caller who types a question gets an answer (unless the call is over), and can hang up. */
export async function expectCalmEnd(call: FakeCall): Promise<void> {
  call.voice.failing = false;
  call.model.script = () => says('The end.');
  const over = call.types().includes('session.ended');
  call.conversation.submitText('are you still there');
  await call.clock.advance(60_000);
  if (!over) expect(call.output.log).toContainEqual(expect.objectContaining({ text: 'The end.' }));
  call.conversation.end('client');
  await call.conversation.ended;
  await call.clock.advance(300_000);
  expect([call.stt.open_, call.voice.open_, call.model.running, call.clock.waiting]).toEqual([0, 0, 0, 0]);
}

export async function inOrder(call: FakeCall, actions: readonly { readonly run: Action }[]): Promise<void> {
  for (const { run } of actions) {
    await run(call);
    await settle();
  }
}

export function expectEveryCallAnswered(messages: readonly ChatMessage[]): void {
  messages.forEach((message, i) => {
    if (message.role !== 'assistant' || message.toolCalls === undefined) return;
    const answers = messages.slice(i + 1, i + 1 + message.toolCalls.length);
    expect(answers.map((answer) => (answer.role === 'tool' ? answer.callId : answer.role))).toEqual(
      message.toolCalls.map((call) => call.id),
    );
  });
}

export function expectOneReplyAtATime(log: readonly Logged[]): void {
  let current: string | undefined;
  let paused = false;
  for (const entry of log) {
    if (entry.type === 'response.started') {
      expect(current).toBeUndefined();
      current = entry.responseId;
      paused = false;
    } else if (entry.type === 'response.completed' || entry.type === 'response.interrupted') {
      expect(entry.responseId).toBe(current);
      current = undefined;
    } else if (entry.type === 'response.paused') paused = true;
    else if (entry.type === 'response.resumed') paused = false;
    else if (entry.type === 'audio') {
      expect(current).toBeDefined(); // none after an interruption, before the next reply
      expect(paused).toBe(false);
    } else if (entry.type === 'response.text') expect(entry.responseId).toBe(current);
  }
}
