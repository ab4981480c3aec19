import { fakeCall, type FakeCallOptions } from '../../test/fakes/call.js';
import { calls, says } from '../../test/fakes/providers.js';
import type { LlmPart, LlmRequest } from '../llm/llm.port.js';
import type { CallTransfer, TransferOutcome, TransferStep, WantedTransfer } from './transfer.port.js';

/** A carrier whose steps the test takes. */
class Carrier implements CallTransfer {
  readonly destinations = [
    { name: 'billing', called: 'our billing department' },
    { name: 'front', called: 'the front desk' },
  ];
  mayTell = true;
  readonly wanted: WantedTransfer[] = [];
  left: AbortSignal | undefined;
  at: (step: TransferStep) => void = () => undefined;
  settle: (outcome: TransferOutcome) => void = () => undefined;

  start(wanted: WantedTransfer, at: (step: TransferStep) => void, left: AbortSignal): Promise<TransferOutcome> {
    this.wanted.push(wanted);
    this.at = at;
    this.left = left;
    at('dialing');
    return new Promise((resolve) => (this.settle = resolve));
  }
}

const ABOUT = 'A charge was made twice.';
const resultOf = ({ messages }: LlmRequest) =>
  messages.flatMap((message) => (message.role === 'tool' ? [message.content] : [])).at(-1);

/** Puts through when it is told to, and tells what became of it. */
const script = (request: LlmRequest): Iterable<LlmPart> => {
  const last = request.messages.at(-1);
  if (last?.role === 'tool') return says('So it is.');
  if (last?.role === 'user' && last.text === 'a person please') {
    return calls({ id: 'c', name: 'transfer_call', args: { destination: 'billing', about: ABOUT } });
  }
  return says('Fine.');
};

const LOUD = new Uint8Array(640).fill(7);

async function asked(more: FakeCallOptions = {}, carrier = new Carrier()) {
  const call = fakeCall({ script, transfer: carrier, ...more });
  call.conversation.submitText('a person please');
  await call.clock.advance(15_000);
  return { ...call, carrier };
}

async function ringing(more: FakeCallOptions = {}) {
  const call = await asked(more);
  call.stt.say('yes please');
  await call.clock.advance(1_000);
  return call;
}

const transfers = (call: Awaited<ReturnType<typeof asked>>) =>
  call.output.log.filter((entry) => entry.type === 'transfer.changed' || entry.type === 'transfer.ended');

