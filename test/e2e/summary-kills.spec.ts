// Every call that is over gets its summary, and one, although the process that writes it is killed: while the model writes,
// and about when the summary is stored.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import { Build } from '../support/worker-process.js';
import { waitFor } from '../support/wait-for.js';

interface Stored {
  readonly summary: { readonly status: string; readonly text: string | null; readonly attempts: number } | null;
  readonly webhooks: readonly unknown[];
}

describe('summaries, killed', () => {
  let build: Build;
  let openai: OpenAiSimulator;
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    build = Build.make('summary-process');
    dataDir = mkdtempSync(join(tmpdir(), 'parley-summary-kills-'));
    openai = await OpenAiSimulator.start({
      script: () => [{ text: '{"summary":"Somebody said hello.","outcome":{}}' }],
      chat: (request) => (request === 0 ? { hang: true } : {}),
    });
  }, 120_000);
  afterAll(async () => {
    await Promise.all(children.map(kill));
    await openai.close();
    rmSync(dataDir, { recursive: true, force: true });
    build.remove();
  }, 60_000);

  const start = async () => {
    const { PATH, HOME } = process.env;
    const env = { PARLEY_DATA_DIR: dataDir, OPENAI_BASE_URL: openai.url, OPENAI_API_KEY: SIMULATED_OPENAI_KEY };
    const child = fork(build.program('test/support/summary-process.js'), {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.push(child);
    await once(child, 'message');
    const ask = async <T>(question: object): Promise<T> => {
      const told = once(child, 'message') as Promise<[{ told: T }]>;
      child.send(question);
      return (await told)[0].told;
    };
    return { child, ask };
  };

  it('are written once, by whoever comes next', async () => {
    const callSid = randomUUID();
    const first = await start();
    await first.ask({ end: callSid });
    // The model is at it, and says nothing.
    await waitFor(() => openai.counts.chat === 1, 30_000);
    await kill(first.child);

    const second = await start();
    // The whole answer is on its way: the process stores it, or does not any more.
    await waitFor(() => openai.counts.finished >= 1, 30_000);
    await kill(second.child);

    const third = await start();
    const read = () => third.ask<Stored>({ read: callSid });
    await waitFor(async () => (await read()).summary?.status === 'ready', 30_000);
    const { summary, webhooks } = await read();
    expect(summary?.text).toBe('Somebody said hello.');
    expect(webhooks).toHaveLength(1);
    expect(openai.counts.chat).toBeLessThanOrEqual(3);
  }, 180_000);
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
