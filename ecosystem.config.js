// PM2: `npm ci && npm run build && pm2 start ecosystem.config.js`. Settings come from the environment or from .env; it is
// production unless they say otherwise.
// Every worker keeps its own calls: a socket stays with the worker that accepted it, so no sticky sessions are needed.
// How many workers there may be, and what they share, is in docs/data.md; the server's own configuration decides it here.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;

// Workers of a cluster run in the Node that PM2 itself runs in; a single process runs in the one that `npm ci` has brought.
const [major, minor] = process.versions.node.split('.').map(Number);
const recent = major > 22 || (major === 22 && minor >= 12);
const ownNode = join(here, 'node_modules', 'node', 'bin', 'node');

function plan() {
  const alone = { workers: 1, mode: process.env.NODE_ENV || 'production' };
  if (!recent) {
    console.warn(
      `PM2 runs in Node ${process.versions.node}: one worker only. For one a core, run PM2 in Node 22.12 or newer.`,
    );
    return alone;
  }
  const config = join(here, 'dist', 'src', 'config', 'load-config.js');
  // Before `npm run build` there is nothing to run, as PM2 says itself.
  if (!existsSync(config)) return alone;
  try {
    return createRequire(import.meta.url)(config).processPlan({ env: process.env, cwd: here }, availableParallelism());
  } catch (error) {
    // What an operator can put right is told in lines, without a stack.
    console.error(error.report ?? error.stack);
    return process.exit(1);
  }
}

const { workers: instances, mode } = plan();
const many = instances > 1;

export const apps = [
  {
    name: 'parley',
    script: 'dist/main.js',
    cwd: here,
    exec_mode: many ? 'cluster' : 'fork',
    ...(!many && existsSync(ownNode) ? { interpreter: ownNode } : {}),
    instances,
    // A larger young generation: audio frames are short-lived garbage, and this takes about a fifth off their cost.
    node_args: '--max-semi-space-size=64',
    // main.ts sends `ready` when it listens, and lets running calls finish after SIGINT within SHUTDOWN_GRACE_MS.
    wait_ready: true,
    listen_timeout: 15_000,
    // Its own processes (recogniser, voice) are its to end: they are needed until the last call is over.
    treekill: false,
    kill_timeout: Number(process.env.SHUTDOWN_GRACE_MS || 30_000) + 5_000,
    // The embedded database lives in its process: with it a server that has just started takes 1.1 GB.
    max_memory_restart: process.env.PARLEY_MAX_MEMORY || (many ? '1G' : '2G'),
    // A worker takes some seconds of a core to boot. The calls of the one that was killed are back within a second, and are to
    // have the cores until then: with 200 ms here half of them took 1.6 s (docs/benchmarks.md).
    exp_backoff_restart_delay: 1500,
    merge_logs: true,
    env: { NODE_ENV: mode },
  },
];
