// The thread of the voice detector: one Silero model for all calls of the process. A run of the model takes 0.1 to 1 ms,
// during which nothing else happens on its thread. Frames of many calls go through it together, which costs a third of one
// after another. Started from the source by Node itself under Jest: so only TypeScript that can be erased, and files of
// ours are imported by the ending of this one.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { SpeechGate as Gate } from './speech-gate.js';
import type { FromWorker, ToWorker, WorkerSettings } from './silero-wire.js';

const settings = workerData as WorkerSettings;
const { frameSamples: FRAME, contextSamples: CONTEXT, stateSize: STATE, maxBatch, gatherMs, sampleRate } = settings;
const INPUT = CONTEXT + FRAME;
const HALF = STATE / 2;
const FRAME_MS = (FRAME * 1000) / sampleRate;

/** One call's state: what the model remembers of it, and where in its ring the next frame lies. */
class Call {
  readonly id: number;
  /** [samples written, samples decided], by the two threads. */
  readonly counters: Int32Array;
  readonly ring: Int16Array;
  /** The LSTM's h, then its c. */
  readonly state = new Float32Array(STATE);
  /** The last samples of the frame before, which the model wants in front of each. */
  readonly context = new Float32Array(CONTEXT);
  readonly gate: Gate;
  decided = 0;
  open = true;

  constructor(id: number, memory: SharedArrayBuffer, gate: Gate) {
    this.id = id;
    this.counters = new Int32Array(memory, 0, 2);
    this.ring = new Int16Array(memory, 8);
    this.gate = gate;
  }

  get ready(): boolean {
    return this.open && Atomics.load(this.counters, 0) - this.decided >= FRAME;
  }

  /** Writes the model's input for the next frame to `input` from `at`. */
  read(input: Float32Array, at: number): void {
    input.set(this.context, at);
    // The ring holds whole frames, so that none lies around its end.
    const from = this.decided % this.ring.length;
    for (let n = 0; n < FRAME; n += 1) input[at + CONTEXT + n] = (this.ring[from + n] as number) / 32_768;
    this.context.set(input.subarray(at + FRAME, at + INPUT));
  }
}

const tell = (message: FromWorker): void => parentPort?.postMessage(message);

async function load() {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const own = (name: string): string => `./${name}${import.meta.url.slice(-3)}`;
  const { SpeechGate } = (await import(own('speech-gate'))) as typeof import('./speech-gate.js');
  const { LoadWatch } = (await import(own('load-watch'))) as typeof import('./load-watch.js');
  const session = await InferenceSession.create(settings.model, {
    executionProviders: ['cpu'],
    // One thread: this one. More would take processors from the calls and gain nothing on matrices this small.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  return { session, Tensor, SpeechGate, loadWatch: new LoadWatch(FRAME_MS) };
}

const { session, Tensor, SpeechGate, loadWatch } = await load();
const calls = new Map<number, Call>();
const end = new AbortController();
let wake: (() => void) | undefined;

const sampleRateTensor = new Tensor('int64', BigInt64Array.of(BigInt(sampleRate)), []);
const input = new Float32Array(maxBatch * INPUT);
const state = new Float32Array(maxBatch * STATE);
const nextState = new Float32Array(maxBatch * STATE);
const probabilities = new Float32Array(maxBatch);
interface Shape {
  readonly feeds: Record<string, OrtTensor>;
  readonly fetches: Record<string, OrtTensor>;
}
/** Views of the four arrays above for batches of 1, 2, ... calls, made once. */
const shapes = Array.from({ length: maxBatch }, (_, index): Shape => {
  const size = index + 1;
  const of = (data: Float32Array, dims: number[]) =>
    new Tensor(
      'float32',
      data.subarray(
        0,
        dims.reduce((product, dim) => product * dim),
      ),
      dims,
    );
  return {
    feeds: { input: of(input, [size, INPUT]), state: of(state, [2, size, HALF]), sr: sampleRateTensor },
    fetches: { output: of(probabilities, [size, 1]), stateN: of(nextState, [2, size, HALF]) },
  };
});

/** Decides the next frame of each of these calls, in one run of the model. */
async function decide(batch: readonly Call[]): Promise<void> {
  const size = batch.length;
  const { feeds, fetches } = shapes[size - 1] as Shape;
  batch.forEach((call, at) => {
    call.read(input, at * INPUT);
    state.set(call.state.subarray(0, HALF), at * HALF);
    state.set(call.state.subarray(HALF), (size + at) * HALF);
  });
  await session.run(feeds, fetches);
  batch.forEach((call, at) => {
    call.state.set(nextState.subarray(at * HALF, (at + 1) * HALF));
    call.state.set(nextState.subarray((size + at) * HALF, (size + at + 1) * HALF), HALF);
    call.decided += FRAME;
    const event = call.gate.step(probabilities[at] as number);
    if (event !== undefined && call.open) {
      tell({ id: call.id, event: { type: event.type, audioMs: event.frame * FRAME_MS } });
    }
    // After the event: what is decided has been told.
    Atomics.store(call.counters, 1, call.decided);
  });
}

/** Takes one frame of each call that has one; returns whether there may be more at once. */
async function pass(): Promise<boolean> {
  let batch: Call[] = [];
  let full = false;
  for (const call of calls.values()) {
    if (!call.ready) continue;
    batch.push(call);
    if (batch.length < maxBatch) continue;
    full = true;
    await decide(batch);
    batch = [];
  }
  if (batch.length > 0) await decide(batch);
  return full;
}

/** Gives up these many calls, the newest first, so that the others are decided in time. */
function drop(count: number): void {
  const newest = count > 0 ? [...calls.values()].slice(-count) : [];
  for (const call of newest) {
    call.open = false;
    calls.delete(call.id);
    tell({ id: call.id, dropped: true });
  }
}

async function serve(): Promise<void> {
  while (!end.signal.aborted) {
    if (calls.size === 0) {
      await new Promise<void>((resolve) => (wake = resolve));
      continue;
    }
    const began = performance.now();
    const more = await pass();
    drop(loadWatch.round(performance.now() - began, calls.size));
    if (!more) await sleep(gatherMs);
  }
  await session.release();
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.op === 'open') {
    calls.set(message.id, new Call(message.id, message.memory, new SpeechGate(settings.gate, FRAME_MS)));
  } else if (message.op === 'close') {
    const call = calls.get(message.id);
    if (call !== undefined) call.open = false;
    calls.delete(message.id);
  } else if (message.op === 'ping') tell({ pong: true });
  else {
    end.abort();
    parentPort?.close();
  }
  wake?.();
});
// The first run makes what later ones reuse.
const [single] = shapes as [Shape];
await session.run(single.feeds, single.fetches);
tell({ ready: true });
await serve();
