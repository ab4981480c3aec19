// npm run fuzz -- --runs 1e7 [--only NAME] [--seed N]: everything that takes bytes or text from outside, on inputs that no run has
// tried, in a thread that is watched: an input that never comes to an end is found too. Exits with 1 where something does not
// hold, and says how to bring it back.
import { constants, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { fuzz, shareOf, TARGETS } from './run-targets.js';
import type { Found } from './target.js';

/** Nothing is run for so long, ms, when an input hangs: a document may take 20 s. */
const STUCK_MS = 60_000;
const LOOK_EVERY_MS = 1000;
/** One execution in so many is counted, so that counting costs nothing. */
const COUNT_EVERY = 256;

interface Job {
  readonly executions: number;
  readonly seed: number;
  readonly only: string;
}
type Told =
  | { readonly at: string; readonly seed: number }
  | { readonly done: string; readonly executions: number; readonly seconds: number; readonly found: Found | undefined };

async function work({ executions, seed, only }: Job, counter: Int32Array): Promise<void> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  const tell = (told: Told): void => parentPort?.postMessage(told);
  for (const [index, target] of TARGETS.entries()) {
    if (!target.name.includes(only)) continue;
    const own = (seed + index) | 0;
    tell({ at: target.name, seed: own });
    const started = performance.now();
    let count = 0;
    // Sequentially: what is slow has the processor for itself.
    const found = await fuzz(target, shareOf(target, executions), own, () => {
      count += 1;
      if (count % COUNT_EVERY === 0 || target.share < 1) Atomics.add(counter, 0, 1);
    });
    tell({ done: target.name, executions: count, seconds: (performance.now() - started) / 1000, found });
  }
}

/** Resolves with the number of targets for which something did not hold. */
async function watch(job: Job): Promise<number> {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: { job, counter } });
  let total = 0;
  let failures = 0;
  let last: Told | undefined;
  let seen = -1;
  const started = performance.now();
  let movedAt = started;
  let lookedAt = started;
  worker.on('message', (told: Told) => {
    last = told;
    movedAt = performance.now();
    if (!('done' in told)) return;
    total += told.executions;
    const rate = Math.round(told.executions / Math.max(told.seconds, 0.001));
    process.stdout.write(
      `${told.found === undefined ? 'ok  ' : 'FAIL'} ${told.done}: ${told.executions} executions, ${rate} a second\n`,
    );
    if (told.found === undefined) return;
    failures += 1;
    const { why, input, seed, path } = told.found;
    process.stdout.write(`     seed ${seed}, path ${path}\n     ${input}\n     ${why.replaceAll('\n', '\n     ')}\n`);
  });
  const timer = setInterval(() => {
    const count = Atomics.load(counter, 0);
    const now = performance.now();
    // After the whole process stood still nothing can have moved.
    if (count !== seen || now - lookedAt > 5 * LOOK_EVERY_MS) movedAt = now;
    seen = count;
    lookedAt = now;
    if (now - movedAt < STUCK_MS) return;
    failures += 1;
    const { at = '', seed = 0 } = last !== undefined && 'at' in last ? last : {};
    process.stdout.write(
      `FAIL ${at}: an input has taken more than ${STUCK_MS / 1000} s; --only "${at}" --seed ${seed} finds it again\n`,
    );
    void worker.terminate();
  }, LOOK_EVERY_MS);
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  }).finally(() => clearInterval(timer));
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${total} executions in ${seconds} s, seed ${job.seed}; ${failures} of ${TARGETS.length} targets failed\n`,
  );
  return failures;
}

function readJob(): Job | undefined {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '1e6' },
      seed: { type: 'string' },
      only: { type: 'string', default: '' },
    },
  });
  const executions = Number(values.runs);
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const isKnown = TARGETS.some(({ name }) => name.includes(values.only));
  return executions >= 1 && Number.isInteger(seed) && isKnown ? { executions, seed, only: values.only } : undefined;
}

if (isMainThread) {
  const job = readJob();
  if (job === undefined) {
    process.stderr.write('Usage: npm run fuzz -- --runs 1e7 [--seed NUMBER] [--only "part of a name"]\n');
    process.exitCode = 2;
  } else {
    // It runs for hours: whoever else wants the processor comes first.
    setPriority(0, constants.priority.PRIORITY_LOW);
    if ((await watch(job)) > 0) process.exitCode = 1;
  }
} else {
  const { job, counter } = workerData as { readonly job: Job; readonly counter: Int32Array };
  await work(job, counter);
}
