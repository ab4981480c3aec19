// Nobody is rung twice, and no record lies: the process that places a call is killed between each two steps of it, and the next
// one clears up what has become of the call.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import { FROM, placeCall, PUBLIC_ORIGIN } from '../support/outbound-app.js';
import { waitFor } from '../support/wait-for.js';
import { Build } from '../support/worker-process.js';

interface Server {
  readonly child: ChildProcess;
  readonly http: string;
  readonly token: string;
}

/** Where the process is killed, how often somebody was dialled, what its record says in the end, and what the client is told. */
const KILLS: readonly [step: string, dials: number, status: string, error: string | null, answer: number][] = [
  ['place before', 0, 'absent', null, 201],
  ['place after', 0, 'failed', 'not_dialled', 503],
  ['move before', 0, 'failed', 'not_dialled', 503],
  // From here on nobody can know whether it was dialled, but the vendor.
  ['move after', 0, 'abandoned', 'outcome_unknown', 202],
  ['dial before', 0, 'abandoned', 'outcome_unknown', 202],
  ['dialled, not answered', 1, 'busy', null, 201],
  ['dial after', 1, 'busy', null, 201],
  ['identify before', 1, 'busy', null, 201],
  ['identify after', 1, 'busy', null, 201],
  ['answer before', 1, 'busy', null, 201],
  ['answer after', 1, 'busy', null, 201],
];

describe('a placed call whose process is killed', () => {
  let build: Build;
  let dataDir: string;
  let vendor: TwilioRestSimulator;
  let server: Server;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    build = Build.make('outbound-process', 'outbound-app', 'webhook-app', 'echo-calls');
    dataDir = mkdtempSync(join(tmpdir(), 'parley-outbound-kills-'));
    vendor = await TwilioRestSimulator.start();
    server = await start();
  }, 240_000);
  afterAll(async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await vendor.close();
    rmSync(dataDir, { recursive: true, force: true });
    build.remove();
  }, 60_000);

  async function start(): Promise<Server> {
    const { PATH, HOME } = process.env;
    const env = {
      DATABASE_URL: '',
      PARLEY_DATA_DIR: dataDir,
      AGENTS_DIR: resolve('agents'),
      OUTBOUND_PROVIDER: 'twilio',
      OUTBOUND_FROM: FROM,
      PUBLIC_ORIGIN,
      TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
      TWILIO_BASE_URL: vendor.url,
    };
    const child = fork(build.program('test/support/outbound-process.js'), {
      env: { PATH, HOME, TEST_ENV: JSON.stringify(env) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.push(child);
    const [{ http, token }] = (await once(child, 'message')) as [Omit<Server, 'child'>];
    return { child, http, token };
  }

  const dialsTo = (to: string) => vendor.calls.filter((call) => call.to === to);

  it.each(KILLS)(
    '%s: %i dials, %s',
    async (step, dials, status, error, answer) => {
      const to = `+49309018${String(KILLS.findIndex(([name]) => name === step)).padStart(2, '0')}`;
      const key = randomUUID();
      const { child } = server;
      const exit = once(child, 'exit');
      vendor.knobs = {
        beforeAnswer: async () => {
          if (step !== 'dialled, not answered') return;
          child.kill('SIGKILL');
          await exit;
        },
      };
      const ready = once(child, 'message');
      child.send({ killAt: step });
      await ready;
      await expect(placeCall(server.http, server.token, { to }, key)).rejects.toThrow();
      await exit;
      expect(child.signalCode).toBe('SIGKILL');
      vendor.knobs = {};
      const [call] = dialsTo(to);
      if (call !== undefined) Object.assign(call, { status: 'busy', ended: new Date() });

      server = await start();
      // The client asks again, until it is told: that the first request is being worked on, or that the database is not there
      // yet, is no answer.
      let told = await placeCall(server.http, server.token, { to }, key);
      const isTold = () => told.status !== 409 && !String(told.body['error']).startsWith('data_');
      await waitFor(async () => {
        if (!isTold()) told = await placeCall(server.http, server.token, { to }, key);
        return isTold();
      }, 60_000);
      expect(told).toMatchObject({ status: answer });
      if (status === 'absent') {
        expect(dialsTo(to)).toHaveLength(1);
        return;
      }
      const read = async () => {
        const path = `${server.http}/v1/calls/${String(told.body['callSid'])}`;
        const headers = { connection: 'close', authorization: `Bearer ${server.token}` };
        return (await (await fetch(path, { headers })).json()) as { status: string; error: { code: string } | null };
      };
      let row = await read();
      await waitFor(async () => (row = await read()).status === status, 30_000).catch((error: Error) => {
        throw new Error(`${error.message}; it is ${JSON.stringify(row)}`);
      });
      expect((await read()).error?.code ?? null).toBe(error);
      const again = await placeCall(server.http, server.token, { to }, key);
      expect(again).toMatchObject({ status: told.status, body: told.body });
      expect(dialsTo(to)).toHaveLength(dials);
    },
    240_000,
  );
});
