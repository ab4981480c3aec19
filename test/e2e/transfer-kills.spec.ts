// A caller is put through by a process that is killed between each two steps of that: nobody's telephone rings on, no caller
// sits in a conference alone, and the row says what is true.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Database } from '../../src/database/database.js';
import type { TransferEnd } from '../../src/database/transfers/transfer-book.port.js';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import type { SimulatedCall } from '../simulators/twilio-rest.js';
import { openTestDatabase } from '../support/database.js';
import { DoomedProcess } from '../support/doomed-process.js';
import { missing } from '../support/missing.js';
import { FROM, PUBLIC_ORIGIN, QUICK, startOutboundApp } from '../support/outbound-app.js';
import type { OutboundApp } from '../support/outbound-app.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { waitFor } from '../support/wait-for.js';
import { Build } from '../support/worker-process.js';

/** How far a transfer comes before the step at which it stands still: what happens then leads to that step. */
type Until =
  | 'begins'
  | 'rings'
  | 'is busy'
  | 'answered'
  | 'pressed'
  // The person takes the call and puts the receiver down while the caller is connected with him.
  | 'person left'
  | 'caller left'
  // Whoever looks after what another one has left is killed, too.
  | 'looked after, ringing'
  | 'looked after, accepted';
/** What there is when somebody else has seen to it. `met`: until the person leaves, which he does at once. */
type Left = 'nobody called' | 'person hung up' | 'caller back' | 'met';

const POINTS: readonly [until: Until, point: string, left: Left, outcome: TransferEnd | undefined][] = [
  ['begins', 'begin before', 'nobody called', undefined],
  ['begins', 'begin after', 'nobody called', 'caller_left'],
  ['begins', 'call before', 'nobody called', 'caller_left'],
  ['begins', 'call after', 'person hung up', 'caller_left'],
  ['begins', 'becomes dialing before', 'person hung up', 'caller_left'],
  ['begins', 'becomes dialing after', 'person hung up', 'caller_left'],
  ['rings', 'becomes ringing before', 'person hung up', 'caller_left'],
  ['rings', 'becomes ringing after', 'person hung up', 'caller_left'],
  ['is busy', 'becomes busy before', 'person hung up', 'caller_left'],
  ['is busy', 'becomes busy after', 'person hung up', 'busy'],
  ['is busy', 'settle before', 'person hung up', 'busy'],
  ['is busy', 'settle after', 'person hung up', 'busy'],
  ['answered', 'becomes consulting before', 'person hung up', 'caller_left'],
  ['answered', 'becomes consulting after', 'person hung up', 'caller_left'],
  ['pressed', 'becomes accepted before', 'person hung up', 'caller_left'],
  ['pressed', 'becomes accepted after', 'caller back', 'trunk_error'],
  ['pressed', 'connect before', 'caller back', 'trunk_error'],
  ['pressed', 'connect after', 'caller back', 'trunk_error'],
  ['pressed', 'isTalking before', 'caller back', 'trunk_error'],
  ['pressed', 'isTalking after', 'caller back', 'trunk_error'],
  ['pressed', 'becomes answered before', 'caller back', 'trunk_error'],
  ['pressed', 'becomes answered after', 'met', 'answered'],
  ['person left', 'becomes person_left before', 'caller back', 'trunk_error'],
  ['person left', 'becomes person_left after', 'caller back', 'trunk_error'],
  ['person left', 'connect after', 'caller back', 'trunk_error'],
  ['person left', 'isTalking before', 'caller back', 'trunk_error'],
  ['person left', 'isTalking after', 'caller back', 'trunk_error'],
  ['person left', 'bringBack before', 'caller back', 'trunk_error'],
  ['person left', 'bringBack after', 'caller back', 'trunk_error'],
  ['person left', 'becomes trunk_error before', 'caller back', 'trunk_error'],
  ['person left', 'becomes trunk_error after', 'caller back', 'trunk_error'],
  ['caller left', 'becomes caller_left before', 'person hung up', 'caller_left'],
  ['caller left', 'becomes caller_left after', 'person hung up', 'caller_left'],
  ['caller left', 'hangUp before', 'person hung up', 'caller_left'],
  ['caller left', 'hangUp after', 'person hung up', 'caller_left'],
  ['caller left', 'settle before', 'person hung up', 'caller_left'],
  ['caller left', 'settle after', 'person hung up', 'caller_left'],
  ['looked after, ringing', 'hangUp before', 'person hung up', 'caller_left'],
  ['looked after, ringing', 'hangUp after', 'person hung up', 'caller_left'],
  ['looked after, ringing', 'becomes caller_left before', 'person hung up', 'caller_left'],
  ['looked after, ringing', 'becomes caller_left after', 'person hung up', 'caller_left'],
  ['looked after, ringing', 'settle before', 'person hung up', 'caller_left'],
  ['looked after, ringing', 'settle after', 'person hung up', 'caller_left'],
  ['looked after, accepted', 'hangUp after', 'caller back', 'trunk_error'],
  ['looked after, accepted', 'bringBack before', 'caller back', 'trunk_error'],
  ['looked after, accepted', 'bringBack after', 'caller back', 'trunk_error'],
  ['looked after, accepted', 'becomes trunk_error before', 'caller back', 'trunk_error'],
  ['looked after, accepted', 'becomes trunk_error after', 'caller back', 'trunk_error'],
];

