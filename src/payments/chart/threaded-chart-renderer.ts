import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { ChartError } from './chart.port.js';
import type { ChartRenderer, Drawing } from './chart.port.js';

/** Most charts waiting or being drawn: with 150 ms each, more would not be ready in time anyway. */
const MOST_JOBS = 16;
/** The thread holds about 60 MB: it goes when nobody has wanted a chart for so long, ms. */
const IDLE_MS = 5 * 60_000;
/** Longest drawing, ms, with loading; a thread that takes longer is replaced. */
const STUCK_MS = 15_000;

/** Pixels for one of the drawing, and the most of a picture: a long table gets fewer. */
const ZOOM = 2;
const MOST_PIXELS = 8_000_000;

export const CHART_FONT = 'DejaVu Sans';
/** The font that charts are measured and drawn with, from its package: the same on every machine. */
export const CHART_FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

interface Job {
  resolve(png: Uint8Array): void;
  reject(error: unknown): void;
}

type Reply = { readonly id: number } & ({ readonly png: Uint8Array } | { readonly error: string });

/** Draws in one worker thread, made when the first chart is wanted. */
export class ThreadedChartRenderer implements ChartRenderer {
  private worker: Worker | undefined;
  private readonly jobs = new Map<number, Job>();
  private nextId = 1;
  private idle: NodeJS.Timeout | undefined;
  private stuck: NodeJS.Timeout | undefined;

  async toPng({ svg, width, height }: Drawing, signal: AbortSignal): Promise<Uint8Array> {
    signal.throwIfAborted();
    if (this.jobs.size >= MOST_JOBS) throw new ChartError('busy', 'Too many charts are being drawn.');
    const worker = this.start();
    const id = this.nextId++;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        this.jobs.set(id, { resolve, reject });
        onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new ChartError('failed', 'Aborted.'));
        signal.addEventListener('abort', onAbort, { once: true });
        worker.postMessage({ id, svg, zoom: Math.min(ZOOM, Math.sqrt(MOST_PIXELS / (width * height))) });
        this.watch();
      });
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
      this.jobs.delete(id);
      this.watch();
    }
  }

  async close(): Promise<void> {
    await this.stop(new ChartError('failed', 'Drawing was stopped.'));
  }

  private start(): Worker {
    if (this.worker !== undefined) return this.worker;
    // Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind.
    const file = new URL(`./chart-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
    const workerData = { fontFile: CHART_FONT_FILE, fontFamily: CHART_FONT };
    const worker = new Worker(file, { workerData, env: {}, execArgv: [] });
    worker.on('message', (reply: Reply) => this.settle(reply));
    const lost = (cause?: unknown) => {
      if (this.worker === worker) void this.stop(new ChartError('failed', 'The drawing thread ended.', { cause }));
    };
    worker.on('error', lost);
    worker.on('exit', () => lost());
    this.worker = worker;
    return worker;
  }

  private settle(reply: Reply): void {
    const job = this.jobs.get(reply.id);
    // Nobody waits for it any more.
    if (job === undefined) return;
    if ('error' in reply) job.reject(new ChartError('failed', `The chart could not be drawn: ${reply.error}`));
    else job.resolve(reply.png);
  }

  /** Keeps the two timers in step with whether there is work: with it the thread keeps the process alive, idle it does not. */
  private watch(): void {
    clearTimeout(this.idle);
    clearTimeout(this.stuck);
    if (this.worker === undefined) return;
    const stop = (message: string) => () => void this.stop(new ChartError('failed', message));
    if (this.jobs.size === 0) {
      this.worker.unref();
      this.idle = setTimeout(stop('idle'), IDLE_MS).unref();
    } else {
      this.worker.ref();
      this.stuck = setTimeout(stop('Drawing took too long.'), STUCK_MS).unref();
    }
  }

  private async stop(reason: ChartError): Promise<void> {
    clearTimeout(this.idle);
    clearTimeout(this.stuck);
    const { worker } = this;
    this.worker = undefined;
    for (const job of this.jobs.values()) job.reject(reason);
    await worker?.terminate();
  }
}
