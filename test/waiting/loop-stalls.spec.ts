// Why an event loop was late: made late on purpose, each way, in a process of its own.
import { fork, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { jest } from '@jest/globals';
import type { Stall } from '../../src/eventloop/loop-meter.js';
import { waitFor } from '../support/wait-for.js';
import { Build } from '../support/worker-process.js';

jest.setTimeout(120_000);
const PATIENCE_MS = 30_000;
const LONG_MS = 200;
/** How often it is tried until the process had a processor for it. */
const TRIES = 60;

interface Did {
  readonly ms: number;
  /** Processor time of the process. */
  readonly cpuMs: number;
}

describe('a stall of the event loop', () => {
  let build: Build;
  let child: ChildProcess;
  let ready = false;
  let did: Did | undefined;
  const stalls: Stall[] = [];
  const long = (): Stall | undefined => stalls.find(({ ms }) => ms >= LONG_MS);
  beforeAll(async () => {
    build = Build.make('stalling-process');
    child = fork(build.program('test/support/stalling-process.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.on('message', (message: { readonly stall?: Stall; readonly ready?: true; readonly did?: Did }) => {
      if (message.stall !== undefined) stalls.push(message.stall);
      did = message.did ?? did;
      ready ||= message.ready === true;
    });
    try {
      setPriority(child.pid ?? 0, constants.priority.PRIORITY_HIGHEST);
    } catch {
      // Whoever may not needs a machine that does little else.
    }
    await waitFor(() => ready, PATIENCE_MS);
  });
  afterAll(() => {
    child.kill('SIGKILL');
    build.remove();
  });

  // The first of them is told by whether a collection has ended meanwhile, those after it by how long the collector took.
  it.each(['gc', 'code', 'gc', 'code', 'gc'])('is known to be of the %s', async (cause) => {
    for (let n = 0; n < TRIES; n += 1) {
      stalls.length = 0;
      did = undefined;
      child.send(cause);
      await waitFor(() => did !== undefined && long() !== undefined, PATIENCE_MS);
      // On a machine that others have, it may be theirs that it took so long.
      const { ms = 1, cpuMs = 0 } = did ?? {};
      if (cpuMs / ms > 0.65) return expect(long()).toMatchObject({ cause });
    }
    throw new Error(`In ${TRIES} tries the process never had a processor.`);
  });

  it('is known to be of the host when the process was not let run', async () => {
    stalls.length = 0;
    child.kill('SIGSTOP');
    setTimeout(() => child.kill('SIGCONT'), 400);
    await waitFor(() => long() !== undefined, PATIENCE_MS);
    expect(long()).toMatchObject({ cause: 'host' });
    expect(long()?.ms).toBeGreaterThan(300);
  });
});