interface Doomed {
  readonly http: string;
}

interface Transfer {
  readonly callSid: string;
  readonly to: string;
  readonly caller: SimulatedCall;
  readonly person: () => SimulatedCall | undefined;
}

describeWithPostgres()('a transfer whose process is killed', () => {
  let build: Build;
  let postgres: PostgresServer;
  let dataDir: string;
  let twilio: TwilioRestSimulator;
  let doomed: DoomedProcess<Doomed>;
  let heir: OutboundApp | undefined;
  let rows: Database;
  const transfers = new Map<string, Transfer>();

  beforeAll(async () => {
    build = Build.make('outbound-process', 'outbound-app', 'webhook-app', 'echo-calls', 'crash-points');
    dataDir = mkdtempSync(join(tmpdir(), 'parley-transfer-kills-'));
    [postgres, twilio] = await Promise.all([PostgresServer.create(), TwilioRestSimulator.start()]);
    rows = await openTestDatabase({ url: postgres.url(), seed: false });
    const env = envOf(postgres, twilio, dataDir);
    doomed = await DoomedProcess.start(build.program('test/support/outbound-process.js'), {
      TEST_ENV: JSON.stringify({ ...env, AGENTS_DIR: resolve('agents') }),
    });
    // All of them stand at their points when the one process is killed.
    for (const [until, point] of POINTS) transfers.set(`${until}, ${point}`, await standing(until, point));
    await doomed.kill();
    // Time passes, for Twilio too: nobody's request comes there any more.
    await rows.prisma.$executeRaw`
      update call_transfers set check_at = clock_timestamp(), started_at = started_at - interval '1 minute'
      where check_at is not null`;
    for (const { created } of twilio.calls) created.setMinutes(created.getMinutes() - 1);
    const lookAfter = { pollMs: 20, aliveMs: 30_000, acceptedMs: 15_000, lookMs: 20 };
    heir = await startOutboundApp(env, { timing: QUICK, transfers: lookAfter });
  }, 240_000);
  afterAll(async () => {
    await doomed.kill();
    await heir?.close();
    await rows.close();
    await Promise.all([postgres.destroy(), twilio.close()]);
    rmSync(dataDir, { recursive: true, force: true });
    build.remove();
  }, 180_000);

  /** A transfer that has come so far, and stands still there. */
  async function standing(until: Until, point: string): Promise<Transfer> {
    const { http } = doomed.ready;
    const n = transfers.size;
    const to = `+49307000${String(n).padStart(2, '0')}`;
    const caller = twilio.add({ to: FROM, from: `+49301230${String(n).padStart(2, '0')}`, status: 'in-progress' });
    const callSid = randomUUID();
    const person = (): SimulatedCall | undefined => twilio.calls.find((call) => call.to === to);
    const question = { transfer: callSid, caller: { leg: caller.sid, ours: FROM }, to };
    const stops = (act: () => Promise<unknown>) =>
      // Its answer never comes: the process is killed.
      doomed.stopsAt(point, () => void act().catch(() => undefined));
    const begin = () => doomed.ask(question);
    const answers = (): Promise<string> => twilio.answered(called(person()), http, 'human');
    const made = { callSid, to, caller, person };
    /** The person does, as soon as the caller is moved to him. */
    const leaves = (moved: SimulatedCall): void => {
      if (moved !== caller || called(person()).ended !== undefined) return;
      void twilio.tell(called(person()), 'completed', http, 3).catch(() => undefined);
    };

    if (until === 'begins') {
      await stops(begin);
      return made;
    }
    const looks = async (): Promise<void> => {
      await rows.prisma.callTransfer.updateMany({ where: { callSid }, data: { checkAt: new Date() } });
      await doomed.ask({ look: true });
    };
    if (until === 'looked after, ringing') {
      await doomed.stopsAt('call after', () => void begin().catch(() => undefined));
      await stops(looks);
      return made;
    }
    if (until === 'looked after, accepted') {
      // The process that has the caller watches no more.
      await doomed.stopsAt('becomes dialing before', () => void begin().catch(() => undefined));
    } else {
      await begin();
      await waitFor(async () => typeof (await rowOf(callSid))?.leg === 'string', 20_000);
    }
    const ring = async (): Promise<void> => void (await twilio.tell(called(person()), 'ringing', http));
    if (until === 'rings') await stops(ring);
    else await ring();
    if (until === 'is busy') await stops(() => twilio.tell(called(person()), 'busy', http));
    if (until === 'answered') await stops(answers);
    if (until === 'pressed' || until === 'person left' || until === 'looked after, accepted') {
      const twiml = await answers();
      const presses = () => twilio.press(called(person()), http, twiml, '1');
      if (until === 'person left') twilio.knobs = { beforeUpdateAnswer: (call) => leaves(call) };
      if (until === 'looked after, accepted') {
        await doomed.stopsAt('connect after', () => void presses().catch(() => undefined));
        await stops(looks);
      } else await stops(presses);
      twilio.knobs = {};
    }
    if (until === 'caller left') await stops(() => doomed.ask({ leave: callSid }));
    return made;
  }

  const rowOf = (callSid: string) => rows.prisma.callTransfer.findFirst({ where: { callSid } });

  it.each(POINTS)('%s, %s: %s, %s', async (until, point, left, outcome) => {
    const { callSid, caller, person } = transfers.get(`${until}, ${point}`) ?? missing('transfer');
    const { http } = heir ?? missing('heir');
    // Whoever was connected hears that the webhook failed, and Twilio ends his call.
    if (left === 'met') expect(await twilio.tell(called(person()), 'completed', http)).toBe(204);
    await waitFor(async () => outcome === undefined || (await rowOf(callSid))?.checkAt === null, 20_000);
    expect((await rowOf(callSid))?.outcome).toBe(outcome);
    if (left === 'nobody called') expect(person()).toBeUndefined();
    else expect(person()?.ended).toBeDefined();
    expect(caller.status).toBe(left === 'met' ? 'completed' : 'in-progress');
    expect(caller.conference).toBeUndefined();
    expect(caller.sentTo).toBe(left === 'caller back' ? `${PUBLIC_ORIGIN}/v1/twilio/voice?agent=julia` : undefined);
  });
});

const envOf = (postgres: PostgresServer, twilio: TwilioRestSimulator, dataDir: string) => ({
  DATABASE_URL: postgres.url(),
  PARLEY_DATA_DIR: dataDir,
  OUTBOUND_PROVIDER: 'twilio',
  OUTBOUND_FROM: FROM,
  PUBLIC_ORIGIN,
  TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
  TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
  TWILIO_BASE_URL: twilio.url,
});

function called(person: SimulatedCall | undefined): SimulatedCall {
  return person ?? missing('person');
}
