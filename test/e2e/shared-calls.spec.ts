// Calls of real servers that share a real Redis: what a caller notices when the process of the call is killed, stops or
// stands still, when Redis goes, and when a call meets a fault of ours.
import { jest } from '@jest/globals';
import { describeWith } from '../support/needs.js';
import { RedisServer } from '../support/redis-server.js';
import { ResumingCaller } from '../support/resuming-caller.js';
import { waitFor } from '../support/wait-for.js';
import { Build, WorkerProcess } from '../support/worker-process.js';

// Two cores that ten others work on too.
jest.setTimeout(300_000);

const QUESTION = 'What transactions does client 5001 have?';
/** Only somebody who knows what was asked before can do this. */
const FOLLOW_UP = 'Email them to ada@example.com.';

let build: Build;
beforeAll(() => {
  build = Build.make('faulty-model');
}, 120_000);
afterAll(() => build.remove());

describeWith(['redis'])('calls that processes share', () => {
  let redis: RedisServer;
  const workers: WorkerProcess[] = [];
  /** Processes that run, at least so many: those that the tests before have left, and new ones. */
  const running = async (count: number): Promise<WorkerProcess[]> => {
    const alive = workers.filter((worker) => worker.running);
    while (alive.length < count) {
      // Nothing is ever sent there: what is asked before a mail is what shows that the call is known.
      const worker = await WorkerProcess.start(build, { REDIS_URL: redis.url, SMTP_URL: 'smtp://127.0.0.1:9' });
      workers.push(worker);
      alive.push(worker);
    }
    return alive;
  };

  beforeAll(async () => {
    redis = await RedisServer.start();
  }, 180_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end()));
    await redis.destroy();
  }, 180_000);

  it('goes on in another process each time its own is killed, with its context, and says nothing twice', async () => {
    const [first, ...others] = await running(4);
    const caller = await ResumingCaller.start(first?.stream ?? '');
    expect(await caller.say(QUESTION)).toMatch(/5001|transactions/);
    let here = first;
    for (const there of others) {
      await here?.end('SIGKILL');
      await caller.resume(there.stream);
      expect(await caller.say(FOLLOW_UP)).toMatch(/5001/);
      here = there;
    }
    const turns = caller.messages.flatMap((message) => (message.type === 'turn.ended' ? [message.turnId] : []));
    expect(turns).toEqual([...new Set(turns)]);
    const seqs = caller.messages.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    expect(caller.count('session.ended')).toBe(0);
    await caller.hangUp();
    expect(caller.count('session.ended')).toBe(1);
  });

  it('is one process’s when two want it at once', async () => {
    const [a, b, c] = (await running(3)) as [WorkerProcess, WorkerProcess, WorkerProcess];
    const caller = await ResumingCaller.start(a.stream);
    await caller.say(QUESTION);
    await a.end('SIGKILL');
    const twin = caller.twin();
    await Promise.allSettled([caller.resume(b.stream), twin.resume(c.stream)]);
    await waitFor(() => [caller, twin].filter(({ closed }) => closed === undefined).length === 1, 20_000);
    const owner = caller.closed === undefined ? caller : twin;
    expect(await owner.say(FOLLOW_UP)).toMatch(/5001/);
    await owner.hangUp();
  });

  it('goes on while Redis is away, and can be resumed elsewhere once it is back', async () => {
    const [a, b] = (await running(2)) as [WorkerProcess, WorkerProcess];
    const caller = await ResumingCaller.start(a.stream);
    await redis.stop();
    try {
      expect(await caller.say(QUESTION)).toMatch(/5001|transactions/);
    } finally {
      await redis.start();
    }
    await waitFor(() => a.output.includes('calls can be resumed by other processes again'), 30_000);
    await waitFor(() => b.output.includes('connection is back'), 30_000);
    await a.end('SIGKILL');
    await caller.resume(b.stream);
    expect(await caller.say(FOLLOW_UP)).toMatch(/5001/);
    await caller.hangUp();
  });

  it('is handed over when its process is told to stop, which then ends with 0', async () => {
    const [a, b] = (await running(2)) as [WorkerProcess, WorkerProcess];
    const caller = await ResumingCaller.start(a.stream);
    await caller.say(QUESTION);
    const ended = a.end('SIGTERM');
    expect(await caller.closing()).toBe(1012);
    await caller.resume(b.stream);
    expect(await caller.say(FOLLOW_UP)).toMatch(/5001/);
    expect(await ended).toBe(0);
    expect(caller.count('session.ended')).toBe(0);
    await caller.hangUp();
  });

  it('is taken from a process that stands still, which drops it without a word when it wakes up', async () => {
    const [a, b] = (await running(2)) as [WorkerProcess, WorkerProcess];
    const caller = await ResumingCaller.start(a.stream);
    await caller.say(QUESTION);
    a.signal('SIGSTOP');
    await caller.resume(b.stream);
    a.signal('SIGCONT');
    expect(await caller.say(FOLLOW_UP)).toMatch(/5001/);
    await waitFor(async () => (await active(a)) === 0, 30_000);
    expect(await active(b)).toBe(1);
    await caller.hangUp();
  });
});

describe('a fault of ours in the real server', () => {
  let worker: WorkerProcess;
  beforeAll(async () => {
    worker = await WorkerProcess.start(build, {}, 'test/support/faulty-model.js');
  }, 120_000);
  afterAll(async () => worker.end());

  it.each(['timer', 'promise', 'socket', 'json'])('in a %s ends its call at most, and no other', async (what) => {
    const good = await ResumingCaller.start(worker.stream);
    const bad = await ResumingCaller.start(worker.stream);
    const outcome = await bad.say(`break the ${what}`).then(
      () => 'answered',
      () => 'ended',
    );
    if (outcome === 'ended' || what !== 'json') {
      await bad.closing();
      expect(bad.messages.at(-1)).toMatchObject({ type: 'session.ended', reason: 'error' });
      expect(bad.messages).toContainEqual(expect.objectContaining({ type: 'error', code: 'internal', fatal: true }));
      expect(worker.output).toContain('call failed');
    }
    expect(await good.say(QUESTION)).toMatch(/5001|transactions/);
    await good.hangUp();
    expect(worker.running).toBe(true);
  });
});

async function active(worker: WorkerProcess): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${worker.port}/health`);
  return ((await response.json()) as { active_sessions: number }).active_sessions;
}