describe('a transfer', () => {
  it('is offered to the model by names, and never by a number', async () => {
    const { model } = await asked();
    const spec = model.requests[0]?.tools.find(({ name }) => name === 'transfer_call');
    expect(spec?.parameters).toMatchObject({ properties: { destination: { enum: ['billing', 'front'] } } });
    const without = fakeCall({ script });
    without.conversation.submitText('hello');
    await without.clock.advance(3_000);
    expect(without.model.requests[0]?.tools.map(({ name }) => name)).not.toContain('transfer_call');
  });

  it('is asked about, with what the person will be told, and begins with the yes', async () => {
    const call = await asked();
    expect(call.voice.spoken.join(' ')).toBe(
      'I will put you through to our billing department. I will tell them: A charge was made twice. Shall I?',
    );
    expect(call.carrier.wanted).toEqual([]);
    call.stt.say('no');
    await call.clock.advance(15_000);
    expect(call.carrier.wanted).toEqual([]);
    const again = await ringing();
    expect(again.carrier.wanted).toMatchObject([{ destination: 'billing', about: ABOUT, language: 'en-US' }]);
  });

  it('tells the person nothing of what was said where that may not be passed on', async () => {
    const carrier = new Carrier();
    carrier.mayTell = false;
    const call = await asked({}, carrier);
    call.stt.say('yes');
    await call.clock.advance(1_000);
    expect(call.voice.spoken.slice(0, 2).join(' ')).toBe('I will put you through to our billing department. Shall I?');
    expect(carrier.wanted).toHaveLength(1);
    expect(carrier.wanted[0]).not.toHaveProperty('about');
  });

  it('asks nothing for a place that there is not', async () => {
    const call = await asked({
      script: (request) =>
        request.messages.at(-1)?.role === 'tool'
          ? says('I cannot do that.')
          : calls({ id: 'c', name: 'transfer_call', args: { destination: '+4930123456' } }),
    });
    expect(resultOf(call.model.requests.at(-1) ?? { messages: [], tools: [] })).toContain('billing, front');
    expect(call.voice.spoken).toEqual(['I cannot do that.']);
  });

  it('puts the caller on hold: nothing of the microphone, no word and no key reaches anybody', async () => {
    const call = await ringing();
    const { stt, conversation } = call;
    const [heard, loud] = [stt.pushedBytes, stt.loudBytes];
    const turns = call.types().filter((type) => type === 'turn.ended').length;
    conversation.pushAudio(LOUD);
    conversation.submitText('1');
    conversation.cancelResponse();
    expect(conversation.submitTranscript('let me out', true)).toBe(true);
    stt.say('wait, stop');
    await call.clock.advance(60_000);
    expect(stt.pushedBytes - heard).toBe(LOUD.length);
    expect(stt.loudBytes).toBe(loud);
    expect(call.types().filter((type) => type === 'turn.ended')).toHaveLength(turns);
    expect(call.types()).not.toContain('response.interrupted');
    expect(call.carrier.left?.aborted).toBe(false);
    expect(call.voice.spoken.filter((text) => text === 'One moment.').length).toBeGreaterThan(2);
    expect(call.voice.spoken).not.toContain('Still there?');
  });

  it.each(['declined', 'voicemail', 'busy', 'no_answer', 'trunk_error'] as const)(
    'that ends with %s gives the caller back, and the model knows it',
    async (outcome) => {
      const call = await ringing();
      call.carrier.at('ringing');
      await call.clock.advance(30_000);
      call.carrier.settle(outcome);
      await call.clock.advance(20_000);
      expect(transfers(call)).toEqual([
        { type: 'transfer.changed', destination: 'billing', state: 'dialing' },
        { type: 'transfer.changed', destination: 'billing', state: 'ringing' },
        { type: 'transfer.ended', destination: 'billing', outcome, durationMs: 31_000 },
      ]);
      expect(resultOf(call.model.requests.at(-1) ?? { messages: [], tools: [] })).toContain(`Outcome: ${outcome}.`);
      expect(call.voice.spoken.at(-1)).toBe('So it is.');
      const { loudBytes } = call.stt;
      call.conversation.pushAudio(LOUD);
      expect(call.stt.loudBytes - loudBytes).toBe(LOUD.length);
      call.stt.say('thanks');
      await call.clock.advance(5_000);
      expect(call.voice.spoken.at(-1)).toBe('Fine.');
    },
  );

  it('that somebody takes ends the conversation, and the agent says no more', async () => {
    const call = await ringing();
    call.carrier.settle('answered');
    await call.clock.advance(20_000);
    expect(call.last('session.ended')).toMatchObject({ reason: 'transferred' });
    expect(call.types().at(-1)).toBe('session.ended');
    expect(call.voice.spoken).not.toContain('So it is.');
  });

  it('is given up when the caller hangs up, and the call ends when nobody is called any more', async () => {
    const call = await ringing();
    call.conversation.end('client');
    await call.settle();
    expect(call.carrier.left?.aborted).toBe(true);
    expect(call.types()).not.toContain('session.ended');
    call.carrier.settle('caller_left');
    await call.settle();
    expect(call.last('transfer.ended')).toMatchObject({ outcome: 'caller_left' });
    expect(call.last('session.ended')).toMatchObject({ reason: 'client' });
  });

  it('has taken place when the carrier takes the line from us before it says so', async () => {
    const call = await ringing();
    call.conversation.end('client');
    call.carrier.settle('answered');
    await call.settle();
    expect(call.last('session.ended')).toMatchObject({ reason: 'transferred' });
  });

  it('can be tried again', async () => {
    const call = await ringing();
    call.carrier.settle('busy');
    await call.clock.advance(20_000);
    call.conversation.submitText('a person please');
    await call.clock.advance(15_000);
    call.stt.say('yes');
    await call.clock.advance(1_000);
    expect(call.carrier.wanted).toHaveLength(2);
  });
});
