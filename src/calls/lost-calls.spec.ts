import { storedCall } from '../../test/contract/session-store.contract.js';
import { ManualClock } from '../../test/fakes/manual-clock.js';
import { MemorySessionStore, SharedMemory } from '../../test/fakes/memory-session-store.js';
import { waitFor } from '../../test/support/wait-for.js';
import type { CallObserver } from './call-observer.port.js';
import { LostCalls } from './lost-calls.js';

const RIGHTS = { userId: 'u', tokenHashes: ['h'] };
const SWEEP_MS = 5000;

/** Two processes that look for the calls of a third, which is gone. */
async function world() {
  const memory = new SharedMemory();
  const clock = new ManualClock();
  const told: string[] = [];
  const join = (name: string): LostCalls => {
    const observer = { abandoned: ({ sessionId }) => told.push(`${sessionId} by ${name}`) } as Partial<CallObserver>;
    const log = { warn: () => undefined, error: () => undefined };
    const store = new MemorySessionStore(memory, name);
    return new LostCalls({ store, clock, observers: [observer as CallObserver], log });
  };
  const gone = new MemorySessionStore(memory, 'gone');
  const keep = (sessionId: string, ttlMs: number) => gone.save({ sessionId, fence: 1 }, RIGHTS, storedCall(), ttlMs);
  await keep('lost', 1);
  await keep('alive', 60_000);
  await waitFor(async () => (await gone.overdue())?.length === 1);
  return { memory, clock, told, join, keep };
}

it('ends a call that nobody keeps once, and leaves the others alone', async () => {
  const { clock, told, join } = await world();
  const [a, b] = [join('a'), join('b')];
  a.start();
  b.start();
  await clock.advance(10 * SWEEP_MS);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^lost by/);
});

it('leaves a call to its process that could only not be heard while the store was away', async () => {
  const { memory, clock, told, join, keep } = await world();
  memory.away = true;
  join('a').start();
  await clock.advance(2 * SWEEP_MS);
  memory.away = false;
  await clock.advance(SWEEP_MS);
  await keep('lost', 60_000);
  await clock.advance(10 * SWEEP_MS);
  expect(told).toEqual([]);
});

it('looks no more once it is stopped', async () => {
  const { clock, told, join } = await world();
  const calls = join('a');
  calls.start();
  await clock.advance(SWEEP_MS / 2);
  calls.stop();
  await clock.advance(10 * SWEEP_MS);
  expect(told).toEqual([]);
});
