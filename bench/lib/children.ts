// Processes of a benchmark: each role runs in one of its own, pinned to a processor where the machine allows it.
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** A process of the benchmark and what it said first. */
export interface Child<Hello> {
  readonly hello: Hello;
  /** Sends a question, resolves with the next answer. One question at a time. */
  ask<Answer>(question: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

const canPin = spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0 && availableParallelism() > 1;

/**
 * Starts `file` with `args`; resolves when it has sent its first message. `cpu` pins it, all its threads to that one.
 * Rejects when it exits first.
 */
export async function startChild<Hello>(file: string, args: readonly string[], cpu?: number): Promise<Child<Hello>> {
  const child = fork(file, args, {
    execArgv: ['--max-semi-space-size=64', '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const hello = await firstMessage<Hello>(child);
  if (canPin && cpu !== undefined)
    spawnSync('taskset', ['-a', '-p', '-c', String(cpu), String(child.pid)], { stdio: 'ignore' });
  return {
    hello,
    ask: async <Answer>(question: unknown) => {
      const answer = firstMessage<Answer>(child);
      child.send(question as object);
      return answer;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as T),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a process of the benchmark ended with code ${String(code)}`);
      }),
    ]);
  } finally {
    controller.abort();
  }
}

/** What a server answers when it is asked how it is. */
export interface Usage {
  /** CPU time of the process so far, us. */
  readonly cpuMicros: number;
  /** Heap in use, bytes; after a collection when it was asked for. */
  readonly heapBytes: number;
  readonly rssBytes: number;
}

/** Ends this process with the one that started it, also where that was broken off and could not stop anybody. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit());
}

/** Makes this process answer `{gc: boolean}` with its Usage, and end with its parent. */
export function answerUsage(): void {
  endWithParent();
  process.on('message', (question: { gc?: boolean }) => {
    if (question.gc === true) globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { heapUsed, rss } = process.memoryUsage();
    process.send?.({ cpuMicros: user + system, heapBytes: heapUsed, rssBytes: rss } satisfies Usage);
  });
}
