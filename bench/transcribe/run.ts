// One-shot transcription: what a client waits for POST /api/transcribe when the provider takes 50 ms, and for an answer
// from the cache. Server and clients in processes of their own; the simulated provider runs here.
//   npm run bench -- transcribe [--rate 20] [--seconds 20] [--audio 3] [--json FILE]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DeepgramMediaSimulator } from '../../test/simulators/deepgram-media.js';
import { SIMULATED_DEEPGRAM_KEY } from '../../test/simulators/deepgram.js';
import { startChild, type Usage } from '../lib/children.js';
import { quantile } from '../lib/statistics.js';
import type { TranscribePhase, TranscribeReport, TranscribeServer } from './load.js';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const PROVIDER_MS = 50;
const WARM_UP_REQUESTS_S = 3;
const REPEATS = 500;
const QUANTILES = [0.5, 0.95, 0.99, 1] as const;

export async function runTranscribe(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '20' },
      audio: { type: 'string', default: '3' },
      json: { type: 'string' },
    },
  });
  const [rate, seconds, audioSeconds] = [Number(values.rate), Number(values.seconds), Number(values.audio)];
  const vendor = await DeepgramMediaSimulator.start({ knobs: { latency: { ms: PROVIDER_MS } }, keepRequests: false });
  const bare = await bareFloor(audioSeconds);
  const server = await startChild<TranscribeServer>(
    here('./server.js'),
    ['parley', vendor.url, SIMULATED_DEEPGRAM_KEY],
    0,
  );
  const load = await startChild(here('./load.js'), [server.hello.url, server.hello.apiKey], 1);
  const ask = (phase: TranscribePhase) => load.ask<TranscribeReport>(phase);
  try {
    await ask({ kind: 'fresh', rate, seconds: WARM_UP_REQUESTS_S, audioSeconds });
    const before = await server.ask<Usage>({});
    const began = performance.now();
    const fresh = await ask({ kind: 'fresh', rate, seconds, audioSeconds });
    const after = await server.ask<Usage>({});
    const cpu = (after.cpuMicros - before.cpuMicros) / ((performance.now() - began) * 10);
    const same = await ask({ kind: 'same', count: REPEATS, audioSeconds });

    console.log(`\none-shot transcription: files of ${audioSeconds} s, a provider that takes ${PROVIDER_MS} ms`);
    console.log('                              requests failed cached   p50     p95     p99     max ms');
    print(`${rate} a second, each another file`, fresh);
    print('the same file again and again', same);
    print('the same, to a bare server', bare);
    console.log(`CPU of the server at ${rate} a second: ${cpu.toFixed(1)} % of a core`);
    if (values.json !== undefined) {
      const rows = {
        rate,
        audioSeconds,
        fresh: summary(fresh),
        same: summary(same),
        bare: summary(bare),
        cpuPercent: cpu,
      };
      writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
    }
  } finally {
    await load.stop();
    await server.stop();
    await vendor.close();
  }
}

/** What the same requests cost where nothing is done for them, on this machine at this moment. */
async function bareFloor(audioSeconds: number): Promise<TranscribeReport> {
  const server = await startChild<TranscribeServer>(here('./server.js'), ['bare'], 0);
  const load = await startChild(here('./load.js'), [server.hello.url, server.hello.apiKey], 1);
  try {
    return await load.ask<TranscribeReport>({ kind: 'same', count: REPEATS, audioSeconds } satisfies TranscribePhase);
  } finally {
    await load.stop();
    await server.stop();
  }
}

function summary({ latencies, serverLatencies, failed, cached }: TranscribeReport) {
  const of = (values: readonly number[]) => QUANTILES.map((part) => quantile(values, part));
  return { requests: latencies.length, failed, cached, clientMs: of(latencies), serverMs: of(serverLatencies) };
}

function print(name: string, report: TranscribeReport): void {
  const { requests, failed, cached, clientMs, serverMs } = summary(report);
  const numbers = (values: readonly number[]) => values.map((ms) => ms.toFixed(2).padStart(7)).join(' ');
  const counts = [requests, failed, cached].map((count) => String(count).padStart(6)).join(' ');
  console.log(`${name.padEnd(31)} ${counts} ${numbers(clientMs)}   as the client sees it`);
  console.log(`${''.padEnd(31)} ${' '.repeat(20)} ${numbers(serverMs)}   as the server says (without the upload)`);
}
