// What the engine itself adds to a turn, with providers in the server's process, against the least a `ws` server could do.
//   npm run bench -- engine [--servers relay,parley] [--sessions 1,100,400,1000,1500] [--seconds 20] [--json FILE]
// `enriched` is the real server with STREAM_CONTEXT_ENRICHMENT on a place that takes every request and never answers; `traced`
// sends its spans to such a place.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Child, startChild, type Usage } from '../lib/children.js';
import { quantile } from '../lib/statistics.js';
import { patience, warmUp } from '../lib/warm-up.js';
import { type Delays, totalDelay } from './script.js';

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));
const LOAD = fileURLToPath(new URL('./load.js', import.meta.url));
const SETTINGS: Readonly<Record<string, Delays>> = {
  instant: { finalMs: 0, firstTokenMs: 0, firstAudioMs: 0 },
  '100/200/100': { finalMs: 100, firstTokenMs: 200, firstAudioMs: 100 },
};
/** Not counted: the compiler has to see the code first, and every session has to have spoken once, ms. */
const WARM_UP_MS = 8000;
const IDLE_SESSIONS = 1000;

interface Row {
  readonly providers: string;
  readonly server: string;
  readonly sessions: number;
  readonly turns: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Of one core, percent. */
  readonly cpu: number;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function withPair<T>(
  kind: string,
  delays: Delays,
  work: (server: Child<{ url: string }>, load: Child<unknown>) => Promise<T>,
): Promise<T> {
  const server = await startChild<{ url: string }>(SERVER, [kind, JSON.stringify(delays)], 0);
  try {
    const load = await startChild(LOAD, [server.hello.url], 1);
    try {
      return await work(server, load);
    } finally {
      await load.stop();
    }
  } finally {
    await server.stop();
  }
}

async function measure(kind: string, providers: string, sessions: number, seconds: number): Promise<Row> {
  const delays = SETTINGS[providers] ?? { finalMs: 0, firstTokenMs: 0, firstAudioMs: 0 };
  return withPair(kind, delays, async (server, load) => {
    await warmUp(LOAD, server.hello.url, sessions);
    await load.ask({ connect: sessions });
    await pause(WARM_UP_MS);
    await load.ask({});
    const before = await server.ask<Usage>({});
    const began = performance.now();
    await pause(seconds * 1000 * patience(sessions));
    const { latencies, turns, closed } = await load.ask<{ latencies: number[]; turns: number; closed: number }>({});
    const after = await server.ask<Usage>({});
    if (closed > 0) throw new Error(`${closed} sessions were closed`);
    const own = latencies.map((ms) => ms - totalDelay(delays));
    return {
      providers,
      server: kind,
      sessions,
      turns,
      p50: quantile(own, 0.5),
      p95: quantile(own, 0.95),
      p99: quantile(own, 0.99),
      cpu: (after.cpuMicros - before.cpuMicros) / ((performance.now() - began) * 10),
    };
  });
}

/** Heap of the server per open session in which nothing happens, bytes. */
async function idleHeap(kind: string): Promise<number> {
  const instant = SETTINGS['instant'] as Delays;
  return withPair(kind, instant, async (server, load) => {
    await load.ask({ connect: 50, talking: false });
    const before = await server.ask<Usage>({ gc: true });
    await load.ask({ connect: IDLE_SESSIONS, talking: false });
    const after = await server.ask<Usage>({ gc: true });
    return (after.heapBytes - before.heapBytes) / IDLE_SESSIONS;
  });
}

function print(row: Row): void {
  const ms = (value: number) => value.toFixed(2).padStart(8);
  console.log(
    `${row.providers.padEnd(12)} ${row.server.padEnd(8)} ${String(row.sessions).padStart(5)} ${String(row.turns).padStart(6)}` +
      ` ${ms(row.p50)} ${ms(row.p95)} ${ms(row.p99)} ${row.cpu.toFixed(1).padStart(6)} %`,
  );
}

export async function runEngine(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      servers: { type: 'string', default: 'relay,parley' },
      sessions: { type: 'string', default: '1,100,400,1000,1500' },
      seconds: { type: 'string', default: '20' },
      json: { type: 'string' },
    },
  });
  const counts = values.sessions.split(',').map(Number);
  const rows: Row[] = [];
  console.log(
    'Own share of voice-to-voice: last speech chunk sent to first audio received, minus the providers’ waits, ms',
  );
  console.log('providers    server   calls  turns      p50      p95      p99    CPU of a core');
  for (const providers of Object.keys(SETTINGS)) {
    for (const sessions of counts) {
      for (const kind of values.servers.split(',')) {
        const row = await measure(kind, providers, sessions, Number(values.seconds));
        rows.push(row);
        print(row);
      }
    }
  }
  const heap = { relay: await idleHeap('relay'), parley: await idleHeap('parley') };
  console.log(`heap per idle session after GC: parley ${kb(heap.parley)}, bare ws ${kb(heap.relay)}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows, heap }, null, 2)}\n`);
}

const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
