// What has to be disclosed, in the caller's language: over the WebSocket, by telephone, and in a call that was placed. Twilio
// and Deepgram's voice are simulated on their real wires; flite speaks itself.
import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { CallWatcher } from '../support/call-watcher.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import { TwilioCall } from '../simulators/twilio.js';
import { placeCall } from '../support/outbound-app.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 40_000;
const PUBLIC_ORIGIN = 'https://voice.example.test';
const FROM = '+4930654321';

const EN = 'You are talking to an AI.';
const DE = 'Sie sprechen mit einer KI.';
const ES = 'Está hablando con una inteligencia artificial.';
const agent = (lines: string): string => `name: Ada\ninstructions: You are Ada.\ngreeting: Hello.\n${lines}`;
const AGENTS = {
  english: agent('disclosure: { voice: { de: { deepgram: aura-2-viktoria-de } } }\n'),
  keyless: agent('disclosure: true\nproviders: { tts: [flite] }\n'),
  german: agent('language: de-DE\ndisclosure: true\nproviders: { tts: [flite] }\n'),
};

describe('a disclosure', () => {
  const watcher = new CallWatcher();
  let deepgram: DeepgramSimulator;
  let twilio: TwilioRestSimulator;
  let app: ParleyApp;

  beforeAll(async () => {
    deepgram = await DeepgramSimulator.start();
    twilio = await TwilioRestSimulator.start();
    app = await ParleyApp.start({
      agents: AGENTS,
      env: {
        PUBLIC_ORIGIN,
        OUTBOUND_PROVIDER: 'twilio',
        OUTBOUND_FROM: FROM,
        OUTBOUND_HOURS: '00:00-24:00',
        TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
        TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
        TWILIO_BASE_URL: twilio.url,
        STREAM_STT_PROVIDER: 'webspeech',
        STREAM_LLM_PROVIDER: 'rules',
        STREAM_TTS_PROVIDER: 'deepgram',
        DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
        DEEPGRAM_BASE_URL: deepgram.url,
      },
      rewire: (module) => watcher.watches(module),
    });
  });
  afterAll(async () => {
    await app.close();
    await twilio.close();
    await deepgram.close();
  });

  /** Which voices have said what of these since then, in order; apologies are spoken ahead meanwhile. */
  const spokenSince = (first: number, texts: readonly string[]): string[] =>
    deepgram.voices
      .slice(first)
      .flatMap(({ query, messages }) =>
        messages.flatMap(({ text = '' }) => (texts.includes(text) ? [`${query.get('model')}: ${text}`] : [])),
      );

  /** What the record of a call says was disclosed. */
  const recorded = async (callSid: string): Promise<Record<string, unknown>[]> => {
    const headers = { authorization: `Bearer ${app.token('root', { claims: { admin: true } })}` };
    const response = await fetch(`${app.http}/v1/calls/${callSid}`, { headers });
    const { events } = (await response.json()) as { events?: { kind: string; data: Record<string, unknown> }[] };
    return (events ?? []).filter(({ kind }) => kind === 'disclosure.told').map(({ data }) => data);
  };

  const heardOverTheWeb = async (start: Readonly<Record<string, unknown>>) => {
    const caller = await TextCaller.call(app, { start, greeted: false });
    const { type: _type, seq: _seq, responseId, ...told } = await caller.until('disclosure.told');
    await caller.until('response.completed', 0, (message) => message.responseId !== responseId);
    const { sessionId } = await caller.until('session.started');
    const audioBytes = caller.audioOf(responseId);
    await caller.hangUp();
    await waitFor(async () => (await recorded(sessionId)).length > 0, PATIENCE_MS);
    expect(await recorded(sessionId)).toEqual([told]);
    return { told, audioBytes };
  };

  it('is in the language that the client says, by a voice that speaks it, and the greeting is in the agent’s', async () => {
    const before = deepgram.voices.length;
    const { told } = await heardOverTheWeb({ agent: 'english', language: 'de-AT' });
    expect(told).toEqual({
      text: DE,
      language: 'de-AT',
      callerLanguage: 'de-AT',
      heardText: DE,
      whole: true,
      confirmed: true,
    });
    expect(spokenSince(before, [DE, EN, 'Hello.'])).toEqual([`aura-2-viktoria-de: ${DE}`, 'aura-2-thalia-en: Hello.']);
  });

  it('is in English by the local voice for a caller of a German agent', async () => {
    const { told, audioBytes } = await heardOverTheWeb({ agent: 'german', language: 'en-GB' });
    expect(told).toMatchObject({ text: EN, language: 'en-GB', whole: true });
    // A second of speech at 16 kHz.
    expect(audioBytes).toBeGreaterThan(32_000);
  });

  it.each([
    ['the voice does not speak it', 'de', 'no_voice'],
    ['there are no words in it', 'xx-invalid', 'no_words'],
  ])('is in the agent’s language where %s, and the record says so', async (_what, language, fallback) => {
    const { told } = await heardOverTheWeb({ agent: 'keyless', language });
    expect(told).toMatchObject({ text: EN, language: 'en-US', callerLanguage: language, fallback, whole: true });
  });

  it.each([['German please'], [`de-${'x'.repeat(10_000)}`], [{ $ne: '' }]])(
    'is not begun for a client whose language is none, who is told so: %.20j',
    async (language) => {
      const client = await WireClient.connect(app.stream, app.token());
      client.send({ type: 'session.start', protocol: 1, agent: 'english', language });
      await waitFor(() => client.closed !== undefined, PATIENCE_MS);
      const [refusal] = client.messages.filter(({ type }) => type === 'error');
      expect(refusal).toMatchObject({ code: 'bad_message', message: expect.stringMatching(/^language: .{5,280}$/) });
    },
  );

  const account = () => ({ server: app.http, publicOrigin: PUBLIC_ORIGIN, authToken: SIMULATED_ACCOUNT.authToken });
  const toldByTelephone = async (call: TwilioCall) => {
    await watcher.until(() => watcher.of('disclosure.told').length > 0);
    const [told] = watcher.of('disclosure.told');
    call.hangUp();
    await watcher.until(() => watcher.of('session.ended').length > 0);
    return told;
  };

  it.each([
    ['of the number’s country', '+4930123456', '', { text: DE, language: 'de-DE', confirmed: true }],
    ['that the webhook’s address says', '+12125550123', '&language=de', { text: DE, language: 'de', confirmed: true }],
    ['of the agent, where the country has several', '+41446681800', '', { text: EN, language: 'en-US', whole: true }],
    [
      'of the agent, where no voice speaks the country’s',
      '+34911234567',
      '',
      { text: EN, language: 'en-US', callerLanguage: 'es-ES', fallback: 'no_voice' },
    ],
  ])('is by telephone in the language %s', async (_what, from, query, expected) => {
    watcher.events = [];
    const call = await TwilioCall.dial(account(), { webhook: `/v1/twilio/voice?agent=english${query}`, from });
    expect(await toldByTelephone(call)).toMatchObject(expected);
  });

  it('is asked for by no webhook whose language is none', async () => {
    const webhook = '/v1/twilio/voice?agent=english&language=German%20please';
    await expect(TwilioCall.dial(account(), { webhook })).rejects.toThrow('the webhook answered 400');
  });

  it.each([
    ['that was asked for', { to: '+12125550199', agent: 'english', language: 'de' }, { text: DE, language: 'de' }],
    ['of the number’s country', { to: '+4930901820', agent: 'english' }, { text: DE, language: 'de-DE' }],
    ['that was asked for, in Spanish', { to: '+4930901821', agent: 'spoken', language: 'es' }, { text: ES }],
  ])('is in a call that was placed in the language %s', async (_what, body, expected) => {
    app.writeAgent('spoken', agent('disclosure: { voice: { es: aura-2-celeste-es } }\n'));
    watcher.events = [];
    const token = app.token('demo', { claims: { place_calls: true } });
    // A file that is new is read in a moment.
    let placed = await placeCall(app.http, token, body, randomUUID());
    await waitFor(async () => {
      if (placed.status === 422) placed = await placeCall(app.http, token, body, randomUUID());
      return placed.status === 201;
    }, PATIENCE_MS);
    const rings = twilio.calls.find(({ to }) => to === body.to);
    if (rings === undefined) throw new Error('nobody was dialled');
    const told = await toldByTelephone(await twilio.pickUp(rings, app.http));
    expect(told).toMatchObject({ ...expected, whole: true, confirmed: true });
    const callSid = String(placed.body['callSid']);
    await waitFor(async () => (await recorded(callSid)).length > 0, PATIENCE_MS);
    expect(await recorded(callSid)).toMatchObject([{ ...expected, heardText: expected.text }]);
  });
});
