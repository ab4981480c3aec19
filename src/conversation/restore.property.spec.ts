// Whatever has happened to a call, it can go on in another process, and keeps its promises there.
import fc from 'fast-check';
import { fakeCall, type FakeCallOptions, type FakeTool, type Logged } from '../../test/fakes/call.js';
import {
  action,
  erraticModel,
  erraticTools,
  expectCalmEnd,
  expectEveryCallAnswered,
  expectOneReplyAtATime,
  type FakeCall,
  inOrder,
} from '../../test/fakes/erratic.js';
import { type ManualClock, settle } from '../../test/fakes/manual-clock.js';
import { calls, says } from '../../test/fakes/providers.js';
import type { LlmPart, LlmRequest } from '../llm/llm.port.js';
import type { Heard } from './conversation.port.js';
import type { TurnDetectionMode } from './options.js';
import { conversationSnapshot, type ConversationSnapshot } from './snapshot.js';

/** The process is gone: its clock stands still for ever. Another one goes on from what it left; `died` is in between. */
async function elsewhere(
  call: FakeCall,
  options: FakeCallOptions,
  died: () => void = () => undefined,
): Promise<[FakeCall, ConversationSnapshot]> {
  await settle();
  const snapshot = call.conversation.snapshot();
  const stored: unknown = JSON.parse(JSON.stringify(snapshot));
  expect(conversationSnapshot.parse(stored)).toEqual(stored); // nothing of it is lost on the way
  died();
  await settle();
  return [fakeCall({ ...options, before: { snapshot: stored, tools: call.tools } }), snapshot];
}

/** What the model was told of the calls that the caller had agreed to, by the number of the question. */
const outcomesIn = (
  requests: readonly LlmRequest[],
): readonly { readonly number: number; readonly content: string }[] =>
  requests.flatMap(({ messages }) =>
    messages.flatMap((message) => {
      const number = message.role === 'tool' ? /^confirmed_(\d+)/.exec(message.callId)?.[1] : undefined;
      return number === undefined || message.role !== 'tool'
        ? []
        : [{ number: Number(number), content: message.content }];
    }),
  );

/** A mail that in a process that is killed may take for ever, and may arrive all the same. */
function slowMail() {
  const arrive: (() => void)[] = [];
  const mail = { slow: true, arrive: () => arrive.forEach((now) => now()) };
  const tool: FakeTool = {
    effect: 'write',
    run: () => {
      const sent = { ok: true, data: 'sent' } as const;
      return mail.slow ? new Promise((resolve) => arrive.push(() => resolve(sent))) : Promise.resolve(sent);
    },
  };
  return { mail, tool };
}

/** Numbered words of the model that the caller was told to have heard, of all replies. */
const toldWords = (log: readonly Logged[]): string[] =>
  log.flatMap((entry) => {
    if (entry.type === 'response.completed') return entry.text.match(/[a-z]+\d+/g) ?? [];
    return entry.type === 'response.interrupted' ? (entry.heardText.match(/[a-z]+\d+/g) ?? []) : [];
  });

