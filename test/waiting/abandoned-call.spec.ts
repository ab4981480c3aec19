// A call whose process is killed and whose client never comes back: what its record says in the end.
import { Database } from '../../src/database/database.js';
import { openTestDatabase } from '../support/database.js';
import { describeWith } from '../support/needs.js';
import { PostgresServer } from '../support/postgres-server.js';
import { RedisServer } from '../support/redis-server.js';
import { ResumingCaller } from '../support/resuming-caller.js';
import { waitFor } from '../support/wait-for.js';
import { Build, WorkerProcess } from '../support/worker-process.js';

/** It is kept for half a minute after the grace, and two sweeps find it overdue. */
const FOUND_WITHIN_MS = 90_000;

describeWith(['postgres', 'redis'])('a call that nobody comes back to', () => {
  let build: Build;
  let postgres: PostgresServer;
  let redis: RedisServer;
  let rows: Database;
  let workers: WorkerProcess[] = [];

  beforeAll(async () => {
    build = Build.make();
    [postgres, redis] = await Promise.all([PostgresServer.create(), RedisServer.start()]);
    rows = await openTestDatabase({ url: postgres.url() });
    const env = { REDIS_URL: redis.url, DATABASE_URL: postgres.url(), STREAM_RESUME_GRACE_MS: '1000' };
    workers = await Promise.all([0, 1, 2].map(() => WorkerProcess.start(build, env)));
  }, 180_000);
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.end()));
    // What could not be started need not be stopped; what was, must be, for the specs that come after.
    await rows?.close();
    await Promise.all([postgres?.destroy(), redis?.destroy()]);
    build?.remove();
  }, 180_000);

  const endOf = async (id: string) =>
    (await rows.prisma.call.findUnique({ where: { callSid: id } }))?.endReason ?? 'open';

  it('ends as abandoned, once, with what was said in it, and the calls of others go on', async () => {
    const [killed, second, third] = workers as [WorkerProcess, WorkerProcess, WorkerProcess];
    const [lost, kept] = await Promise.all([ResumingCaller.start(killed.stream), ResumingCaller.start(second.stream)]);
    await lost.say('What transactions does client 5001 have?');
    // What is said of a call is shipped within a moment: the last of it goes with its process.
    await waitFor(
      async () => (await rows.prisma.callEvent.count({ where: { callSid: lost.id, kind: 'turn.ended' } })) === 1,
      20_000,
    );
    await killed.end('SIGKILL');

    await waitFor(async () => (await endOf(lost.id)) === 'abandoned', FOUND_WITHIN_MS);
    const told = [second, third].map(({ output }) => output.split('a call was abandoned').length - 1);
    expect(told.reduce((sum, times) => sum + times, 0)).toBe(1);
    const row = await rows.prisma.call.findUniqueOrThrow({ where: { callSid: lost.id }, include: { events: true } });
    expect(row.endedAt).not.toBeNull();
    expect(row.events.filter(({ kind }) => kind === 'turn.ended')).toHaveLength(1);
    expect(await endOf(kept.id)).toBe('open');
    expect(await kept.say('What transactions does client 5001 have?')).toMatch(/5001|transactions/);
    await kept.hangUp();
    await waitFor(async () => (await endOf(kept.id)) === 'client', 20_000);
  }, 200_000);
});
