import { bytesOf } from '../../audio/pcm16.js';
import { EnergyVad } from '../energy/energy-vad.js';
import type { VadEvent } from '../vad.port.js';
import { CallRing, type RingListener } from './call-ring.js';
import { SileroStream } from './silero-stream.js';

const RATE = 16_000;
const FRAME = 512;
const CHUNK_MS = 20;

/** The thread's side of a call, played by the test. */
class Place {
  readonly ring = new CallRing(32, FRAME);
  closed = false;
  private readonly counters = new Int32Array(this.ring.memory, 0, 2);

  constructor(readonly listener: RingListener) {}

  get writtenMs(): number {
    return ((this.counters[0] ?? 0) * 1000) / RATE;
  }

  decideAll(): void {
    Atomics.store(this.counters, 1, Math.floor((this.counters[0] ?? 0) / FRAME) * FRAME);
  }

  close(): void {
    this.closed = true;
  }
}

class Scene {
  readonly events: VadEvent[] = [];
  readonly places: Place[] = [];
  behind = 0;
  closed = 0;
  free = true;
  readonly stream: SileroStream;

  constructor(sampleRate = RATE, free = true) {
    this.free = free;
    this.stream = new SileroStream(
      {
        connect: (listener) => {
          if (!this.free) return undefined;
          const place = new Place(listener);
          this.places.push(place);
          return place;
        },
        substitute: new EnergyVad(),
        behind: () => (this.behind += 1),
        closed: () => (this.closed += 1),
        sampleRate: RATE,
        returnAfterMs: 2000,
        hangoverMs: 300,
      },
      sampleRate,
      (event) => this.events.push(event),
    );
  }

  get place(): Place {
    return this.places.at(-1) as Place;
  }

  /** Pushes this much of a loud buzz, or of silence; the thread decides at once unless it `lags`. */
  push(ms: number, loud: boolean, lags = false): void {
    for (let at = 0; at < ms; at += CHUNK_MS) {
      const samples = Int16Array.from({ length: (RATE * CHUNK_MS) / 1000 }, (_, n) =>
        loud ? 8000 * (n % 40 < 20 ? 1 : -1) : 0,
      );
      this.stream.push(bytesOf(samples));
      if (!lags) this.places.at(-1)?.decideAll();
    }
  }
}

const types = (events: readonly VadEvent[]): string[] => events.map(({ type }) => type);

describe('SileroStream', () => {
  it('passes on what the thread decides, and nothing twice', () => {
    const scene = new Scene();
    scene.push(1000, true);
    scene.place.listener.event({ type: 'speech.started', audioMs: 320 });
    scene.place.listener.event({ type: 'speech.started', audioMs: 640 });
    scene.place.listener.event({ type: 'speech.stopped', audioMs: 960 });
    expect(scene.events).toEqual([
      { type: 'speech.started', audioMs: 320 },
      { type: 'speech.stopped', audioMs: 960 },
    ]);
    expect(scene.place.writtenMs).toBe(1000);
    expect(scene.behind).toBe(0);
  });

  it('brings other rates to the model’s', () => {
    const scene = new Scene(8000);
    for (let at = 0; at < 25; at += 1) scene.stream.push(new Uint8Array(320));
    expect(scene.place.writtenMs).toBeGreaterThan(490);
    expect(scene.place.writtenMs).toBeLessThanOrEqual(500);
  });

  it('gives what is not decided to the energy detector when the thread is too far behind, and comes back in silence', () => {
    const scene = new Scene();
    scene.push(1000, false);
    // 32 frames are 1024 ms: the speech lies in what the thread did not get to.
    scene.push(1100, true, true);
    expect(scene.behind).toBe(1);
    expect(scene.stream.hasSlot).toBe(false);
    expect(scene.places[0]?.closed).toBe(true);
    expect(types(scene.events)).toEqual(['speech.started']);
    expect(scene.events[0]?.audioMs).toBeGreaterThanOrEqual(980);
    expect(scene.events[0]?.audioMs).toBeLessThanOrEqual(1020);
    // Too late to say anything.
    scene.places[0]?.listener.event({ type: 'speech.stopped', audioMs: 1 });
    expect(scene.events).toHaveLength(1);
    // Not while somebody speaks, however long that is.
    scene.push(2000, true);
    expect(scene.places).toHaveLength(1);
    scene.push(1000, false);
    expect(types(scene.events)).toEqual(['speech.started', 'speech.stopped']);
    expect(scene.places).toHaveLength(2);
    expect(scene.stream.hasSlot).toBe(true);
    // The new place's clock begins with its own audio.
    const before = scene.place.writtenMs;
    scene.place.listener.event({ type: 'speech.started', audioMs: 0 });
    expect(scene.events.at(-1)?.audioMs).toBe(5100 - before);
  });

  it('goes to the energy detector when the thread gives it up', () => {
    const scene = new Scene();
    scene.push(1000, true);
    scene.place.listener.dropped();
    expect(scene.behind).toBe(1);
    expect(scene.stream.hasSlot).toBe(false);
    expect(scene.places).toHaveLength(1);
  });

  it('goes on with the energy detector when the thread is lost in the middle of speech, and ends that speech', () => {
    const scene = new Scene();
    scene.push(1000, true);
    scene.place.listener.event({ type: 'speech.started', audioMs: 64 });
    scene.free = false;
    scene.place.listener.lost();
    expect(scene.stream.hasSlot).toBe(false);
    // It goes on: no second start, and one end.
    scene.push(600, true);
    expect(types(scene.events)).toEqual(['speech.started']);
    scene.push(600, false);
    expect(types(scene.events)).toEqual(['speech.started', 'speech.stopped']);
    expect(scene.events[1]?.audioMs).toBeGreaterThanOrEqual(1580);
    expect(scene.events[1]?.audioMs).toBeLessThanOrEqual(1620);
  });

  it('ends speech that was going on when the thread was lost, when the energy detector hears none', () => {
    const scene = new Scene();
    scene.push(1024, true);
    scene.place.listener.event({ type: 'speech.started', audioMs: 64 });
    scene.place.listener.lost();
    scene.push(280, false);
    expect(types(scene.events)).toEqual(['speech.started']);
    scene.push(40, false);
    expect(scene.events[1]).toEqual({ type: 'speech.stopped', audioMs: 1024 });
  });

  it('has the energy detector from the beginning when there is no thread, and keeps it as long', () => {
    const scene = new Scene(RATE, false);
    scene.push(1000, false);
    scene.push(1000, true);
    scene.push(5000, false);
    expect(types(scene.events)).toEqual(['speech.started', 'speech.stopped']);
    scene.free = true;
    scene.push(2000, false);
    expect(scene.stream.hasSlot).toBe(true);
  });

  it('says and does nothing after close', () => {
    const scene = new Scene();
    scene.stream.close();
    scene.stream.close();
    expect(scene.place.closed).toBe(true);
    expect(scene.closed).toBe(1);
    scene.push(3000, true, true);
    scene.place.listener.event({ type: 'speech.started', audioMs: 0 });
    scene.place.listener.lost();
    expect(scene.events).toEqual([]);
    expect(scene.place.writtenMs).toBe(0);
  });
});
