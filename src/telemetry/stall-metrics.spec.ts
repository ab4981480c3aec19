import { Registry } from 'prom-client';
import { fakeProcess, LogLine, request } from '../../test/fakes/live-calls.js';
import { LoopMeter, type Stall } from '../eventloop/loop-meter.js';
import { watchStalls } from './stall-metrics.js';

/** Keeps this thread busy, ms. */
function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('stalls are told to the calls that they hurt, and counted while there are any', async () => {
  const registry = new Registry();
  const { calls, observer } = fakeProcess();
  const lines: object[] = [];
  const meter = new LoopMeter();
  let told: (stall: Stall) => void = () => undefined;
  const next = () => new Promise<Stall>((resolve) => (told = resolve));
  watchStalls(registry, meter, calls, { warn: (line) => void lines.push(line) });
  meter.onStall((stall) => stall.ms > 100 && told(stall));
  const count = async () => Number(/_count{cause="code"} (\d+)/.exec(await registry.metrics())?.[1] ?? 0);
  const stalled = () => observer.transitions.filter((told_) => told_.type === 'stalled' && told_.ms > 100);

  let stall = next();
  setTimeout(spin, 30, 600);
  await stall;
  expect([await count(), stalled(), lines]).toEqual([0, [], []]);

  for (const id of ['s1', 's2']) calls.start(request(id), new LogLine());
  stall = next();
  setTimeout(spin, 30, 600);
  const { ms, cause } = await stall;
  expect(stalled()).toEqual([
    { type: 'stalled', ms, cause },
    { type: 'stalled', ms, cause },
  ]);
  expect(lines).toContainEqual({ msg: 'event loop stalled', ms: Math.round(ms), cause, calls: 2 });
  expect(await registry.metrics()).toContain(`parley_event_loop_stall_seconds_count{cause="${cause}"}`);
  meter.close();
  await calls.close();
});
