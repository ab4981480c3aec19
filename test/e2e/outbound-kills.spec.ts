// Nobody is rung twice, no record lies, and every request gets its answer: the process that places calls is killed between each
// two steps of that, and another one clears up what has become of them.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SIMULATED_ELEVENLABS_KEY } from '../simulators/elevenlabs.js';
import { ElevenLabsCallsSimulator } from '../simulators/elevenlabs-calls.js';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import { DoomedProcess } from '../support/doomed-process.js';
import { missing } from '../support/missing.js';
import { FROM, placeCall, PUBLIC_ORIGIN, QUICK, startOutboundApp } from '../support/outbound-app.js';
import type { OutboundApp } from '../support/outbound-app.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { waitFor } from '../support/wait-for.js';
import { elevenLabsSignature } from '../support/webhook-app.js';
import { Build } from '../support/worker-process.js';

/** What else happens to a call: a rule or the vendor says no, or its webhook comes before its answer. */
type Fate = 'is dialled' | 'is on the list' | 'is refused' | 'ends at once';
type Point = readonly [
  fate: Fate,
  point: string,
  dials: number,
  status: string,
  error: string | null,
  answer: readonly [status: number, error?: string],
];

const NOT_DIALLED = [503, 'not_dialled'] as const;

/** `over` is how the vendor says in the end that the call went, where it has one. */
const pointsOf = (over: string): readonly Point[] => [
  // The client asks again, and only now there is a call.
  ['is dialled', 'place before', 1, over, null, [201]],
  ['is dialled', 'place after', 0, 'failed', 'not_dialled', NOT_DIALLED],
  ['is dialled', 'move before', 0, 'failed', 'not_dialled', NOT_DIALLED],
  // From here on nobody can know whether it was dialled, but the vendor.
  ['is dialled', 'move after', 0, 'abandoned', 'outcome_unknown', [202]],
  ['is dialled', 'dial before', 0, 'abandoned', 'outcome_unknown', [202]],
  ['is dialled', 'dial after', 1, over, null, [201]],
  ['is dialled', 'identify before', 1, over, null, [201]],
  ['is dialled', 'identify after', 1, over, null, [201]],
  ['is dialled', 'answer before', 1, over, null, [201]],
  ['is dialled', 'answer after', 1, over, null, [201]],
  ['is on the list', 'end before', 0, 'failed', 'not_dialled', NOT_DIALLED],
  ['is on the list', 'end after', 0, 'refused', 'do_not_call', [403, 'call_refused']],
  ['is refused', 'end before', 0, 'abandoned', 'outcome_unknown', [202]],
  ['is refused', 'end after', 0, 'failed', 'provider_refused', [502, 'provider_refused']],
  ['ends at once', 'dial after', 1, over, null, [201]],
  ['ends at once', 'answer before', 1, over, null, [201]],
];

/** One vendor's wire, as far as this test plays it. */
interface Vendor {
  readonly env: Readonly<Record<string, string>>;
  dials(to: string): number;
  /** What becomes of whom is dialled next; `server` is told where that is told before the answer. */
  prepare(fate: Fate, server: string): void;
  /** All that were dialled are over. */
  hangUp(): void;
  close(): Promise<void>;
}

async function twilio(): Promise<Vendor> {
  const vendor = await TwilioRestSimulator.start();
  return {
    env: {
      OUTBOUND_PROVIDER: 'twilio',
      OUTBOUND_FROM: FROM,
      PUBLIC_ORIGIN,
      TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
      TWILIO_BASE_URL: vendor.url,
    },
    dials: (to) => vendor.calls.filter((call) => call.to === to).length,
    prepare: (fate, server) => {
      vendor.knobs = {
        ...(fate === 'is refused' ? { fault: { status: 400, code: 21_211 } } : {}),
        ...(fate !== 'ends at once'
          ? {}
          : { beforeAnswer: async (call) => void (await vendor.tell(call, 'busy', server)) }),
      };
    },
    hangUp: () => {
      for (const call of vendor.calls) Object.assign(call, { status: 'busy', ended: new Date() });
    },
    close: () => vendor.close(),
  };
}

