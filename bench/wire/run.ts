// What Parley adds to a turn when every provider is behind its vendor's SDK and a socket, and what an audio frame costs it
// against a relay that only passes frames on.
//   npm run bench -- wire [--sessions 1,100,400] [--seconds 20] [--json FILE]
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startChild, type Usage } from '../lib/children.js';
import { quantile } from '../lib/statistics.js';
import { patience, warmUp } from '../lib/warm-up.js';
import { SILENCE_MS, vendorsShare, type VendorDelays } from './script.js';
import type { ParleySettings, Vendors } from './server.js';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const SETTINGS: Readonly<Record<string, VendorDelays>> = {
  instant: { finalMs: 0, firstTokenMs: 0, firstAudioMs: 0 },
  '100/200/100': { finalMs: 100, firstTokenMs: 200, firstAudioMs: 100 },
};
const WARM_UP_MS = 10_000;
/** The simulated answer: a sentence that takes 3 s to say. */
const REPLY_WORDS = 10;
const MS_PER_CHAR = 55;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface LoadReport {
  readonly latencies: readonly number[];
  readonly turns: number;
  readonly closed: number;
  readonly frames: number;
}

/** The simulated vendors in a process of their own, beside the load. */
async function startVendors(delays: VendorDelays): Promise<{ vendors: Vendors; process: ChildProcess }> {
  const knobs = {
    deepgram: { knobs: { silenceMs: SILENCE_MS, latency: { ms: delays.finalMs } } },
    openai: {
      replyWords: REPLY_WORDS,
      chat: { firstToken: { ms: delays.firstTokenMs } },
      speech: { firstAudio: { ms: delays.firstAudioMs }, msPerChar: MS_PER_CHAR },
    },
  };
  const child = spawn(process.execPath, [here('../../test/simulators/serve.js'), JSON.stringify(knobs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  spawnSync('taskset', ['-a', '-p', '-c', '1', String(child.pid)], { stdio: 'ignore' });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { vendors: JSON.parse(line) as Vendors, process: child };
}

async function run(
  kind: string,
  delays: VendorDelays,
  sessions: number,
  seconds: number,
  talk: boolean,
  settings: ParleySettings,
) {
  const { vendors, process: vendorProcess } = await startVendors(delays);
  const server = await startChild<{ url: string }>(
    here('./server.js'),
    [kind, JSON.stringify(vendors), JSON.stringify(settings)],
    0,
  );
  const load = await startChild(here('./load.js'), [server.hello.url], 1);
  try {
    if (talk) await warmUp(here('./load.js'), server.hello.url, sessions);
    await load.ask({ connect: sessions, talk });
    await pause(WARM_UP_MS);
    await load.ask({});
    const before = await server.ask<Usage>({});
    const began = performance.now();
    await pause(seconds * 1000 * patience(sessions));
    const report = await load.ask<LoadReport>({});
    const after = await server.ask<Usage>({});
    if (report.closed > 0) throw new Error(`${report.closed} sessions were closed`);
    const cpuMicros = after.cpuMicros - before.cpuMicros;
    return {
      own: report.latencies.map((ms) => ms - vendorsShare(delays)),
      turns: report.turns,
      cpu: cpuMicros / ((performance.now() - began) * 10),
      microsPerFrame: cpuMicros / report.frames,
    };
  } finally {
    await load.stop();
    await server.stop();
    vendorProcess.kill('SIGKILL');
  }
}

export async function runWire(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sessions: { type: 'string', default: '1,100,400' },
      seconds: { type: 'string', default: '20' },
      json: { type: 'string' },
    },
  });
  const seconds = Number(values.seconds);
  const rows: object[] = [];
  console.log(
    'Own share of voice-to-voice through the vendors’ SDKs: last loud frame sent to first audio received, minus',
  );
  console.log(`the simulated vendors’ waits (${SILENCE_MS} ms of silence and their delays), ms`);
  console.log('vendors      drafts  calls  turns      p50      p95      p99   CPU of a core');
  const ms = (value: number) => value.toFixed(1).padStart(8);
  for (const [name, delays] of Object.entries(SETTINGS)) {
    for (const sessions of values.sessions.split(',').map(Number)) {
      // With instant vendors there is nothing that a draft could save.
      for (const speculate of name === 'instant' ? [false] : [false, true]) {
        const { own, turns, cpu } = await run('parley', delays, sessions, seconds, true, { speculate });
        const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => quantile(own, part)) as [number, number, number];
        rows.push({ vendors: name, speculate, sessions, turns, p50, p95, p99, cpu });
        console.log(
          `${name.padEnd(12)} ${(speculate ? 'on' : 'off').padEnd(6)} ${String(sessions).padStart(6)} ${String(turns).padStart(6)}` +
            ` ${ms(p50)} ${ms(p95)} ${ms(p99)} ${cpu.toFixed(1).padStart(7)} %`,
        );
      }
    }
  }
  console.log('CPU per microphone frame (20 ms, 100 silent sessions), us:');
  const frames: Record<string, number> = {};
  const instant = { finalMs: 0, firstTokenMs: 0, firstAudioMs: 0 };
  for (const [name, kind, settings] of [
    ['relay', 'relay', {}],
    ['parley', 'parley', {}],
    ['parley, every frame a message', 'parley', { sendEveryMs: 0 }],
  ] as const) {
    const { microsPerFrame } = await run(kind, instant, 100, seconds, false, settings);
    frames[name] = microsPerFrame;
    console.log(`  ${name.padEnd(32)} ${microsPerFrame.toFixed(1)}`);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows, frames }, null, 2)}\n`);
}
