// The clients of the transcription benchmark: real multipart forms over real HTTP.
import { encodeWav } from '../../src/audio/wav.js';

export interface TranscribeServer {
  readonly url: string;
  readonly apiKey: string;
}

/** What to send. */
export type TranscribePhase =
  /** Another file each time, so many a second, whether answers come or not. */
  | { readonly kind: 'fresh'; readonly rate: number; readonly seconds: number; readonly audioSeconds: number }
  /** The same file, one after another. */
  | { readonly kind: 'same'; readonly count: number; readonly audioSeconds: number };

export interface TranscribeReport {
  /** From the moment a request was due to its whole answer, ms. */
  readonly latencies: readonly number[];
  /** What the server says of itself in `latencyMs`, ms. */
  readonly serverLatencies: readonly number[];
  readonly failed: number;
  readonly cached: number;
}

interface Answer {
  readonly cached: boolean;
  readonly latencyMs: number;
}

const [url = '', apiKey = ''] = process.argv.slice(2);
const RATE = 16_000;
let files = 0;

/** Noise, and a number that makes it like no other file. */
function anotherFile(audioSeconds: number): Uint8Array {
  files += 1;
  const samples = Int16Array.from({ length: RATE * audioSeconds }, () => Math.round((Math.random() - 0.5) * 8000));
  samples[0] = files;
  return encodeWav(new Uint8Array(samples.buffer), RATE);
}

async function post(file: Uint8Array): Promise<Answer | undefined> {
  const form = new FormData();
  form.append('audio', new Blob([file], { type: 'audio/wav' }), 'speech.wav');
  const response = await fetch(url, { method: 'POST', body: form, headers: { 'x-api-key': apiKey } });
  const body = (await response.json()) as Answer;
  return response.ok ? body : undefined;
}

class Report implements TranscribeReport {
  readonly latencies: number[] = [];
  readonly serverLatencies: number[] = [];
  failed = 0;
  cached = 0;

  async measure(file: Uint8Array, dueAt: number): Promise<void> {
    const answer = await post(file);
    this.latencies.push(performance.now() - dueAt);
    if (answer === undefined) this.failed += 1;
    else this.serverLatencies.push(answer.latencyMs);
    if (answer?.cached === true) this.cached += 1;
  }
}

/** By the clock and not by the answers: a slow server does not get fewer requests. */
async function fresh(rate: number, seconds: number, audioSeconds: number): Promise<TranscribeReport> {
  const report = new Report();
  const from = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n += 1) {
    const dueAt = from + (n * 1000) / rate;
    const file = anotherFile(audioSeconds);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())));
    running.push(report.measure(file, dueAt));
  }
  await Promise.all(running);
  return report;
}

async function same(count: number, audioSeconds: number): Promise<TranscribeReport> {
  const report = new Report();
  const file = anotherFile(audioSeconds);
  await post(file);
  for (let n = 0; n < count; n += 1) await report.measure(file, performance.now());
  return report;
}

process.on('message', (phase: TranscribePhase) => {
  const run =
    phase.kind === 'fresh'
      ? fresh(phase.rate, phase.seconds, phase.audioSeconds)
      : same(phase.count, phase.audioSeconds);
  void run.then(({ latencies, serverLatencies, failed, cached }) =>
    process.send?.({ latencies, serverLatencies, failed, cached } satisfies TranscribeReport),
  );
});
process.send?.({ ready: true });
