import { MemorySessionSlots } from './memory-session-slots.js';
import { LoopMeter } from '../eventloop/loop-meter.js';
import { LoadMeter, ProcessLoad } from './process-load.js';
import type { LoadSample } from './process-load.js';

const LIMITS = { loopPercent: 80, loopDelayMs: 100, memoryPercent: 90 };
const IDLE: LoadSample = { utilization: 0, delayMs: 0, memory: 0.1 };

/** As after a minute of such samples. */
function after(load: ProcessLoad, sample: Partial<LoadSample>, calls: number): ProcessLoad {
  for (let index = 0; index < 120; index += 1) load.sampled({ ...IDLE, ...sample }, calls);
  return load;
}

function taken(load: ProcessLoad): number {
  let count = 0;
  while (count < 1000 && load.take()) count += 1;
  return count;
}

describe('admission by load', () => {
  it('lets everybody in where nobody measures', () => {
    expect(taken(new ProcessLoad(LIMITS))).toBe(1000);
  });

  it('gives a crowd the room that is left, by what the calls that there are cost', () => {
    // 100 calls take half of the time: 0.5 % each, and 30 % are left.
    expect(taken(after(new ProcessLoad(LIMITS), { utilization: 0.5 }, 100))).toBe(50);
    expect(taken(after(new ProcessLoad(LIMITS), { utilization: 0.7 }, 100))).toBe(14);
    expect(taken(after(new ProcessLoad(LIMITS), { utilization: 0.81 }, 100))).toBe(0);
  });

  it('takes no more of a crowd than it can bear before it is seen what one costs', () => {
    const load = after(new ProcessLoad(LIMITS), {}, 0);
    expect(taken(load)).toBe(200);
    load.sampled(IDLE, 200);
    expect(taken(load)).toBe(0);
    // They take a third of the time: there is room for some more than as many again, not all at once.
    for (let index = 0; index < 20; index += 1) load.sampled({ ...IDLE, utilization: 0.33 }, 200);
    expect(taken(load)).toBe(50);
    load.sampled({ ...IDLE, utilization: 0.33 }, 250);
    expect(taken(load)).toBe(50);
  });

  it('knows what a call costs also when all have ended', () => {
    const load = after(new ProcessLoad(LIMITS), { utilization: 0.5 }, 100);
    after(load, {}, 0);
    const crowd = [taken(load)];
    // Nothing of them is seen yet.
    for (let calls = 50; calls < 500; calls = calls + (crowd.at(-1) ?? 0)) {
      load.sampled(IDLE, calls);
      crowd.push(taken(load));
      if (crowd.at(-1) === 0) break;
    }
    // 0.5 % each, of 80 %.
    expect(crowd).toEqual([50, 50, 50, 10, 0]);
  });

  it.each([
    ['an event loop that is late', { delayMs: 101 }],
    ['memory that is used up', { memory: 0.91 }],
    ['an event loop that works all the time', { utilization: 1 }],
  ])('closes for %s, says so once, and opens again', (_name, sample) => {
    const told: string[] = [];
    const load = new ProcessLoad(LIMITS, (closed, measured) => told.push(`${closed ? 'closed' : 'open'}: ${measured}`));
    after(load, sample, 50);
    expect([load.busy, load.take()]).toEqual([true, false]);
    after(load, {}, 50);
    expect(load.busy).toBe(false);
    expect(told).toEqual([
      expect.stringMatching(/^closed: event loop \d+ % at work and \d+ ms late, memory \d+ % used$/),
      expect.stringMatching(/^open: /),
    ]);
  });

  it('closes no door for one long pause', () => {
    const load = after(new ProcessLoad(LIMITS), { utilization: 0.3 }, 50);
    load.sampled({ utilization: 1, delayMs: 300, memory: 0.1 }, 50);
    expect(load.busy).toBe(false);
  });

  it('asks for nothing that is switched off', () => {
    const load = new ProcessLoad({ loopPercent: 0, loopDelayMs: 0, memoryPercent: 0 });
    expect(taken(after(load, { utilization: 1, delayMs: 5000, memory: 1 }, 500))).toBe(1000);
  });

  it('turns new sessions away, and nobody whose call goes on', async () => {
    const load = after(new ProcessLoad(LIMITS), { utilization: 1 }, 50);
    const slots = new MemorySessionSlots(100, 5, load);
    expect(slots.closed).toBe('server_busy');
    expect(await slots.acquire('ann', false)).toBe('server_busy');
    expect(await slots.acquire('ann', true)).toMatchObject({});
    expect(slots.active).toBe(1);
  });

  it('measures the process that it is in', async () => {
    const samples: LoadSample[] = [];
    const load = new ProcessLoad(LIMITS);
    load.sampled = (sample) => void samples.push(sample);
    const loop = new LoopMeter();
    const meter = new LoadMeter(loop, load, () => 0);
    const spin = (ms: number): void => {
      const until = performance.now() + ms;
      while (performance.now() < until);
    };
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    while (samples.length < 2) {
      spin(40);
      await pause();
    }
    meter.close();
    loop.close();
    const [, busy] = samples;
    expect(busy?.utilization).toBeGreaterThan(0.5);
    expect(busy?.delayMs).toBeGreaterThan(5);
    expect(busy?.memory).toBeGreaterThan(0);
    expect(busy?.memory).toBeLessThan(1);
  });
});
