// What becomes of calls when twice as many come as a process can serve, with load shedding and without.
//   npm run bench -- overload [--normal 600] [--offered 3000] [--seconds 20]
// Voice-to-voice with providers of 100, 200 and 100 ms in the server's process: last chunk of speech to first audio.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Knocks } from '../engine/load.js';
import { type Child, startChild, type Usage } from '../lib/children.js';
import { quantile } from '../lib/statistics.js';

const SERVER = fileURLToPath(new URL('../engine/server.js', import.meta.url));
const LOAD = fileURLToPath(new URL('../engine/load.js', import.meta.url));
const DELAYS = JSON.stringify({ finalMs: 100, firstTokenMs: 200, firstAudioMs: 100 });
/** Handshakes come so fast, a second. */
const RATE = 100;
const SETTLE_MS = 8_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Told {
  readonly latencies: readonly number[];
  readonly closed: number;
}

/** Voice-to-voice of the calls that there are, over so many seconds, and the server's use of a core, percent. */
async function listen(server: Child<unknown>, load: Child<unknown>, seconds: number) {
  await pause(SETTLE_MS);
  await load.ask({});
  const before = await server.ask<Usage>({});
  const began = performance.now();
  await pause(seconds * 1000);
  const { latencies, closed } = await load.ask<Told>({});
  const after = await server.ask<Usage>({});
  const cpu = (after.cpuMicros - before.cpuMicros) / ((performance.now() - began) * 10);
  return { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95), turns: latencies.length, closed, cpu };
}

async function row(kind: string, offered: number, seconds: number): Promise<void> {
  const server = await startChild<{ url: string }>(SERVER, [kind, DELAYS], 0);
  const load = await startChild(LOAD, [server.hello.url], 1);
  try {
    const { admitted, refused } = await load.ask<Knocks>({ knock: offered, overMs: (offered / RATE) * 1000 });
    const { p50, p95, turns, closed, cpu } = await listen(server, load, seconds);
    const waits = refused.map(({ ms }) => ms);
    const answers = [...new Set(refused.map(({ status, retryAfter }) => `${status}, Retry-After ${retryAfter}`))];
    console.log(
      [
        kind.padEnd(9),
        String(offered).padStart(5),
        String(admitted).padStart(8),
        `${p50.toFixed(0)} / ${p95.toFixed(0)}`.padStart(12),
        String(turns).padStart(6),
        String(closed).padStart(6),
        `${cpu.toFixed(0)} %`.padStart(6),
        refused.length === 0
          ? ''
          : `${refused.length} refused (${answers.join('; ')}), p50 ${quantile(waits, 0.5).toFixed(1)}, p95 ${quantile(waits, 0.95).toFixed(1)} ms`,
      ].join(' '),
    );
  } finally {
    await load.stop();
    await server.stop();
  }
}

export async function runOverload(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      normal: { type: 'string', default: '600' },
      offered: { type: 'string', default: '3000' },
      seconds: { type: 'string', default: '20' },
    },
  });
  const [normal, offered, seconds] = [Number(values.normal), Number(values.offered), Number(values.seconds)];
  console.log('server    calls admitted  p50/p95, ms  turns closed   core');
  await row('parley', normal, seconds);
  await row('shedding', normal, seconds);
  await row('shedding', offered, seconds);
  await row('parley', offered, seconds);
}
