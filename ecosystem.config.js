// PM2: `npm ci && npm run build && pm2 start ecosystem.config.js`. Settings come from the environment or from .env.
// Every worker keeps its own calls: a socket stays with the worker that accepted it, so no sticky sessions are needed.
// The embedded database belongs to one process: more than one instance needs DATABASE_URL or SUPABASE_URL.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const shared = Boolean(process.env.DATABASE_URL || process.env.SUPABASE_URL);

// Workers of a cluster run in the Node that PM2 itself runs in; a single process runs in the one that `npm ci` has brought.
const [major, minor] = process.versions.node.split('.').map(Number);
const recent = major > 22 || (major === 22 && minor >= 12);
const ownNode = join(import.meta.dirname, 'node_modules', 'node', 'bin', 'node');
const many = shared && recent;
if (shared && !recent) {
  console.warn(
    `PM2 runs in Node ${process.versions.node}: one instance only. For one a core, run PM2 in Node 22.12 or newer.`,
  );
}

export const apps = [
  {
    name: 'parley',
    script: 'dist/main.js',
    cwd: import.meta.dirname,
    exec_mode: many ? 'cluster' : 'fork',
    ...(!many && existsSync(ownNode) ? { interpreter: ownNode } : {}),
    instances: many ? Number(process.env.WEB_CONCURRENCY || 0) || 'max' : 1,
    // A larger young generation: audio frames are short-lived garbage, and this takes about a fifth off their cost.
    node_args: '--max-semi-space-size=64',
    // main.ts sends `ready` when it listens, and lets running calls finish after SIGINT within SHUTDOWN_GRACE_MS.
    wait_ready: true,
    listen_timeout: 15_000,
    // Its own processes (recogniser, voice) are its to end: they are needed until the last call is over.
    treekill: false,
    kill_timeout: Number(process.env.SHUTDOWN_GRACE_MS || 30_000) + 5_000,
    max_memory_restart: process.env.PARLEY_MAX_MEMORY || '1G',
    exp_backoff_restart_delay: 200,
    merge_logs: true,
    env_production: { NODE_ENV: 'production' },
  },
];
