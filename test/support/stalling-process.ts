// A process whose event loop stands still as it is told, and which tells what it did and what its meter makes of that.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LoopMeter } from '../../src/eventloop/loop-meter.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as NodeJS.GCFunction;
/** What a full collection has to look at: some hundred ms of it. */
const heap = Array.from({ length: 3_000_000 }, (_, n) => ({ n }));
const BUSY_MS = 300;

const work: Readonly<Record<string, () => void>> = {
  code: () => undefined,
  gc: () => {
    collect();
    heap[0] = { n: heap.length };
  },
};

const meter = new LoopMeter();
meter.onStall((stall) => process.send?.({ stall }));
process.on('message', (what: string) => {
  // Not within the message's own work: as a call's.
  setTimeout(() => {
    const from = performance.now();
    const before = process.cpuUsage();
    while (performance.now() < from + BUSY_MS) work[what]?.();
    const { user, system } = process.cpuUsage(before);
    process.send?.({ did: { ms: performance.now() - from, cpuMs: (user + system) / 1000 } });
  }, 60);
});
// Waits for the loop to be on time after all this.
setTimeout(() => process.send?.({ ready: true }), 500);
