import { FakeTools, LogOutput } from '../../test/fakes/call.js';
import { ManualClock, settle } from '../../test/fakes/manual-clock.js';
import { FakeModel, FakeStt, FakeVoice, says } from '../../test/fakes/providers.js';
import { agentSchema } from '../agents/agent.schema.js';
import { denoised } from '../stt/noise/denoised-stt.js';
import type { SttOptions } from '../stt/stt.port.js';
import { levelDbfs } from '../audio/pcm16.js';
import { ConversationFactory, type ConversationFactoryOptions } from './call-factory.js';
import type { CallRequest } from './call.port.js';
import { FaultBoundary } from './fault-boundary.js';

/** 20 ms of something that is no voice. */
const NOISE = new Uint8Array(Int16Array.from({ length: 320 }, (_, n) => ((n * 7919) % 2001) - 1000).buffer);

class ListeningStt extends FakeStt {
  heard: SttOptions | undefined;
  readonly audio: Uint8Array[] = [];

  override open(...args: Parameters<FakeStt['open']>) {
    [this.heard] = args;
    const stream = super.open(...args);
    return { ...stream, push: (chunk: Uint8Array) => void this.audio.push(Uint8Array.from(chunk)) };
  }
}

/** What the model and the recogniser of a call are asked for. */
async function callOf(
  file: object,
  request: Partial<CallRequest> = {},
  noiseSuppression?: ConversationFactoryOptions['noiseSuppression'],
) {
  const agent = agentSchema.parse({ name: 'Ada', instructions: 'Today is {{date}}.', ...file });
  const clock = new ManualClock();
  const [stt, model, voice] = [new ListeningStt(), new FakeModel(() => says('Hi.')), new FakeVoice(clock)];
  const factory = new ConversationFactory(
    { get: () => agent, names: () => ['ada'] },
    { stt: () => stt, llm: () => model, tts: () => voice, denoised },
    new FakeTools({}),
    clock,
    { defaultAgent: 'ada', voice: undefined, ...(noiseSuppression === undefined ? {} : { noiseSuppression }) },
  );
  const faults: unknown[] = [];
  const conversation = factory
    .plan({
      sessionId: 's',
      caller: { userId: 'u', claims: {}, accessToken: 'x' },
      inputSampleRate: 16_000,
      outputSampleRate: 16_000,
      ...request,
    })
    .begin({
      output: new LogOutput(16_000),
      boundary: new FaultBoundary((error) => faults.push(error)),
      onUsage: () => undefined,
    });
  conversation.start();
  for (let frame = 0; frame < 50; frame += 1) conversation.pushAudio(NOISE);
  conversation.submitText('hello');
  await settle();
  conversation.end('client');
  await conversation.ended;
  expect(faults).toEqual([]);
  const asked = model.requests[0];
  const system = asked?.messages.find((message) => message.role === 'system');
  return { date: system?.text, timeZone: asked?.timeZone, language: stt.heard?.language, audio: stt.audio };
}

const caller = (zoneinfo: unknown) => ({ userId: 'u', claims: { zoneinfo }, accessToken: 'x' });
const today = (language: string, timeZone?: string) =>
  `Today is ${new Date().toLocaleDateString(language, { dateStyle: 'full', timeZone })}.`;
// The day there is never the day of the other.
const [EAST, WEST] = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];

it('leaves the names that begin with claims. to the token, whichever wire a variable came by', async () => {
  const file = { instructions: 'Role: {{claims.role|none}}.' };
  const variables = { 'claims.role': 'admin' };
  expect((await callOf(file, { variables })).date).toBe('Role: none.');
  const claims = { role: 'clerk' };
  expect((await callOf(file, { variables, caller: { userId: 'u', claims, accessToken: 'x' } })).date).toBe(
    'Role: clerk.',
  );
});

describe('the caller’s today', () => {
  it.each<[string, object, Partial<CallRequest>, string | undefined]>([
    ['the agent’s file', { timezone: EAST }, { caller: caller(WEST), variables: { timezone: WEST } }, EAST],
    ['the token', {}, { caller: caller(EAST), variables: { timezone: WEST } }, EAST],
    ['a variable of the session', {}, { variables: { timezone: WEST } }, WEST],
    ['the process', {}, {}, undefined],
    ['what is a zone, where others are none', {}, { caller: caller('Mars/Base'), variables: { timezone: EAST } }, EAST],
    ['the process, where none is one', {}, { caller: caller(12), variables: { timezone: '+02:00; DROP' } }, undefined],
    ['the process, where a name is endless', {}, { variables: { timezone: 'A'.repeat(1e5) } }, undefined],
  ])('is in the time zone of %s', async (_what, file, request, timeZone) => {
    const call = await callOf(file, request);
    expect(call).toMatchObject({ date: today('en-US', timeZone), timeZone });
  });

  it.each(['de-DE', 'es', 'ja'])('is written in the agent’s language: %s', async (language) => {
    expect(await callOf({ language, timezone: EAST })).toMatchObject({ date: today(language, EAST) });
  });

  it.each([{ timezone: 'Mars/Base' }, { timezone: '' }, { language: 'de-de-de' }])(
    'is refused at boot where the file has no such place: %j',
    (file) => {
      expect(agentSchema.safeParse({ name: 'Ada', instructions: 'Help.', ...file }).success).toBe(false);
    },
  );
});

describe('the recogniser', () => {
  it.each([
    [{ language: 'de' }, 'de'],
    [{ language: 'de', recognition: { language: 'multi' } }, 'multi'],
    [{ language: 'de', recognition: { language: 'en-GB' } }, 'en-GB'],
  ])('listens for the language of %j', async (file, language) => {
    expect(await callOf(file)).toMatchObject({ language });
  });
});

describe('noise', () => {
  const phone = { route: { direction: 'inbound', channel: 'phone' } } as const;
  const agentSays = (noiseSuppression: string) => ({ recognition: { noiseSuppression } });

  it.each<[string, object, Partial<CallRequest>, 'off' | 'rnnoise' | undefined, boolean]>([
    ['of a telephone is left where nothing is said of it', {}, phone, undefined, false],
    ['of a telephone is taken out where the server says so', {}, phone, 'rnnoise', true],
    ['of a page is the browser’s to take out', {}, {}, 'rnnoise', false],
    ['of a telephone is left by an agent that says so', agentSays('off'), phone, 'rnnoise', false],
    ['of a telephone is taken out for an agent that says so', agentSays('rnnoise'), phone, 'off', true],
  ])('%s', async (_what, file, request, usual, isTakenOut) => {
    const { audio } = await callOf(file, request, usual);
    expect(audio).toHaveLength(50);
    const last = levelDbfs(audio.at(-1) ?? NOISE);
    if (isTakenOut) expect(last).toBeLessThan(levelDbfs(NOISE) - 10);
    else expect(audio.at(-1)).toEqual(NOISE);
  });
});
