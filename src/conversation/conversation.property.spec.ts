// Whatever happens in whatever order, a conversation keeps its promises.
import fc from 'fast-check';
import { type FakeTool, fakeCall, type Logged } from '../../test/fakes/call.js';
import { settle } from '../../test/fakes/manual-clock.js';
import { calls, providerFailure, says } from '../../test/fakes/providers.js';
import type { ChatMessage, LlmPart, LlmRequest } from '../llm/llm.port.js';
import type { TurnDetectionMode } from './options.js';

type Call = ReturnType<typeof fakeCall>;

const WORDS = ['uh-huh', 'okay', 'yes please', 'what did client five zero', 'stop', 'no wait', 'thank you very much'];

/** One thing that can happen; returned promises are awaited. */
type Action = (call: Call) => void | Promise<void>;

const words = fc.constantFrom(...WORDS);
const action: fc.Arbitrary<{ name: string; run: Action }> = fc.oneof(
  fc.constant({ name: 'onset', run: (c: Call) => c.stt.emit({ type: 'speech.started', audioMs: 0 }) }),
  fc.constant({ name: 'silence', run: (c: Call) => c.stt.emit({ type: 'speech.stopped', audioMs: 0 }) }),
  words.map((text) => ({
    name: `partial ${text}`,
    run: (c: Call) => c.stt.emit({ type: 'transcript.partial', text }),
  })),
  words.map((text) => ({
    name: `final ${text}`,
    run: (c: Call) => c.stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 }),
  })),
  words.map((text) => ({ name: `eager ${text}`, run: (c: Call) => c.stt.emit({ type: 'turn.eager', text }) })),
  fc.constant({ name: 'resumed', run: (c: Call) => c.stt.emit({ type: 'turn.resumed' }) }),
  fc.constant({ name: 'turn ended', run: (c: Call) => c.stt.emit({ type: 'turn.ended' }) }),
  fc.constant({ name: 'stt fails', run: (c: Call) => c.stt.emit({ type: 'failed', error: providerFailure(true) }) }),
  fc.constant({ name: 'stt is gone', run: (c: Call) => c.stt.emit({ type: 'failed', error: providerFailure(false) }) }),
  words.map((text) => ({ name: `text ${text}`, run: (c: Call) => c.conversation.submitText(text) })),
  fc.constant({ name: 'commit', run: (c: Call) => c.conversation.commitInput() }),
  fc.constant({ name: 'clear', run: (c: Call) => c.conversation.clearInput() }),
  fc.constant({ name: 'cancel', run: (c: Call) => c.conversation.cancelResponse() }),
  fc.nat(8).map((n) => ({ name: `finished r${n}`, run: (c: Call) => c.conversation.playbackFinished(`r${n}`) })),
  fc.tuple(fc.nat(8), fc.nat(5000)).map(([n, ms]) => ({
    name: `position r${n} ${ms}`,
    run: (c: Call) => c.conversation.playbackPosition(`r${n}`, ms),
  })),
  fc.boolean().map((failing) => ({
    name: `voice failing ${failing}`,
    run: (c: Call) => {
      c.voice.failing = failing;
    },
  })),
  fc
    .constantFrom(1, 50, 700, 5000, 20_000)
    .map((ms) => ({ name: `wait ${ms}`, run: (c: Call) => c.clock.advance(ms) })),
);

/** A model that, by a number drawn from the run, talks, calls tools, breaks off or fails. */
function erraticModel(choices: readonly number[]): (request: LlmRequest) => Iterable<LlmPart> {
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
    return says(choice % 2 === 0 ? 'Here is a short answer.' : 'This one. Is it longer? It is much longer, I think!');
  };
}

const tools: Record<string, FakeTool> = {
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

function expectEveryCallAnswered(messages: readonly ChatMessage[]): void {
  messages.forEach((message, i) => {
    if (message.role !== 'assistant' || message.toolCalls === undefined) return;
    const answers = messages.slice(i + 1, i + 1 + message.toolCalls.length);
    expect(answers.map((answer) => (answer.role === 'tool' ? answer.callId : answer.role))).toEqual(
      message.toolCalls.map((call) => call.id),
    );
  });
}

function expectOneReplyAtATime(log: readonly Logged[]): void {
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

describe('any order of events', () => {
  it('never deadlocks, doubles a reply, leaves a call unanswered or plays after an interruption', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 8 }),
        fc.constantFrom<TurnDetectionMode>('provider', 'vad', 'manual'),
        fc.boolean(),
        async (actions, choices, mode, interruptible) => {
          const call = fakeCall({
            script: erraticModel(choices),
            tools,
            turn: { mode, interruptible },
            greeting: 'Hi.',
          });
          for (const { run } of actions) {
            await run(call);
            await settle();
          }
          // Whatever came before, a calm caller who types a question gets an answer (unless the call is over).
          call.voice.failing = false;
          call.model.script = () => says('The end.');
          const over = call.types().includes('session.ended');
          call.conversation.submitText('are you still there');
          await call.clock.advance(60_000);
          if (!over) expect(call.output.log).toContainEqual(expect.objectContaining({ text: 'The end.' }));
          call.conversation.end('client');
          await call.conversation.ended;
          await call.clock.advance(300_000);
          expectOneReplyAtATime(call.output.log);
          for (const request of call.model.requests) expectEveryCallAnswered(request.messages);
          expect(call.types().filter((type) => type === 'session.ended')).toHaveLength(1);
          expect(call.types().at(-1)).toBe('session.ended');
          expect([call.stt.open_, call.voice.open_, call.model.running, call.clock.waiting]).toEqual([0, 0, 0, 0]);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});
