// Kills the worker of a call again and again, and looks what the caller notices.
import { setTimeout as sleep } from 'node:timers/promises';
import { openTestDatabase } from '../../test/support/database.js';
import { PostgresServer } from '../../test/support/postgres-server.js';
import { RedisServer } from '../../test/support/redis-server.js';
import { SdkCaller } from '../../test/support/sdk-caller.js';
import { waitFor } from '../../test/support/wait-for.js';
import { Build, WorkerProcess, workerToken } from '../../test/support/worker-process.js';
import { Balancer } from './balancer.js';

export interface KillOptions {
  readonly kills: number;
  readonly calls: number;
  /** Workers that serve while another one boots. */
  readonly workers: number;
  /** The run is over by then, whatever is left to be done, ms. */
  readonly withinMs: number;
}

export interface KillReport {
  readonly kills: number;
  /** From the kill to `session.resumed`, ms, of each call that was on the worker. */
  readonly resumedMs: readonly number[];
  /** Of these, until the SDK had noticed, and until it had another connection. */
  readonly noticedMs: readonly number[];
  readonly connectedMs: readonly number[];
  readonly turns: number;
  readonly faults: readonly string[];
}

/** What is going on in the call whose worker is killed; each in turn. */
type Moment = 'in a reply' | 'a message just sent' | 'a message in the gap';
const MOMENTS: readonly Moment[] = ['in a reply', 'a message just sent', 'a message in the gap'];
const CLIENTS = [5001, 5002, 5003];
/** A call that has been stable for so long is called again at once, ms; see client/session-connection.ts. */
const STABLE_MS = 5000;

interface Caller {
  readonly sdk: SdkCaller;
  readonly balancer: Balancer;
}

/** Runs the whole of it, with a Redis, a PostgreSQL and workers of its own. */
export async function runKills(options: KillOptions, progress: (line: string) => void): Promise<KillReport> {
  const build = Build.make();
  const [redis, postgres] = await Promise.all([RedisServer.start(), PostgresServer.create()]);
  const fleet = new Fleet(build, {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url(),
    // Nothing is ever sent there: what is asked before a mail is what shows that the call is known.
    SMTP_URL: 'smtp://127.0.0.1:9',
  });
  const callers: Caller[] = [];
  const call = async (): Promise<Caller> => {
    const balancer = await Balancer.before(() => fleet.ports);
    return { balancer, sdk: await SdkCaller.call(balancer.stream, workerToken) };
  };
  try {
    await (await openTestDatabase({ url: postgres.url() })).close();
    await fleet.fill(options.workers);
    while (callers.length < options.calls) callers.push(await call());
    return await killAll(options, fleet, callers, call, progress);
  } finally {
    for (const { sdk, balancer } of callers) {
      await sdk.hangUp();
      balancer.close();
    }
    await fleet.end();
    await Promise.all([redis.destroy(), postgres.destroy()]);
    build.remove();
  }
}

async function killAll(
  { kills, workers, withinMs }: KillOptions,
  fleet: Fleet,
  callers: Caller[],
  call: () => Promise<Caller>,
  progress: (line: string) => void,
): Promise<KillReport> {
  const until = performance.now() + withinMs;
  const resumedMs: number[] = [];
  const noticedMs: number[] = [];
  const connectedMs: number[] = [];
  const faults: string[] = [];
  let done = 0;
  let turns = 0;
  while (done < kills && performance.now() < until) {
    const at = done % callers.length;
    let caller = callers[at];
    if (caller === undefined) break;
    if (caller.sdk.over) {
      // A call that was lost is told, and another one takes its place.
      for (const fault of caller.sdk.faults()) faults.push(`after ${done} kills: ${fault}`);
      caller.balancer.close();
      caller = callers[at] = await call();
    }
    const round = Math.floor(done / callers.length);
    const client = CLIENTS[(done + round) % CLIENTS.length] ?? 0;
    const moment = MOMENTS[round % MOMENTS.length];
    await caller.sdk.ask(client);
    // Somewhere in the answer, which takes longer than this.
    await sleep(Math.max(300 + Math.random() * 700, caller.sdk.resumedAt + STABLE_MS - performance.now()));
    await waitFor(() => fleet.ports.length >= Math.min(2, workers), 60_000);

    const before = moment === 'a message just sent' ? caller.sdk.followUp(client) : undefined;
    const hit = callers.filter(({ balancer, sdk }) => balancer.chosen === caller.balancer.chosen && sdk.connected);
    const since = performance.now();
    fleet.kill(caller.balancer.chosen);
    if (moment === 'a message in the gap') await waitFor(() => !caller.sdk.connected);
    const understood = before ?? caller.sdk.followUp(client);
    for (const { sdk } of hit) {
      await waitFor(() => sdk.resumedAt > since || sdk.over, 40_000);
      if (sdk.over) continue;
      resumedMs.push(sdk.resumedAt - since);
      noticedMs.push(sdk.lostAt - since);
      connectedMs.push(sdk.connectedAt - since);
    }
    const refilled = fleet.fill(workers);
    refilled.catch((error: unknown) => faults.push(`a worker did not start: ${String(error)}`));
    await understood().catch((error: unknown) => faults.push(`after ${done} kills: ${String(error)}`));
    done += 1;
    turns += 2;
    if (done % 10 === 0) progress(`${done} kills`);
  }
  for (const { sdk } of callers) faults.push(...sdk.faults());
  return { kills: done, resumedMs, noticedMs, connectedMs, turns, faults };
}

/** The workers, of which one is missing now and then. */
class Fleet {
  private workers: WorkerProcess[] = [];
  private booting = 0;
  private over = false;

  constructor(
    private readonly build: Build,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  get ports(): number[] {
    return this.workers.filter(({ running }) => running).map(({ port }) => port);
  }

  async fill(count: number): Promise<void> {
    while (!this.over && this.ports.length + this.booting < count) {
      this.booting += 1;
      try {
        const worker = await WorkerProcess.start(this.build, this.env);
        this.workers.push(worker);
        if (this.over) worker.signal('SIGKILL');
      } finally {
        this.booting -= 1;
      }
    }
  }

  kill(port: number): void {
    const worker = this.workers.find((candidate) => candidate.port === port);
    worker?.signal('SIGKILL');
    this.workers = this.workers.filter((candidate) => candidate !== worker);
  }

  async end(): Promise<void> {
    this.over = true;
    await waitFor(() => this.booting === 0, 60_000);
    await Promise.all(this.workers.map((worker) => worker.end()));
  }
}
