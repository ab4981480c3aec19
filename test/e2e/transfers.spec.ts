// Callers who are put through to a person: the real routes, rows and requests, against a simulator of Twilio's API.
import { randomUUID } from 'node:crypto';
import { TRANSFER_BOOK } from '../../src/database/transfers/transfer-book.port.js';
import type { TransferBook, TransferState } from '../../src/database/transfers/transfer-book.port.js';
import type { TransferOutcome } from '../../src/conversation/transfer.port.js';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import type { SimulatedCall } from '../simulators/twilio-rest.js';
import { FROM, PUBLIC_ORIGIN, QUICK, startOutboundApp } from '../support/outbound-app.js';
import type { OutboundApp } from '../support/outbound-app.js';
import { beginTransfer, BILLING, CALLER, openedCall, personAt, personRings, SAYS } from '../support/transfers.js';
import type { Transfer } from '../support/transfers.js';
import { waitFor } from '../support/wait-for.js';

/** A process that is merely slow, as on a busy machine, is not gone. */
const TRANSFERS = { pollMs: 20, aliveMs: 30_000, acceptedMs: 15_000, lookMs: 50 };

let twilio: TwilioRestSimulator;
let server: OutboundApp;

const envOf = () => ({
  TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
  TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
  TWILIO_BASE_URL: twilio.url,
  PUBLIC_ORIGIN,
});

beforeAll(async () => {
  twilio = await TwilioRestSimulator.start();
  server = await startOutboundApp(envOf(), { timing: QUICK, transfers: TRANSFERS });
}, 180_000);
afterAll(async () => {
  await server.close();
  await twilio.close();
});
beforeEach(() => {
  twilio.knobs = {};
  twilio.calls.length = 0;
});

const begin = (options?: { readonly consult: boolean }): Promise<Transfer> =>
  beginTransfer({ twilio, server }, options);
const personOf = (): SimulatedCall | undefined => personAt(twilio);
const rings = (): Promise<SimulatedCall> => personRings({ twilio, server });

const isOver = (person: SimulatedCall) => waitFor(() => person.ended !== undefined);

describe('a transfer at Twilio', () => {
  it('rings, tells the person who calls, and connects both when he takes the call', async () => {
    const { caller, steps, outcome } = await begin();
    const person = await rings();
    expect(Object.fromEntries(person.form)).toMatchObject({
      To: BILLING,
      From: FROM,
      Timeout: '5',
      MachineDetection: 'Enable',
    });
    await waitFor(() => steps.includes('ringing'));
    const twiml = await twilio.answered(person, server.http, 'human');
    expect(twiml).toContain(`${SAYS} Card [card_1] &lt;was&gt; charged twice. Press 1.`);
    // The two are not connected as long as he only listens.
    expect(caller.conference).toBeUndefined();
    expect(person.conference).toBeUndefined();
    await waitFor(() => steps.includes('consulting'));
    await twilio.press(person, server.http, twiml, '1');
    expect(person.conference).toMatch(/^parley-/);
    expect(caller.conference).toBe(person.conference);
    expect(await outcome).toBe('answered');
    expect(steps).toEqual(['dialing', 'ringing', 'consulting']);
  });

  it('ends the caller’s call when the person leaves, so that nobody sits in a conference alone', async () => {
    const { caller, outcome } = await begin();
    const person = await rings();
    await twilio.press(person, server.http, await twilio.answered(person, server.http, 'human'), '1');
    await outcome;
    await twilio.tell(person, 'completed', server.http, 60);
    expect(caller.status).toBe('completed');
  });

  it('connects whoever answers at once where nobody is to be asked', async () => {
    const { caller, outcome } = await begin({ consult: false });
    const person = await rings();
    await twilio.answered(person, server.http, 'human');
    expect(await outcome).toBe('answered');
    expect(caller.conference).toBe(person.conference);
  });

  it.each([
    ['2', 'declined'],
    ['', 'no_answer'],
  ] as const)('ends with what the key "%s" means: %s', async (digits, expected) => {
    const { caller, outcome } = await begin();
    const person = await rings();
    await twilio.press(person, server.http, await twilio.answered(person, server.http, 'human'), digits);
    expect(await outcome).toBe(expected);
    expect(person.status).toBe('completed');
    expect([caller.status, caller.conference]).toEqual(['in-progress', undefined]);
  });

  it.each(['machine_start', 'fax'] as const)('never tells a machine anything (%s)', async (by) => {
    const { outcome } = await begin();
    const person = await rings();
    const twiml = await twilio.answered(person, server.http, by);
    expect(twiml).not.toContain('Say');
    expect(await outcome).toBe('voicemail');
    expect(person.status).toBe('completed');
  });

  it.each([
    ['busy', undefined, 'busy'],
    ['no-answer', undefined, 'no_answer'],
    ['failed', '503', 'trunk_error'],
    ['failed', '603', 'declined'],
    ['completed', undefined, 'declined'],
  ] as const)('ends with what Twilio says: %s %s is %s', async (status, sip, expected) => {
    const { caller, callSid, outcome } = await begin();
    const person = await rings();
    await twilio.tell(person, status, server.http, 0, sip);
    expect(await outcome).toBe(expected);
    // It is over: nobody needs to end it any more.
    expect(await server.database.prisma.callTransfer.findFirst({ where: { callSid } })).toMatchObject({
      checkAt: null,
    });
    expect(caller.status).toBe('in-progress');
  });

  it('is a trunk error when Twilio does not call anybody', async () => {
    twilio.knobs = { fault: { status: 400, code: 21_211 } };
    const { outcome } = await begin();
    expect(await outcome).toBe('trunk_error');
    expect(personOf()).toBeUndefined();
  });

  it('ends the ringing of a call whose request was not answered', async () => {
    const others = twilio.add({ to: BILLING, from: CALLER, status: 'ringing' });
    twilio.knobs = { reset: 'after' };
    const { outcome } = await begin();
    expect(await outcome).toBe('trunk_error');
    const person = personOf();
    expect(person?.status).toBe('canceled');
    expect(others.status).toBe('ringing');
  });

  it.each([
    ['does not work', { status: 503, code: 20_503 }],
    // The caller is there: it is not he who has left.
    ['does not know us any more', { status: 401, code: 20_003 }],
    ['does not take the request', { status: 400, code: 21_205 }],
  ])('gives the caller back when Twilio %s, and the person hears why', async (_what, updateFault) => {
    const { caller, outcome } = await begin();
    const person = await rings();
    const twiml = await twilio.answered(person, server.http, 'human');
    twilio.knobs = { updateFault };
    expect(await twilio.press(person, server.http, twiml, '1')).toContain('The caller has hung up.');
    expect(await outcome).toBe('trunk_error');
    expect(caller.conference).toBeUndefined();
  });
});

