// npm run bench -- voice: the keyless voice beside a run of the flite program for each sentence, which it was before.
// The same sentences in turn, one voice after the other: time from the text to the first sound (ms), and CPU of a sentence
// (ms). Without the program (`apt-get install flite`) only ours is measured. Nothing else should run: both are computing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FLITE_VOICES } from '../../src/flite/flite.js';
import { FliteTts } from '../../src/tts/flite/flite-tts.js';
import { quantile } from '../lib/statistics.js';

const SENTENCES = [
  'No.',
  'One moment.',
  'I found twelve transactions for client five thousand and one.',
  'Refunds are made within thirty days of the purchase, if the goods come back in the state in which they were sold.',
];
const DEFAULT_RUNS = '15';
const SAMPLE_RATE = 16_000;

interface Cost {
  readonly firstSoundMs: number;
  readonly cpuMs: number;
  readonly speechMs: number;
}

/** Through the port, as a call does it. */
function ours(tts: FliteTts, voice: string, text: string): Promise<Cost> {
  const before = process.cpuUsage();
  const began = performance.now();
  return new Promise((resolve, reject) => {
    let firstSoundMs: number | undefined;
    let bytes = 0;
    const stream = tts.open({ voice, language: 'en-US', sampleRate: SAMPLE_RATE }, (event) => {
      if (event.type === 'failed') reject(event.error);
      if (event.type === 'audio') {
        firstSoundMs ??= performance.now() - began;
        bytes += event.chunk.length;
      }
      if (event.type !== 'ended') return;
      const { user, system } = process.cpuUsage(before);
      resolve({ firstSoundMs: firstSoundMs ?? Number.NaN, cpuMs: (user + system) / 1000, speechMs: bytes / 32 });
    });
    stream.speak(0, text);
    stream.end();
  });
}

/** A process and a file, as a server would have to use the program: it cannot write into Node's pipes. */
function program(file: string, voice: string, text: string): Cost | undefined {
  const args = ['-voice', voice, '-t', text, '-o', file];
  const began = performance.now();
  if (spawnSync('flite', args).status !== 0) return undefined;
  const speechMs = (readFileSync(file).length - 44) / 32;
  const firstSoundMs = performance.now() - began;
  // Node does not tell what a child's CPU was; the shell does.
  const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time flite "$@"', 'time', ...args], { encoding: 'utf8' });
  const [user = 0, system = 0] = timed.stderr.trim().split(' ').map(Number);
  return { firstSoundMs, cpuMs: (user + system) * 1000, speechMs };
}

export async function runVoice(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { runs: { type: 'string', default: DEFAULT_RUNS } } });
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const tts = new FliteTts();
  const booted = performance.now();
  await tts.warmUp();
  console.log(`ready after ${Math.round(performance.now() - booted)} ms`);
  const costs = new Map<string, Cost[]>();
  const note = (key: string, cost: Cost | undefined): void => {
    if (cost !== undefined) costs.set(key, [...(costs.get(key) ?? []), cost]);
  };
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const voice of FLITE_VOICES.slice(0, 3)) {
      for (const text of SENTENCES) {
        note(`${text.length} characters, thread`, await ours(tts, voice, text));
        note(`${text.length} characters, program`, program(join(folder, 'say.wav'), voice, text));
        await sleep(1);
      }
    }
  }
  await tts.close();
  rmSync(folder, { recursive: true, force: true });
  const middle = (all: readonly Cost[], of: (cost: Cost) => number): number => Math.round(quantile(all.map(of), 0.5));
  const rows = [...costs].map(([key, all]) => [
    key,
    {
      'first sound p50, ms': middle(all, (cost) => cost.firstSoundMs),
      'first sound p95, ms': Math.round(
        quantile(
          all.map((cost) => cost.firstSoundMs),
          0.95,
        ),
      ),
      'CPU p50, ms': middle(all, (cost) => cost.cpuMs),
      'speech p50, ms': middle(all, (cost) => cost.speechMs),
    },
  ]);
  console.table(Object.fromEntries(rows));
}
