// Faults of the real server, as a strict receiver of Sentry's protocol gets them.
import { jest } from '@jest/globals';
import { SentryReceiver } from '../simulators/sentry.js';
import { startGatewayApp } from '../support/gateway-app.js';
import { ResumingCaller } from '../support/resuming-caller.js';
import { waitFor } from '../support/wait-for.js';
import { Build, WorkerProcess, workerToken } from '../support/worker-process.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 20_000;
const QUESTION = 'What transactions does client 5001 have?';
const PLANTED = 'swordfish';

let build: Build;
beforeAll(() => {
  build = Build.make('faulty-model');
}, 120_000);
afterAll(() => build.remove());

describe('faults of the server', () => {
  let receiver: SentryReceiver;
  beforeEach(async () => {
    receiver = await SentryReceiver.start();
  });
  afterEach(() => receiver.stop());

  it('in a call arrive once, with whose call it was, and without a word, a token or an address', async () => {
    const worker = await WorkerProcess.start(build, { SENTRY_DSN: receiver.dsn }, 'test/support/faulty-model.js');
    try {
      for (const what of ['timer', 'promise', 'words']) {
        const caller = await ResumingCaller.start(worker.stream);
        await caller.say(`my password is ${PLANTED}`);
        await caller.say(`break the ${what}`).catch(() => undefined);
        await caller.closing();
        const ofCall = () => receiver.events.filter(({ tags }) => tags['callSid'] === caller.id);
        await waitFor(() => ofCall().length > 0, PATIENCE_MS);
        expect(ofCall()).toMatchObject([{ level: 'error', environment: 'development', tags: { agent: 'julia' } }]);
        expect(ofCall()[0]?.release).toMatch(/^parley@\d+\.\d+\.\d+/);
        expect(ofCall()[0]?.exception.values[0]?.stacktrace?.frames.length).toBeGreaterThan(0);
      }
      expect(await worker.end('SIGTERM')).toBe(0);
    } finally {
      await worker.end();
    }
    expect(receiver.faults).toEqual([]);
    expect(receiver.events).toHaveLength(3);
    for (const secret of [
      PLANTED,
      'password',
      'break the',
      workerToken().slice(0, 20),
      'a secret for tests',
      build.folder,
    ]) {
      expect([secret, receiver.raw.includes(secret)]).toEqual([secret, false]);
    }
    expect(receiver.events.every((event) => !JSON.stringify(event).includes('127.0.0.1'))).toBe(true);
  });

  it('outside of every call arrive before the process ends because of them', async () => {
    const worker = await WorkerProcess.start(build, { SENTRY_DSN: receiver.dsn }, 'test/support/faulty-model.js');
    expect(await worker.end('SIGUSR2')).toBe(1);
    expect(receiver.faults).toEqual([]);
    expect(receiver.events).toMatchObject([
      { level: 'fatal', tags: { where: 'unhandled rejection' }, exception: { values: [{ value: 'broken process' }] } },
    ]);
  });

  it('cost no call anything while the receiver says nothing, and the server stops in time', async () => {
    receiver.knobs.silent = true;
    const worker = await WorkerProcess.start(build, { SENTRY_DSN: receiver.dsn }, 'test/support/faulty-model.js');
    try {
      const good = await ResumingCaller.start(worker.stream);
      const bad = await ResumingCaller.start(worker.stream);
      await bad.say('break the timer').catch(() => undefined);
      await bad.closing();
      await waitFor(() => receiver.waiting === 1, PATIENCE_MS);
      expect(await good.say(QUESTION)).toMatch(/5001|transactions/);
      await good.hangUp();
      const from = performance.now();
      expect(await worker.end('SIGTERM')).toBe(0);
      // What is on its way has 2 s; the rest is a busy machine's.
      expect(performance.now() - from).toBeLessThan(15_000);
    } finally {
      await worker.end();
    }
  });

  it('in a request arrive with its route, and with nothing that it brought', async () => {
    const broken = () => Promise.reject(new TypeError(`no "${PLANTED}" here`));
    const gateway = await startGatewayApp({ SENTRY_DSN: receiver.dsn }, undefined, {
      read: broken,
      readLinked: broken,
    });
    const headers = { authorization: `Bearer ${gateway.token()}`, cookie: `a=${PLANTED}` };
    try {
      const answer = await fetch(`${gateway.http}/v1/artifacts/chart-${PLANTED}.svg?q=${PLANTED}`, { headers });
      expect(answer.status).toBe(500);
      const missing = await fetch(`${gateway.http}/nowhere/${PLANTED}`);
      expect(missing.status).toBe(404);
    } finally {
      await gateway.close();
    }
    expect(receiver.faults).toEqual([]);
    expect(receiver.events).toMatchObject([{ tags: { where: 'http', route: 'GET /v1/artifacts/:file' } }]);
    expect(receiver.raw).not.toContain(PLANTED);
  });
});
