// Whole calls that end, or go on, with a transfer: Twilio's webhook, stream and API, a model on OpenAI's wire, the real voice, and
// nobody's part played by us but the caller's and the person's.
import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { endSynthesis } from '../../scripts/synthetic-caller.js';
import { CALL_FINDER } from '../../src/calls/call.port.js';
import type { Call, CallFinder } from '../../src/calls/call.port.js';
import { CALL_STORE } from '../../src/database/calls/call-store.port.js';
import type { CallStore } from '../../src/database/calls/call-store.port.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import type { ChatPart, SimulatedChatRequest } from '../simulators/openai-knobs.js';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import type { SimulatedCall } from '../simulators/twilio-rest.js';
import { TwilioCall } from '../simulators/twilio.js';
import { CallWatcher } from '../support/call-watcher.js';
import { ParleyApp } from '../support/parley-app.js';

// Two cores that ten others work on too.
jest.setTimeout(180_000);
const PUBLIC_ORIGIN = 'https://voice.example.test';
const BILLING = '+4930700001';
const AGENT = `
name: Desk
instructions: Put callers through.
transfer:
  destinations:
    billing: { number: '${BILLING}', called: our billing department, says: A caller for billing. }
`;

/** Puts through whoever types a number, and says what came of it. */
const answer = ({ messages }: SimulatedChatRequest): readonly ChatPart[] => {
  const last = messages.at(-1);
  if (last?.role === 'tool')
    return [{ text: String(last.content).includes('busy') ? 'It is busy.' : 'Something else.' }];
  if (last?.content !== '5') return [{ text: 'Fine.' }];
  return [{ tool: { name: 'transfer_call', arguments: '{"destination":"billing","about":"A charge came twice."}' } }];
};

describe('a call that is put through', () => {
  const watcher = new CallWatcher();
  let twilio: TwilioRestSimulator;
  let openai: OpenAiSimulator;
  let app: ParleyApp;

  beforeAll(async () => {
    twilio = await TwilioRestSimulator.start();
    openai = await OpenAiSimulator.start({ script: answer });
    app = await ParleyApp.start({
      agents: { desk: AGENT },
      env: {
        PUBLIC_ORIGIN,
        TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
        TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
        TWILIO_BASE_URL: twilio.url,
        STREAM_STT_PROVIDER: 'webspeech',
        STREAM_LLM_PROVIDER: 'openai',
        OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
        OPENAI_BASE_URL: openai.url,
      },
      rewire: (module) => watcher.watches(module),
    });
  });
  afterAll(async () => {
    await app.close();
    await openai.close();
    await twilio.close();
    await endSynthesis();
  });
  beforeEach(() => {
    twilio.calls.length = 0;
    watcher.events = [];
  });

  /** A caller who has said yes to being put through, and the telephone that rings. */
  async function ringing(): Promise<{ line: TwilioCall; caller: SimulatedCall; person: SimulatedCall; call: Call }> {
    const account = { server: app.http, publicOrigin: PUBLIC_ORIGIN, authToken: SIMULATED_ACCOUNT.authToken };
    const callSid = `CA${randomBytes(16).toString('hex')}`;
    const line = await TwilioCall.dial(account, { callSid, webhook: '/v1/twilio/voice?agent=desk' });
    const caller = twilio.add({ sid: callSid, to: '+4930654321', from: '+4930123456', status: 'in-progress' });
    line.press('5');
    line.press('#');
    await watcher.until(() => watcher.of('response.completed').length === 1);
    const call = await callOf(callSid);
    // What a recogniser for telephones would have heard: the keyless one hears badly over them.
    call.submitText('yes, please');
    const rings = () => twilio.calls.find(({ to }) => to === BILLING);
    await watcher.until(() => rings() !== undefined);
    const person = rings();
    if (person === undefined) throw new Error('nobody is called');
    person.status = 'ringing';
    await twilio.tell(person, 'ringing', app.http);
    return { line, caller, person, call };
  }

  async function callOf(externalId: string): Promise<Call> {
    const store = app.app.get<CallStore>(CALL_STORE, { strict: false });
    let callSid: string | undefined;
    const find = async (): Promise<boolean> => {
      const found = await store.findCall({ source: 'twilio', externalId }, AbortSignal.timeout(10_000));
      return (callSid = found?.callSid) !== undefined;
    };
    while (!(await find())) await new Promise((resolve) => setTimeout(resolve, 50));
    const live = app.app.get<CallFinder>(CALL_FINDER, { strict: false }).find(callSid ?? '');
    if (live === undefined) throw new Error('the call is not here');
    return live.call as Call;
  }

  it('is the person’s when he presses 1, and ends here as transferred', async () => {
    const { line, caller, person } = await ringing();
    const twiml = await twilio.answered(person, app.http, 'human');
    expect(twiml).toContain('A caller for billing. A charge came twice. Press 1 to take the call');
    await twilio.press(person, app.http, twiml, '1');
    expect(caller.conference).toBe(person.conference);
    // Twilio takes the call from our stream.
    line.hangUp();
    await watcher.until(() => watcher.of('session.ended').length === 1);
    expect(watcher.of('session.ended')[0]?.reason).toBe('transferred');
    expect(watcher.of('transfer.ended')[0]).toMatchObject({ destination: 'billing', outcome: 'answered' });
  });

  it('goes on with the agent when the line is busy, after a word now and then', async () => {
    const { line, person } = await ringing();
    await watcher.until(() => watcher.of('response.text').some(({ delta }) => /moment/i.test(delta)));
    await twilio.tell(person, 'busy', app.http);
    await watcher.until(() => watcher.of('response.completed').length === 2);
    expect(watcher.of('response.completed')[1]?.text).toMatch(/It is busy\.$/);
    line.press('7');
    line.press('#');
    await watcher.until(() => watcher.of('response.completed').length === 3);
    expect(watcher.of('response.completed')[2]?.text).toBe('Fine.');
    line.hangUp();
    await watcher.until(() => watcher.of('session.ended').length === 1);
  });

  it('rings nobody any more when the caller hangs up, and takes no key while it is on hold', async () => {
    const { line, person } = await ringing();
    const turns = watcher.of('turn.ended').length;
    line.press('7');
    line.press('#');
    line.hangUp();
    await watcher.until(() => watcher.of('session.ended').length === 1);
    expect(person.status).toBe('canceled');
    expect(watcher.of('turn.ended')).toHaveLength(turns);
    expect(watcher.of('transfer.ended')[0]?.outcome).toBe('caller_left');
    expect(watcher.of('session.ended')[0]?.reason).toBe('client');
  });
});