describe('a caller who leaves', () => {
  it.each([
    ['does not work', { status: 503, code: 20_503 }],
    // Which does not say that nothing rings.
    ['does not take the request', { status: 400, code: 20_001 }],
  ])('while Twilio %s has the ringing ended as soon as it does', async (_what, updateFault) => {
    const { outcome, leave } = await begin();
    const person = await rings();
    twilio.knobs = { updateFault };
    leave();
    expect(await outcome).toBe('caller_left');
    expect(person.status).toBe('ringing');
    twilio.knobs = {};
    // Time passes.
    await server.database.prisma.callTransfer.updateMany({ data: { checkAt: new Date() } });
    await isOver(person);
  });

  it('while Twilio is being asked has nobody rung', async () => {
    twilio.knobs = { delayMs: 200 };
    const { outcome, leave } = await begin();
    await waitFor(() => personOf() !== undefined);
    leave();
    expect(await outcome).toBe('caller_left');
    expect(personOf()?.status).toBe('canceled');
  });

  it('while it rings ends the ringing at once', async () => {
    const { outcome, leave } = await begin();
    const person = await rings();
    const at = Date.now();
    leave();
    expect(await outcome).toBe('caller_left');
    expect(person.status).toBe('canceled');
    expect(Date.now() - at).toBeLessThan(4_000); // of 5 s that it may ring
  });

  it('while the person listens ends his call', async () => {
    const { outcome, leave } = await begin();
    const person = await rings();
    await twilio.answered(person, server.http, 'human');
    leave();
    expect(await outcome).toBe('caller_left');
    await isOver(person);
  });

  it('in the moment in which the person takes the call leaves him with nobody, and he hears it', async () => {
    const { caller, outcome } = await begin();
    const person = await rings();
    const twiml = await twilio.answered(person, server.http, 'human');
    caller.status = 'completed';
    caller.ended = new Date();
    expect(await twilio.press(person, server.http, twiml, '1')).toContain('The caller has hung up.');
    expect(person.status).toBe('completed');
    expect(await outcome).toBe('caller_left');
  });

  it('is not missed when the person takes the call of one who is gone', async () => {
    const { outcome, leave } = await begin();
    const person = await rings();
    const twiml = await twilio.answered(person, server.http, 'human');
    leave();
    await outcome;
    person.status = 'in-progress';
    person.ended = undefined;
    expect(await twilio.press(person, server.http, twiml, '1')).toContain('<Hangup/>');
    expect(person.conference).toBeUndefined();
  });
});

