// What goes wrong between a transfer and Twilio, or the database: nobody's telephone rings on, and nobody sits in a conference
// alone, when a request comes late, an answer gets lost, or a row cannot be written.
import { TRANSFER_BOOK } from '../../src/database/transfers/transfer-book.port.js';
import type { TransferBook } from '../../src/database/transfers/transfer-book.port.js';
import { DataError } from '../../src/database/data.port.js';
import { TransferDesk } from '../../src/outbound/transfer/transfer-desk.js';
import { TransferLegs } from '../../src/outbound/transfer/transfer-legs.js';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import type { DialKnobs, SimulatedCall } from '../simulators/twilio-rest.js';
import { FROM, PUBLIC_ORIGIN, QUICK, startOutboundApp } from '../support/outbound-app.js';
import type { OutboundApp } from '../support/outbound-app.js';
import { beginTransfer, BILLING, personAt, personRings } from '../support/transfers.js';
import { waitFor } from '../support/wait-for.js';

/** A process that is merely slow, as on a busy machine, is not gone. */
const TRANSFERS = { pollMs: 20, aliveMs: 30_000, acceptedMs: 15_000, lookMs: 50 };

let twilio: TwilioRestSimulator;
let server: OutboundApp;

beforeAll(async () => {
  twilio = await TwilioRestSimulator.start();
  const env = {
    TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
    TWILIO_BASE_URL: twilio.url,
    PUBLIC_ORIGIN,
  };
  server = await startOutboundApp(env, { timing: QUICK, transfers: TRANSFERS });
}, 180_000);
afterAll(async () => {
  await server.close();
  await twilio.close();
});
beforeEach(() => {
  twilio.knobs = {};
  twilio.calls.length = 0;
});

const rowOf = (callSid: string) => server.database.prisma.callTransfer.findFirstOrThrow({ where: { callSid } });
const isSettled = async (callSid: string): Promise<boolean> => (await rowOf(callSid)).checkAt === null;
const isOver = (call: SimulatedCall) => waitFor(() => call.ended !== undefined);
/** Time passes: somebody looks after it next. Resolves with when he may. */
async function isDue(callSid: string): Promise<Date> {
  const checkAt = new Date();
  await server.database.prisma.callTransfer.updateMany({ where: { callSid }, data: { checkAt } });
  return checkAt;
}

/** One that has our own database and Twilio. */
function deskOf({
  acceptedMs = TRANSFERS.acceptedMs,
  book = bookOf(),
  log = { warn: () => undefined },
}: DeskOptions = {}) {
  const legs = server.app.get(TransferLegs, { strict: false });
  return new TransferDesk({ book, legs, from: undefined, log, timing: { ...TRANSFERS, acceptedMs } });
}
interface DeskOptions {
  readonly acceptedMs?: number;
  readonly book?: TransferBook;
  readonly log?: { warn(line: object): void };
}
const bookOf = () => server.app.get<TransferBook>(TRANSFER_BOOK, { strict: false });

describe('a request to call somebody that comes to Twilio after it was given up', () => {
  /** Its connection breaks, and nobody is called yet. */
  async function givenUp(): Promise<string> {
    twilio.knobs = { reset: 'before' };
    const { callSid, outcome } = await beginTransfer({ twilio, server });
    expect(await outcome).toBe('trunk_error');
    twilio.knobs = {};
    expect(await isSettled(callSid)).toBe(false);
    return callSid;
  }

  it('has its ringing ended when it is looked for again', async () => {
    const callSid = await givenUp();
    // Nobody is called yet, and somebody may be later.
    const due = await isDue(callSid);
    await waitFor(async () => ((await rowOf(callSid)).checkAt ?? due) > due);
    const person = twilio.add({ to: BILLING, from: FROM, status: 'ringing' });
    await isDue(callSid);
    await isOver(person);
    await waitFor(() => isSettled(callSid));
  });

  it('has its ringing ended as soon as Twilio tells of it', async () => {
    const callSid = await givenUp();
    const { id } = await rowOf(callSid);
    const form = new URLSearchParams({ StatusCallback: `${PUBLIC_ORIGIN}/v1/twilio/transfer/status?id=${id}` });
    const person = twilio.add({ to: BILLING, from: FROM, form });
    expect(await twilio.tell(person, 'ringing', server.http)).toBe(204);
    expect(person.status).toBe('canceled');
    expect(await isSettled(callSid)).toBe(true);
  });

  it('is waited for no longer than it can take', async () => {
    const callSid = await givenUp();
    await server.database.prisma.$executeRaw`
      update call_transfers set check_at = clock_timestamp(), started_at = started_at - interval '1 minute'
      where call_sid = ${callSid}`;
    await waitFor(() => isSettled(callSid));
  });
});

