// A call that asks for other providers or another voice than its agent's: over the wire, to the record of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';

/** Of a key that is of no use: nobody here rings a vendor. */
const OPENAI_API_KEY = 'sk-none';
const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
const agents = { listed: `${julia}\nchoices: { tts: { flite: [rms] } }\n`, closed: `${julia}\nchoices: false\n` };

let development: ParleyApp;
let elsewhere: ParleyApp;

beforeAll(async () => {
  development = await ParleyApp.start({ agents, env: { NODE_ENV: 'development', OPENAI_API_KEY } });
  elsewhere = await ParleyApp.start({ agents, env: { OPENAI_API_KEY } });
}, 180_000);
afterAll(async () => {
  await development?.close();
  await elsewhere?.close();
});

interface Offered {
  readonly name: string;
  readonly choices: { readonly stt: string[]; readonly llm: string[]; readonly tts: { readonly provider: string }[] };
}

async function get<T>(app: ParleyApp, path: string): Promise<T> {
  const response = await fetch(app.http + path, { headers: { authorization: `Bearer ${app.token()}` } });
  return (await response.json()) as T;
}

/** The error that ends a call which asks for this, and how its socket closes. */
async function refusalOf(app: ParleyApp, start: object) {
  const client = await WireClient.connect(app.stream, app.token());
  client.send({ type: 'session.start', protocol: 1, ...start });
  const { code } = await client.closing();
  return { code, error: client.messages.find(({ type }) => type === 'error') };
}

it('is offered what is configured in development, and elsewhere what the agent’s file lists', async () => {
  const offers = async (app: ParleyApp) =>
    Object.fromEntries(
      (await get<{ agents: Offered[] }>(app, '/v1/agents')).agents.map(({ name, choices }) => [name, choices]),
    );
  const nothing = { stt: [], llm: [], tts: [] };
  const listed = { ...nothing, tts: [{ provider: 'flite', voices: [{ id: 'rms', name: 'rms' }] }] };
  expect(await offers(elsewhere)).toEqual({ julia: nothing, closed: nothing, listed });
  const open = await offers(development);
  expect(open).toMatchObject({ closed: nothing, listed });
  expect(open['julia']).toMatchObject({ stt: ['pocketsphinx', 'openai', 'webspeech'], llm: ['rules', 'openai'] });
  expect(open['julia']?.tts).toEqual([
    { provider: 'flite', voices: ['slt', 'rms', 'awb'].map((id) => expect.objectContaining({ id })) },
    { provider: 'openai', voices: [] },
    { provider: 'browser', voices: [] },
  ]);
});

it('has what it has asked for, and its record says so', async () => {
  const start = { agent: 'listed', choice: { tts: 'flite', voice: 'rms' } };
  const caller = await TextCaller.call(elsewhere, { start });
  caller.client.send({ type: 'session.end' });
  await waitFor(async () => {
    const { calls } = await get<{ calls: { callSid: string; status: string }[] }>(elsewhere, '/v1/calls');
    return calls[0]?.status === 'completed';
  }, 20_000);
  const { calls } = await get<{ calls: { callSid: string }[] }>(elsewhere, '/v1/calls');
  expect(await get(elsewhere, `/v1/calls/${calls[0]?.callSid}`)).toMatchObject({
    providers: { stt: 'pocketsphinx', llm: 'rules', tts: 'flite', voice: 'rms' },
  });
});

it.each<[string, object, RegExp]>([
  [
    'a provider that costs money',
    { choice: { llm: 'openai' } },
    /llm "openai": the language model is not to be chosen/,
  ],
  ['a provider that is not listed', { agent: 'listed', choice: { tts: 'openai' } }, /for what speaks: flite\.$/],
  ['a voice that is not listed', { agent: 'listed', choice: { tts: 'flite', voice: 'slt' } }, /of flite: rms\.$/],
  ['a voice without its provider', { agent: 'listed', choice: { voice: 'rms' } }, /choice\.tts/],
])('is refused where it asks for %s', async (_what, start, message) => {
  expect(await refusalOf(elsewhere, start)).toEqual({
    code: 1008,
    error: expect.objectContaining({
      code: 'choice_not_allowed',
      fatal: true,
      message: expect.stringMatching(message),
    }),
  });
});

it('cannot ask for what is no choice at all', async () => {
  for (const choice of [{ tts: '' }, { tts: 'x'.repeat(33) }, { model: 'gpt-9' }, 'flite', { llm: ['openai'] }]) {
    expect(await refusalOf(development, { choice })).toMatchObject({ code: 4400, error: { code: 'bad_message' } });
  }
});