describe('a call that goes on in another process at any moment', () => {
  it('says nothing twice, does nothing twice, leaves no call unanswered and takes no yes for granted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 1, maxLength: 20 }),
        fc.array(action, { maxLength: 12 }),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 8 }),
        fc.constantFrom<TurnDetectionMode>('provider', 'vad', 'manual'),
        fc.option(fc.nat(6000), { nil: undefined }),
        fc.constantFrom('at once', 'after its process', 'never'),
        fc.constantFrom('', 'This is said by an AI, whoever is there.'),
        async (before, after, choices, mode, playedMs, arrives, disclosure) => {
          const script = erraticModel(choices, true);
          const { mail, tool } = slowMail();
          mail.slow = arrives !== 'at once';
          const options = {
            script,
            tools: { ...erraticTools, send: tool },
            turn: { mode },
            greeting: 'Hi.',
            disclosure,
          };
          const first = fakeCall(options);
          await inOrder(first, before);
          fc.pre(!first.types().includes('session.ended'));
          const [call, snapshot] = await elsewhere(first, options, () => {
            mail.slow = false;
            if (arrives === 'after its process') mail.arrive();
          });
          const { reply } = snapshot;
          const done = call.tools.ran.length;
          await call.clock.advance(3000);
          // Nobody has said anything: what is done now was agreed to, and not begun, before.
          call.conversation.release(
            reply === undefined || playedMs === undefined ? undefined : { responseId: reply.id, playedMs },
          );
          await settle();
          if (reply?.answer?.verdict !== 'yes') {
            expect(call.tools.ran.slice(done).filter(({ name }) => name === 'send')).toEqual([]);
          }
          await inOrder(call, after);
          await expectCalmEnd(call);
          const log = [...first.output.log, ...call.output.log];
          expectOneReplyAtATime(log);
          const told = toldWords(log);
          expect(told).toEqual([...new Set(told)]);
          expect(call.tools.agreed).toEqual([...new Set(call.tools.agreed)]);
          for (const request of [...first.model.requests, ...call.model.requests]) {
            expectEveryCallAnswered(request.messages);
          }
          for (const { number, content } of outcomesIn(call.model.requests)) {
            if (call.tools.isDone(number)) expect(content).not.toContain('I do not know');
            else expect(content).not.toContain('"ok":true');
          }
        },
      ),
      { numRuns: 150 },
    );
  }, 120_000);

  it('remembers afterwards what it would have remembered, whatever the cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(calm, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(4000), { minLength: 1, maxLength: 2 }),
        async (before, pauses) => {
          const options = (clock: () => ManualClock): FakeCallOptions => ({
            script: steadyModel(clock),
            tools: steadyTools,
            turn: { idlePromptMs: 0 },
            reply: { fillerAfterMs: 0 },
          });
          const fresh = async (): Promise<FakeCall> => {
            const made: FakeCall = fakeCall(options(() => made.clock));
            await inOrder(made, before);
            return made;
          };
          const whole = await fresh();
          let cut = await fresh();
          for (const pause of pauses) {
            await whole.clock.advance(pause);
            await cut.clock.advance(pause);
            const own: { call?: FakeCall } = {};
            const [made, snapshot] = await elsewhere(
              cut,
              options(() => (own.call ?? cut).clock),
            );
            own.call = made;
            // Words that are not settled are spoken again by a test only if it wants to: here the turn is over or not begun.
            fc.pre(snapshot.turn.open === undefined);
            cut = made;
            const heard: Heard | undefined =
              snapshot.reply === undefined
                ? undefined
                : { responseId: snapshot.reply.id, playedMs: snapshot.reply.mouth.position };
            cut.conversation.release(heard);
          }
          for (const call of [whole, cut]) {
            await call.clock.advance(60_000);
            call.conversation.submitText('and at last');
            await call.clock.advance(1);
          }
          const remembered = (call: FakeCall) => call.model.requests.at(-1)?.messages;
          expect(remembered(cut)).toEqual(remembered(whole));
          for (const call of [whole, cut]) call.conversation.end('client');
        },
      ),
      { numRuns: 100 },
    );
  }, 120_000);
});

/** What a caller does who finishes his turns. */
const calm = fc.oneof(
  fc.constantFrom('how much', 'how many of them', 'what is new', 'tell me more of it').map((text) => ({
    name: `says ${text}`,
    run: (c: FakeCall) => c.stt.say(text),
  })),
  fc.constantFrom('look it up', 'and this one').map((text) => ({
    name: `types ${text}`,
    run: (c: FakeCall) => c.conversation.submitText(text),
  })),
  fc.constant({ name: 'cancels', run: (c: FakeCall) => c.conversation.cancelResponse() }),
  fc.constant({ name: 'clears', run: (c: FakeCall) => c.conversation.clearInput() }),
  fc
    .constantFrom(40, 300, 900, 2500, 9000)
    .map((ms) => ({ name: `waits ${ms}`, run: (c: FakeCall) => c.clock.advance(ms) })),
);

const steadyTools: Record<string, FakeTool> = {
  look: { effect: 'read', run: (call) => Promise.resolve({ ok: true, data: call.id }) },
};

/** A model that always says the same to the same, in its own time; some answers need a look first. */
function steadyModel(clock: () => ManualClock): (request: LlmRequest) => AsyncIterable<LlmPart> {
  return async function* ({ messages }) {
    const turn = messages.findLastIndex(({ role }) => role === 'user');
    const question = messages[turn];
    const size = question?.role === 'user' ? question.text.length : 0;
    const looked = messages.slice(turn).some(({ role }) => role === 'tool');
    const answer = `Answer ${turn} begins here. It goes on for some words more. That was all of ${size}.`;
    const look = calls({ id: `look${turn}`, name: 'look', args: { turn } });
    for (const [n, part] of [...(size % 2 === 0 && !looked ? look : says(answer))].entries()) {
      if (n % 4 === 3) await new Promise<void>((resolve) => clock().after(120, resolve));
      yield part;
    }
  };
}