describe('a transfer whose process is gone', () => {
  /** What such a process leaves behind: its row, as it had got. */
  async function left(
    state: TransferState | undefined,
    leg: string | null,
    aliveMs = 200,
  ): Promise<{ id: string; caller: SimulatedCall }> {
    const book = server.app.get<TransferBook>(TRANSFER_BOOK, { strict: false });
    const caller = twilio.add({ to: FROM, from: CALLER, status: 'in-progress' });
    const callSid = await openedCall(server);
    const id = randomUUID();
    const words = { announcement: SAYS, gone: 'Gone.', language: 'en-US' };
    const parties = { callerLeg: caller.sid, callee: BILLING, calleeSees: FROM, provider: 'twilio' };
    await book.begin({ id, callSid, agent: 'julia', destination: 'billing', ...parties, words }, aliveMs);
    if (state !== undefined && state !== 'ended') {
      await book.move(id, ['dialing'], leg === null ? { to: state } : { to: state, leg });
    }
    return { id, caller };
  }
  /** Without looking after it. */
  const outcomeOf = (id: string) => server.app.get<TransferBook>(TRANSFER_BOOK, { strict: false }).watch(id, 0);
  const ends = async (id: string, outcome: TransferOutcome) => {
    await waitFor(async () => (await outcomeOf(id))?.state === 'ended');
    expect((await outcomeOf(id))?.outcome).toBe(outcome);
  };

  it('before anybody was called calls nobody', async () => {
    const { id } = await left(undefined, null);
    await ends(id, 'caller_left');
    expect(twilio.calls).toHaveLength(1);
  });

  it('before it knew the name of the call that rings ends it, and no other transfer’s', async () => {
    const other = twilio.add({ to: BILLING, from: FROM, status: 'ringing' });
    await left('ringing', other.sid, 60_000);
    const { id } = await left(undefined, null);
    const ringing = twilio.add({ to: BILLING, from: FROM, status: 'ringing' });
    await waitFor(() => ringing.ended !== undefined);
    expect(other.status).toBe('ringing');
    await ends(id, 'caller_left');
  });

  it.each(['ringing', 'consulting'] as const)('while it was %s leaves nobody called', async (state) => {
    const person = twilio.add({ to: BILLING, from: FROM, status: state === 'ringing' ? 'ringing' : 'in-progress' });
    await left(state, person.sid);
    await isOver(person);
  });

  it('in the middle of connecting brings the caller back to the agent', async () => {
    const person = twilio.add({ to: BILLING, from: FROM, status: 'in-progress' });
    const { caller } = await left('accepted', person.sid);
    caller.conference = 'parley-x';
    await isOver(person);
    await waitFor(() => caller.sentTo !== undefined);
    expect(caller.sentTo).toBe(`${PUBLIC_ORIGIN}/v1/twilio/voice?agent=julia`);
  });

  it('in the middle of connecting brings the caller back, too, whose own process lives and waits for it', async () => {
    const impatient = { pollMs: 20, aliveMs: 1_000, acceptedMs: 200, lookMs: 50 };
    const other = await startOutboundApp(envOf(), { timing: QUICK, transfers: impatient });
    const first = server;
    server = other;
    try {
      const { caller, outcome, leave } = await begin();
      const person = await rings();
      await twilio.answered(person, server.http, 'human');
      // The process that the person's key came to has moved the caller, and was killed.
      const [row] = await other.database.prisma.callTransfer.findMany();
      const book = other.app.get<TransferBook>(TRANSFER_BOOK, { strict: false });
      await book.move(row?.id ?? '', ['consulting'], { to: 'accepted' });
      leave();
      Object.assign(caller, { status: 'in-progress', ended: undefined, conference: 'parley-x' });
      expect(await outcome).toBe('trunk_error');
      await isOver(person);
      await waitFor(() => caller.sentTo !== undefined);
      expect(caller.sentTo).toBe(`${PUBLIC_ORIGIN}/v1/twilio/voice?agent=julia`);
    } finally {
      server = first;
      await other.close();
    }
  });

  it('is ended as soon as Twilio listens again', async () => {
    twilio.knobs = { updateFault: { status: 503, code: 20_503 } };
    const person = twilio.add({ to: BILLING, from: FROM, status: 'ringing' });
    const { id } = await left('ringing', person.sid);
    await waitFor(() => twilio.refusedUpdates > 0);
    expect(person.status).toBe('ringing');
    twilio.knobs = {};
    await isOver(person);
    await ends(id, 'caller_left');
  });
});

describe('the webhooks of a transfer', () => {
  it.each(['transfer', 'transfer/key', 'transfer/status'])('want Twilio’s signature (%s)', async (path) => {
    const answer = await fetch(`${server.http}/v1/twilio/${path}?id=${randomUUID()}`, {
      method: 'POST',
      body: new URLSearchParams({ CallSid: `CA${'0'.repeat(32)}`, Digits: '1' }),
    });
    expect(answer.status).toBe(403);
  });

  it('hang up for a transfer that there is not', async () => {
    const call = twilio.add({
      to: BILLING,
      from: FROM,
      form: new URLSearchParams({ Url: `${PUBLIC_ORIGIN}/v1/twilio/transfer?id=${randomUUID()}` }),
    });
    expect(await twilio.answered(call, server.http, 'human')).toContain('<Hangup/>');
  });
});
