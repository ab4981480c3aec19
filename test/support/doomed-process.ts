// A program of test/support as a process of its own, which stands still where a test says (crash-points.ts), and is killed.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { BASELINE_WASM } from './baseline-wasm.js';

/** How long a busy machine may take for anything, ms. */
const PATIENCE_MS = 60_000;

export class DoomedProcess<Ready extends object> {
  private questions = 0;

  private constructor(
    private readonly child: ChildProcess,
    /** What the program says of itself. */
    readonly ready: Ready,
  ) {}

  /** Resolves when the program is ready. Nothing of our own environment comes to it but what it takes to run. */
  static async start<Ready extends object>(
    program: string,
    env: Readonly<Record<string, string>>,
  ): Promise<DoomedProcess<Ready>> {
    const { PATH, HOME } = process.env;
    const child = fork(program, {
      env: { PATH, HOME, ...env },
      execArgv: [BASELINE_WASM],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // Several are waited for at once.
    child.setMaxListeners(100);
    const made = await heard(child, (message) => 'ready' in message).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
    return new DoomedProcess(child, made['ready'] as Ready);
  }

  async ask<T>(question: object): Promise<T> {
    const n = (this.questions += 1);
    const told = heard(this.child, (message) => message['n'] === n);
    this.child.send({ ask: question, n });
    return (await told)['told'] as T;
  }

  /** Whoever comes to this point next, because of what is done, stands still there for good. Resolves when he does. */
  async stopsAt(point: string, act: () => unknown): Promise<void> {
    const armed = heard(this.child, (message) => message['armed'] === point);
    const stands = heard(this.child, (message) => message['stoodAt'] === point);
    // It is waited for below; a process that ends before tells both.
    stands.catch(() => undefined);
    this.child.send({ stopAt: point });
    await armed;
    act();
    await stands;
  }

  /** Resolves when it is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

type Message = Readonly<Record<string, unknown>>;

/** The first message of a kind. Rejects when the process ends before, or says nothing for too long. */
async function heard(child: ChildProcess, isIt: (message: Message) => boolean): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const onMessage = (message: unknown): void => {
    if (isIt(message as Message)) resolve(message as Message);
  };
  const onExit = (code: number | null, signal: string | null): void =>
    reject(new Error(`the process ended with ${signal ?? code}`));
  const late = setTimeout(() => reject(new Error(`nothing is heard of it: ${isIt.toString()}`)), PATIENCE_MS);
  child.on('message', onMessage).on('exit', onExit);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    child.off('message', onMessage).off('exit', onExit);
  }
}
