// Voice activity alone: what it costs at so many calls, when it hears a voice, and what else it takes for one.
//   npm run bench -- vad [--sessions 1,100,400,800] [--seconds 20] [--json FILE]
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EnergyVad } from '../../src/vad/energy/energy-vad.js';
import { SileroVad } from '../../src/vad/silero/silero-vad.js';
import { startChild } from '../lib/children.js';
import { quantile } from '../lib/statistics.js';
import { type Hearing, falseStarts, speechHeard } from './hearing.js';
import type { Report } from './server.js';

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));
/** Not counted: the compiler has to see the code first, ms. */
const WARM_UP_MS = 5000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Load extends Report {
  /** CPU of a core, percent. */
  readonly cpu: number;
  readonly main: number;
}

/** Two threads share the work, and have two processors if they are there; what is counted is the time that they took. */
async function load(kind: string, calls: number, seconds: number): Promise<Load> {
  const server = await startChild(SERVER, [kind, String(calls)]);
  try {
    await pause(WARM_UP_MS);
    await server.ask<Report>({});
    const began = performance.now();
    await pause(seconds * 1000);
    const report = await server.ask<Report>({});
    const share = (micros: number) => micros / ((performance.now() - began) * 10);
    return { ...report, cpu: share(report.cpuMicros), main: share(report.mainMicros) };
  } finally {
    await server.stop();
  }
}

async function costs(counts: readonly number[], seconds: number): Promise<object[]> {
  console.log(
    'CPU of voice activity, of one core, in real time (20 ms chunks of speech); what the bench costs is taken off',
  );
  console.log(
    'detector  calls     all    main  calls a core   onset to event (audio) p50   p95   p99   late calls   RSS',
  );
  const rows: object[] = [];
  for (const calls of counts) {
    const bare = await load('nothing', calls, seconds);
    for (const kind of ['energy', 'silero']) {
      const report = await load(kind, calls, seconds);
      const cpu = report.cpu - bare.cpu;
      const main = report.main - bare.main;
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => quantile(report.onsets, part)) as [
        number,
        number,
        number,
      ];
      const perCore = (100 * calls) / cpu;
      const rssMb = (report.rssBytes - bare.rssBytes) / 2 ** 20;
      rows.push({ kind, calls, cpu, main, perCore, p50, p95, p99, late: report.late, rssMb });
      console.log(
        `${kind.padEnd(8)} ${String(calls).padStart(6)} ${cpu.toFixed(1).padStart(6)}% ${main.toFixed(1).padStart(6)}%` +
          ` ${perCore.toFixed(0).padStart(13)} ${p50.toFixed(0).padStart(28)} ${p95.toFixed(0).padStart(5)} ${p99.toFixed(0).padStart(5)}` +
          ` ${String(report.late).padStart(12)} ${rssMb.toFixed(0).padStart(4)} MB`,
      );
    }
  }
  return rows;
}

function printHearing(rows: readonly Hearing[]): void {
  console.log(
    'Speech of three voices: heard; from its true beginning to the event, ms of audio; and where the event puts it',
  );
  console.log('speech               detector  found   split  false   p50   p95   begins p50   p95   ends p50   p95');
  for (const { name, detector, utterances, found, split, early, latencies, beginErrors, endErrors } of rows) {
    const both = (values: readonly number[], widths: readonly [number, number]) =>
      [0.5, 0.95]
        .map((part, at) =>
          quantile(values, part)
            .toFixed(0)
            .padStart(widths[at] ?? 0),
        )
        .join(' ');
    console.log(
      `${name.padEnd(20)} ${detector.padEnd(8)} ${`${found}/${utterances}`.padStart(6)} ${String(split).padStart(7)} ${String(early).padStart(6)}` +
        ` ${both(latencies, [5, 5])} ${both(beginErrors, [12, 5])} ${both(endErrors, [10, 5])}`,
    );
  }
}

export async function runVad(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sessions: { type: 'string', default: '1,100,400,800' },
      seconds: { type: 'string', default: '20' },
      json: { type: 'string' },
    },
  });
  const silero = new SileroVad({ warn: (message) => console.log(message) });
  await silero.warmUp();
  const energy = new EnergyVad();
  try {
    const hearings = await speechHeard([energy, silero]);
    printHearing(hearings);
    const starts = await falseStarts([energy, silero]);
    console.log('What is not speech, 8 s each: how often speech "began", and for how long it lasted');
    console.table(starts);
    const rows = await costs(values.sessions.split(',').map(Number), Number(values.seconds));
    if (values.json !== undefined) {
      writeFileSync(values.json, `${JSON.stringify({ hearings, starts, rows }, null, 2)}\n`);
    }
  } finally {
    await silero.close();
  }
}