describe('a person who puts the receiver down while the caller is connected with him', () => {
  const AGENT = `${PUBLIC_ORIGIN}/v1/twilio/voice?agent=julia`;

  /** The person is told who calls, and `leaves` when the caller's call is moved to him. Resolves when he has pressed 1. */
  async function taken(leaves: (person: SimulatedCall, caller: SimulatedCall) => DialKnobs, lines = deskOf()) {
    const transfer = await beginTransfer({ twilio, server, lines });
    const person = await personRings({ twilio, server });
    const twiml = await twilio.answered(person, server.http, 'human');
    twilio.knobs = leaves(person, transfer.caller);
    const heard = await twilio.press(person, server.http, twiml, '1');
    expect(heard).toContain('<Hangup/>');
    return transfer;
  }

  it.each<[string, (person: SimulatedCall, caller: SimulatedCall) => DialKnobs]>([
    [
      'Twilio tells it meanwhile',
      (person, caller) => ({
        beforeUpdateAnswer: async (call) => {
          if (call === caller && caller.sentTo === undefined) await twilio.tell(person, 'completed', server.http, 3);
        },
      }),
    ],
    [
      'Twilio tells it never',
      (person) => ({
        beforeUpdateAnswer: () => void Object.assign(person, { status: 'completed', ended: new Date() }),
      }),
    ],
    [
      'he was still there a moment ago',
      (person) => ({
        beforeReadAnswer: async () => void (await twilio.tell(person, 'completed', server.http, 3)),
      }),
    ],
  ])('has him back with the agent: %s', async (_how, leaves) => {
    const { caller, callSid, outcome } = await taken(leaves);
    expect(caller).toMatchObject({ status: 'in-progress', conference: undefined, sentTo: AGENT });
    expect(await outcome).toBe('trunk_error');
    expect(await isSettled(callSid)).toBe(true);
  });

  it('has him back with the agent as soon as Twilio listens again', async () => {
    const { caller, callSid, outcome, streamEnds } = await taken(
      (person, { sid }) => ({
        beforeUpdateAnswer: async (call) => {
          if (call.sid !== sid) return;
          await twilio.tell(person, 'completed', server.http, 3);
          twilio.knobs = { updateFault: { status: 503, code: 20_503 } };
        },
      }),
      deskOf({ acceptedMs: 200 }),
    );
    streamEnds();
    expect(await outcome).toBe('trunk_error');
    expect(await rowOf(callSid)).toMatchObject({ state: 'person_left', outcome: null });
    expect(caller.conference).toBeDefined();
    twilio.knobs = {};
    await isDue(callSid);
    await waitFor(() => caller.sentTo !== undefined);
    expect(caller).toMatchObject({ status: 'in-progress', conference: undefined, sentTo: AGENT });
    await waitFor(async () => (await rowOf(callSid)).outcome === 'trunk_error');
  });
});

describe('a person whose call Twilio did not end when it was told to', () => {
  it('is nobody’s to look after when Twilio tells that it is over', async () => {
    const { callSid, outcome, leave } = await beginTransfer({ twilio, server });
    const person = await personRings({ twilio, server });
    twilio.knobs = { updateFault: { status: 503, code: 20_503 } };
    leave();
    expect(await outcome).toBe('caller_left');
    expect(await isSettled(callSid)).toBe(false);
    await twilio.tell(person, 'no-answer', server.http);
    expect(await isSettled(callSid)).toBe(true);
  });
});

describe('a transfer whose database is away', () => {
  it('has nobody called any more, and says what is not known', async () => {
    let isAway = false;
    const failing = new Proxy(bookOf(), {
      get: (target, name: keyof TransferBook) =>
        isAway ? () => Promise.reject(new DataError('unavailable', 'It is away.')) : target[name].bind(target),
    });
    const said: unknown[] = [];
    const log = { warn: (line: object) => said.push((line as { msg: unknown }).msg) };
    const lines = deskOf({ acceptedMs: 200, book: failing, log });
    const { callSid, outcome } = await beginTransfer({ twilio, server, lines });
    await personRings({ twilio, server });
    await waitFor(async () => (await rowOf(callSid)).leg !== null);
    isAway = true;
    expect(await outcome).toBe('trunk_error');
    expect(personAt(twilio)?.status).toBe('canceled');
    expect(said).toEqual([
      'a caller was not put through',
      'how a transfer ended is not written down: somebody else ends it',
    ]);
  });
});