async function elevenLabs(): Promise<Vendor> {
  const vendor = await ElevenLabsCallsSimulator.start();
  const tellEnd = async (id: string, startSeconds: number, variables: object, server: string): Promise<void> => {
    const metadata = { start_time_unix_secs: startSeconds, call_duration_secs: 5 };
    const given = { conversation_initiation_client_data: { dynamic_variables: variables } };
    const data = { agent_id: 'agent_1', conversation_id: id, status: 'done', transcript: [], metadata, ...given };
    const body = JSON.stringify({ type: 'post_call_transcription', event_timestamp: startSeconds + 5, data });
    const headers = { connection: 'close', 'elevenlabs-signature': elevenLabsSignature(body) };
    await fetch(`${server}/webhooks/elevenlabs`, { method: 'POST', headers, body });
  };
  return {
    env: {
      OUTBOUND_PROVIDER: 'elevenlabs',
      ELEVENLABS_API_KEY: SIMULATED_ELEVENLABS_KEY,
      ELEVENLABS_BASE_URL: vendor.url,
      ELEVENLABS_AGENT_ID: 'agent_1',
      ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1',
    },
    dials: (to) => vendor.conversations.filter((conversation) => conversation.to === to).length,
    prepare: (fate, server) => {
      vendor.knobs = {
        ...(fate === 'is refused' ? { fault: { status: 400, word: 'invalid_phone_number' } } : {}),
        ...(fate === 'ends at once'
          ? { beforeAnswer: ({ id, startSeconds, variables }) => tellEnd(id, startSeconds, variables, server) }
          : {}),
      };
    },
    hangUp: () => {
      for (const conversation of vendor.conversations) Object.assign(conversation, { status: 'done', seconds: 5 });
    },
    close: () => vendor.close(),
  };
}

const conversed = (over: string): readonly Point[] => [
  ['is dialled', 'converse before', 1, over, null, [201]],
  ['is dialled', 'converse after', 1, over, null, [201]],
];

const VENDORS = [
  ['Twilio', twilio, pointsOf('busy')],
  ['ElevenLabs', elevenLabs, [...pointsOf('completed'), ...conversed('completed')]],
] as const;

describeWithPostgres()('a placed call whose process is killed', () => {
  let build: Build;
  let postgres: PostgresServer;
  beforeAll(async () => {
    build = Build.make('outbound-process', 'outbound-app', 'webhook-app', 'echo-calls', 'crash-points');
    postgres = await PostgresServer.create();
  }, 120_000);
  afterAll(async () => {
    await postgres.destroy();
    build.remove();
  }, 180_000);

  describe.each(VENDORS)('by %s', (name, startVendor, points) => {
    let dataDir: string;
    let vendor: Vendor;
    let doomed: DoomedProcess<{ readonly http: string; readonly token: string }>;
    let heir: OutboundApp | undefined;
    const placed = points.map((_, n) => ({ to: `+4930901${String(n).padStart(3, '0')}`, key: randomUUID() }));

    beforeAll(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'parley-outbound-kills-'));
      const database = `kills_${name.toLowerCase()}`;
      await postgres.sql(`create database ${database}`);
      vendor = await startVendor();
      const env = {
        ...vendor.env,
        DATABASE_URL: postgres.url('postgres', database),
        PARLEY_DATA_DIR: dataDir,
        OUTBOUND_MAX_CONCURRENT: '100',
      };
      doomed = await DoomedProcess.start(build.program('test/support/outbound-process.js'), {
        TEST_ENV: JSON.stringify({ ...env, AGENTS_DIR: resolve('agents') }),
      });
      const { http, token } = doomed.ready;
      for (const [n, [fate, point]] of points.entries()) {
        const { to, key } = placed[n] ?? missing('call');
        vendor.prepare(fate, http);
        if (fate === 'is on the list') await doomed.ask({ list: to });
        // Its answer never comes: the process is killed.
        await doomed.stopsAt(point, () => void placeCall(http, token, { to }, key).catch(() => undefined));
      }
      await doomed.kill();
      vendor.prepare('is dialled', http);
      vendor.hangUp();
      // Time passes.
      await postgres.sql('update outbound_calls set check_at = clock_timestamp()', database);
      // No vendor is away here: one look-up that fails on a busy machine must not end a call.
      heir = await startOutboundApp(env, { timing: { ...QUICK, awayMs: 120_000 } });
    }, 240_000);
    afterAll(async () => {
      await doomed.kill();
      await heir?.close();
      await vendor.close();
      rmSync(dataDir, { recursive: true, force: true });
    }, 180_000);

    const cases = points.map((point, n) => ({ name: `${point[0]}, ${point[1]}`, point, n }));
    it.each(cases)('$name', async ({ point: [, , dials, status, error, answer], n }) => {
      const { to, key } = placed[n] ?? missing('call');
      const server = heir ?? missing('heir');
      const { http, database } = server;
      const as = server.token('mia');
      // The client asks again, until it is told.
      let told = await placeCall(http, as, { to }, key);
      await waitFor(async () => {
        if (told.status === 409) told = await placeCall(http, as, { to }, key);
        return told.status !== 409;
      }, 180_000);
      expect([told.status, ...(told.status < 300 ? [] : [told.body['error']])]).toEqual(answer);
      vendor.hangUp();
      const read = () => database.prisma.call.findUniqueOrThrow({ where: { callSid: String(told.body['callSid']) } });
      await waitFor(async () => (await read()).endedAt !== null, 30_000);
      const row = await read();
      expect(row.status).toBe(status);
      expect((row.error as { code: string } | null)?.code ?? null).toBe(error);
      const again = await placeCall(http, as, { to }, key);
      expect(again).toMatchObject({ status: told.status, body: told.body });
      expect(vendor.dials(to)).toBe(dials);
    });
  });
});
