import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import type { LlmPart, LlmRequest } from '../llm/llm.port.js';

/** Asks when it is told to, and says "Fine." to everything else. */
const script = ({ messages }: LlmRequest): Iterable<LlmPart> => {
  const last = messages.at(-1);
  return last?.role === 'user' && last.text === 'ask'
    ? calls({ id: 'c', name: 'ask_consent', args: {} })
    : says('Fine.');
};
const options: FakeCallOptions = {
  script,
  turn: { idlePromptMs: 0 },
  consentQuestion: { statement: 'We would like to keep the words of this call.', ask: 'Do you agree?' },
};

type Call = ReturnType<typeof fakeCall>;
const changes = (call: Call) => call.output.log.filter((entry) => entry.type === 'consent.changed');
const asked = async (more: FakeCallOptions = {}): Promise<Call> => {
  const call = fakeCall({ ...options, ...more });
  call.conversation.submitText('ask');
  await call.clock.advance(20_000);
  return call;
};
const answer = async (call: Call, words: string): Promise<void> => {
  call.stt.say(words);
  await call.clock.advance(20_000);
};

describe('consent', () => {
  it.each([
    ['yes, I agree', 'given'],
    ['no, I do not want that', 'refused'],
  ] as const)('is asked for in fixed words, and "%s" means it is %s', async (words, state) => {
    const call = await asked();
    expect(call.voice.spoken).toEqual(['We would like to keep the words of this call.', 'Do you agree?']);
    expect(changes(call)).toEqual([]);
    await answer(call, words);
    expect(changes(call)).toEqual([{ type: 'consent.changed', state, by: 'caller', words }]);
    expect(call.consents).toEqual([state]);
  });

  it.each(['maybe', 'what do you mean', 'yes, if nobody else hears it'])('is not in "%s"', async (words) => {
    const call = await asked();
    await answer(call, words);
    expect(changes(call)).toEqual([]);
  });

  it('is not in a yes to a question that was not heard', async () => {
    const call = fakeCall(options);
    call.conversation.submitText('ask');
    await call.clock.advance(200);
    await answer(call, 'yes');
    expect(changes(call)).toEqual([]);
  });

  it('is no tool of the model where the agent has no words for it', async () => {
    const { consentQuestion: _none, ...without } = options;
    const call = fakeCall(without);
    call.conversation.submitText('ask');
    await call.clock.advance(20_000);
    expect(call.model.requests[0]?.tools).toEqual([]);
    await answer(call, 'yes');
    expect(changes(call)).toEqual([]);
  });

  it('is what the client or the operator says it is, the last of them', async () => {
    const call = fakeCall({ ...options, consent: 'given' });
    call.conversation.setConsent('refused', 'client', 'I took it back.');
    call.conversation.setConsent('given', 'operator');
    expect(changes(call)).toEqual([
      { type: 'consent.changed', state: 'given', by: 'client' },
      { type: 'consent.changed', state: 'refused', by: 'client', words: 'I took it back.' },
      { type: 'consent.changed', state: 'given', by: 'operator' },
    ]);
    expect(call.consents).toEqual(['given', 'refused', 'given']);
  });

  it('is known in another process, and not told again there', async () => {
    const call = await asked();
    await answer(call, 'no thanks');
    const snapshot: unknown = JSON.parse(JSON.stringify(call.conversation.snapshot()));
    const next = fakeCall({ ...options, before: { snapshot, tools: call.tools } });
    expect(next.consents).toEqual(['refused']);
    expect(changes(next)).toEqual([]);
  });
});
