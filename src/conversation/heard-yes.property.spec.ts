// Whatever happens in whatever order, and whatever the model calls and says: no write runs without a question that was
// heard and a clear yes as the very next turn, and none twice for one yes.
import fc from 'fast-check';
import { type FakeTool, fakeCall, type Logged } from '../../test/fakes/call.js';
import { settle } from '../../test/fakes/manual-clock.js';
import { calls, providerFailure, says } from '../../test/fakes/providers.js';
import type { LlmPart } from '../llm/llm.port.js';
import { isClearYes } from './lexicon/answers.js';
import { lexiconFor } from './lexicon/lexicon-for.js';

type Call = ReturnType<typeof fakeCall>;

const ENGLISH = lexiconFor('en-US');
const PEOPLE = ['Ann', 'Anna', 'Bob'] as const;
const WORDS = ['yes', 'yes please', 'please', 'no', 'wait', 'send it to Ann', 'okay', 'what is the weather'];
const statement = (to: string) => `I will send ${to}.`;

interface Action {
  readonly name: string;
  readonly run: (call: Call) => void | Promise<void>;
}
const action: fc.Arbitrary<Action> = fc.oneof(
  ...(['text', 'speech'] as const).map((way) =>
    fc.constantFrom(...WORDS).map((words): Action => ({
      name: `${way} ${words}`,
      run: (call) => (way === 'text' ? call.conversation.submitText(words) : call.stt.say(words)),
    })),
  ),
  fc.constantFrom(...WORDS).map((text): Action => ({
    name: `eager ${text}`,
    run: (call) => {
      call.stt.emit({ type: 'transcript.partial', text });
      call.stt.emit({ type: 'turn.eager', text });
    },
  })),
  fc.constantFrom(...WORDS).map((text): Action => ({
    name: `final ${text}`,
    run: (call) => {
      call.stt.emit({ type: 'transcript.final', text, words: [], confidence: 1, audioMs: 0 });
      call.stt.emit({ type: 'turn.ended' });
    },
  })),
  fc.constantFrom(1, 300, 900, 1400, 4000, 9000, 25_000).map((ms): Action => ({
    name: `wait ${ms}`,
    run: (call) => call.clock.advance(ms),
  })),
  ...(['text', 'speech'] as const).map((way) =>
    fc.constant<Action>({
      name: `${way} yes, after a while`,
      run: async (call) => {
        await call.clock.advance(5000);
        if (way === 'text') call.conversation.submitText('yes');
        else call.stt.say('yes');
      },
    }),
  ),
  fc.constant<Action>({ name: 'cancel', run: (call) => call.conversation.cancelResponse() }),
  fc.tuple(fc.nat(9), fc.nat(3000)).map(([n, ms]): Action => ({
    name: `position r${n} ${ms}`,
    run: (call) => call.conversation.playbackPosition(`r${n}`, ms),
  })),
  fc.constant<Action>({
    name: 'deaf',
    run: (call) => call.stt.emit({ type: 'failed', error: providerFailure(false) }),
  }),
  fc.boolean().map((failing): Action => ({
    name: `voice failing ${failing}`,
    run: (call) => {
      call.voice.failing = failing;
    },
  })),
);

/** What a hostile model may do when it is asked. */
const move: fc.Arbitrary<(id: string) => Iterable<LlmPart>> = fc.oneof(
  fc
    .tuple(fc.array(fc.constantFrom(...PEOPLE), { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean())
    .map(([people, before, after]) => (id: string): Iterable<LlmPart> => [
      ...(before ? [{ type: 'text', delta: 'All is well. ' } as const] : []),
      ...calls(...people.map((to, n) => ({ id: `${id}_${n}`, name: 'send', args: { to } }))),
      ...(after ? [{ type: 'text', delta: 'Would you like to hear more?' } as const] : []),
    ]),
  fc.constantFrom(...PEOPLE).map((to) => () => says(`${statement(to)} Shall I?`)),
  fc.constant((id: string) => calls({ id: `${id}_l`, name: 'look', args: {} })),
  fc.constant(() => says('It is sunny.')),
);

/** What the log says before a run: the turns that led to it, and what had been heard when the first of them began. */
function before(log: readonly Logged[]): { answer: string; heard: string; key: number } {
  const turns: string[] = [];
  for (let at = log.length - 1; at >= 0; at -= 1) {
    const entry = log[at];
    if (entry?.type === 'turn.ended') turns.unshift(entry.text);
    // A reply of which nothing was heard leaves the turns on both sides of it one.
    else if (entry?.type === 'response.interrupted' && entry.heardText !== '')
      return { answer: turns.join(' '), heard: entry.heardText, key: at };
    else if (entry?.type === 'response.completed') return { answer: turns.join(' '), heard: entry.text, key: at };
  }
  return { answer: turns.join(' '), heard: '', key: -1 };
}

describe('a hostile model and any order of events', () => {
  it('run no write without a heard question and a clear yes next, and none twice', async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 3, maxLength: 30 }),
        fc.array(move, { minLength: 1, maxLength: 6 }),
        async (actions, moves) => {
          const runs: { to: string; at: number }[] = [];
          const tools: Record<string, FakeTool> = {
            send: {
              effect: 'write',
              run: ({ arguments: json }) => {
                runs.push({ to: (JSON.parse(json) as { to: string }).to, at: call.output.log.length });
                return Promise.resolve({ ok: true, data: 'sent' });
              },
            },
            look: { effect: 'read', run: () => Promise.resolve({ ok: true, data: 'sunny' }) },
          };
          let asked = 0;
          const script = (): Iterable<LlmPart> => {
            asked += 1;
            return moves[asked % moves.length]?.(`m${asked}`) ?? says('Fine.');
          };
          const call: Call = fakeCall({ tools, script, turn: { idlePromptMs: 8000 } });
          call.conversation.submitText('go');
          await call.clock.advance(4000);
          for (const { run } of actions) {
            await run(call);
            await settle();
          }
          call.conversation.end('client');
          await call.conversation.ended;
          ran += runs.length;
          const used = runs.map(({ to, at }) => {
            const { answer, heard, key } = before(call.output.log.slice(0, at));
            expect(heard).toContain(statement(to));
            expect(isClearYes(answer, ENGLISH, `${statement(to)} Shall I?`) ? 'a clear yes' : answer).toBe(
              'a clear yes',
            );
            return key;
          });
          expect(new Set(used).size).toBe(used.length);
        },
      ),
      { numRuns: 200 },
    );
    expect(ran).toBeGreaterThan(20); // or it has proved nothing
  }, 60_000);
});
