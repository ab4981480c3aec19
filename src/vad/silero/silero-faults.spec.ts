// The thread's faults, played by small programs in its place: calls go on, operators hear of it, nothing is left.
import { bytesOf } from '../../audio/pcm16.js';
import { activeResources } from '../../../test/support/leftovers.js';
import { waitFor } from '../../../test/support/wait-for.js';
import type { VadEvent } from '../vad.port.js';
import type { SileroStream } from './silero-stream.js';
import { SileroVad, type SileroVadOptions } from './silero-vad.js';

const RATE = 16_000;
const PATIENCE_MS = 15_000;

const program = (code: string): URL =>
  new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';\n${code}`)}`);

/** Decides nothing, answers questions, ends when it is told to. */
const IDLE = `
  parentPort.on('message', (message) => {
    if (message.op === 'ping') parentPort.postMessage({ pong: true });
    if (message.op === 'end') parentPort.close();
  });
  parentPort.postMessage({ ready: true });`;
/** Says at once that speech has begun; dies when half a second of audio has come. */
const MORTAL = `
  parentPort.on('message', (message) => {
    if (message.op === 'end') process.exit(0);
    if (message.op !== 'open') return;
    parentPort.postMessage({ id: message.id, event: { type: 'speech.started', audioMs: 0 } });
    const counters = new Int32Array(message.memory, 0, 2);
    setInterval(() => {
      if (Atomics.load(counters, 0) >= 8000) throw new Error('out of luck');
    }, 2);
  });
  parentPort.postMessage({ ready: true });`;

class Scene {
  readonly warnings: string[] = [];
  readonly events: VadEvent[] = [];
  readonly vad: SileroVad;

  constructor(options: Partial<SileroVadOptions>) {
    this.vad = new SileroVad({ warn: (message) => this.warnings.push(message), ...options });
  }

  open(): SileroStream {
    return this.vad.open({ sampleRate: RATE }, (event) => this.events.push(event));
  }
}

/** Pushes this much of a loud buzz, or of silence. */
function push(stream: SileroStream, ms: number, loud: boolean): void {
  for (let at = 0; at < ms; at += 20) {
    stream.push(bytesOf(Int16Array.from({ length: 320 }, (_, n) => (loud ? 8000 * (n % 40 < 20 ? 1 : -1) : 0))));
  }
}

/** Threads of this process that run JavaScript, without the main one and what other suites have left. */
const running = (): number => (process.report.getReport() as { workers: unknown[] }).workers.length;
const before = running();
const threads = (): number => running() - before;

const spoken = (stream: SileroStream): void => {
  push(stream, 500, false);
  push(stream, 1000, true);
  push(stream, 600, false);
};

let scene: Scene;
afterEach(() => scene.vad.close());

describe('SileroVad when it cannot be used', () => {
  it.each<[string, Partial<SileroVadOptions>, RegExp]>([
    ['the library is missing', { script: program(`await import('no-such-library');`) }, /no-such-library/],
    ['the model is missing', { model: '/nonexistent/model.onnx' }, /model\.onnx/],
    ['the thread ends before it is ready', { script: program('process.exit(3);') }, /ended with code 3/],
  ])('has the energy detector and says so once: %s', async (_, options, reason) => {
    scene = new Scene(options);
    const early = scene.open();
    push(early, 400, false);
    push(early, 300, true);
    await scene.vad.warmUp();
    // What came before the fault was known is not lost.
    await waitFor(() => scene.events.length === 1, PATIENCE_MS);
    expect(scene.events[0]?.audioMs).toBe(400);
    spoken(scene.open());
    expect(scene.events.map(({ type }) => type)).toEqual(['speech.started', 'speech.started', 'speech.stopped']);
    await scene.vad.warmUp();
    expect(scene.warnings).toHaveLength(1);
    expect(scene.warnings[0]).toMatch(reason);
    expect(scene.warnings[0]).toMatch(/energy detector.*npm ci.*VAD_PROVIDER=energy/);
  });

  it('refuses thresholds that make no sense', () => {
    expect(() => new SileroVad({ warn: () => undefined, onset: 0.3, offset: 0.5 })).toThrow(RangeError);
  });
});

describe('a thread that dies', () => {
  it('takes no call along, and is started again so often, and no more', async () => {
    scene = new Scene({ script: program(MORTAL), maxRestarts: 1 });
    for (const life of [1, 2]) {
      scene.events.length = 0;
      await scene.vad.warmUp();
      const stream = scene.open();
      await waitFor(() => scene.events.length === 1, PATIENCE_MS);
      push(stream, 600, true);
      await waitFor(() => !stream.hasSlot, PATIENCE_MS);
      push(stream, 600, false);
      expect(scene.events.map(({ type }) => type)).toEqual(['speech.started', 'speech.stopped']);
      expect(scene.events[1]?.audioMs).toBe(600);
      expect(scene.warnings).toHaveLength(life);
    }
    expect(scene.warnings[0]).toMatch(/out of luck.*1 of 1 restarts left/);
    expect(scene.warnings[1]).toMatch(/not started again/);
    expect(scene.open().hasSlot).toBe(false);
    expect(scene.warnings).toHaveLength(2);
  });

  it('does not bring back a call before its time, nor in the middle of speech', async () => {
    scene = new Scene({ script: program(MORTAL), returnAfterMs: 1000 });
    await scene.vad.warmUp();
    const stream = scene.open();
    push(stream, 600, false);
    await waitFor(() => !stream.hasSlot, PATIENCE_MS);
    push(stream, 900, false);
    push(stream, 300, true);
    expect(stream.hasSlot).toBe(false);
    push(stream, 600, false);
    expect(stream.hasSlot).toBe(true);
  });
});

describe('a thread that is behind', () => {
  it('loses calls to the energy detector, which is said once a minute and not while the model loads', async () => {
    scene = new Scene({ script: program(IDLE), maxLagMs: 320 });
    const early = scene.open();
    push(early, 400, false);
    expect(early.hasSlot).toBe(false);
    expect(scene.warnings).toEqual([]);
    await scene.vad.warmUp();
    for (const stream of [scene.open(), scene.open()]) {
      push(stream, 300, false);
      expect(stream.pendingMs).toBe(300);
      expect(stream.hasSlot).toBe(true);
      push(stream, 100, false);
      expect(stream.hasSlot).toBe(false);
      expect(stream.pendingMs).toBe(0);
    }
    expect(scene.vad.lateCalls).toBe(3);
    expect(scene.warnings).toHaveLength(1);
    expect(scene.warnings[0]).toMatch(/cannot keep up with 3 calls.*energy detector .2 so far/);
  });
});

describe('the end', () => {
  it('leaves open calls to the energy detector, and no thread', async () => {
    scene = new Scene({ script: program(IDLE) });
    await scene.vad.warmUp();
    const stream = scene.open();
    await Promise.all([scene.vad.close(), scene.vad.close()]);
    spoken(stream);
    spoken(scene.open());
    expect(scene.events).toHaveLength(4);
    expect(scene.warnings).toEqual([]);
    expect(threads()).toBe(0);
  });

  it('need not be waited for by a process that has nothing else to do', async () => {
    const ports = () => activeResources().get('MessagePort') ?? 0;
    const others = ports();
    scene = new Scene({ script: program(IDLE) });
    await scene.vad.warmUp();
    scene.open();
    expect(ports()).toBe(others);
  });

  it('ends a thread that does not listen, too', async () => {
    scene = new Scene({ script: program(IDLE.replace('parentPort.close()', '0')) });
    await scene.vad.warmUp();
    await scene.vad.close();
    expect(threads()).toBe(0);
  });
});
