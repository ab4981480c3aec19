import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';

/** Sees the threads of embedded databases that are made from now on, to kill them as a fault in WebAssembly would. */
export class DatabaseThreads {
  private readonly threads: Worker[] = [];

  constructor() {
    subscribe('worker_threads', this.onThread);
  }

  /** Kills the latest; resolves when it is gone. */
  async kill(): Promise<void> {
    const thread = this.threads.at(-1);
    if (thread === undefined) throw new Error('no embedded database was opened');
    await thread.terminate();
  }

  stop(): void {
    unsubscribe('worker_threads', this.onThread);
  }

  private readonly onThread = (message: unknown): void => {
    // Told from within the constructor of the thread: whose it is stands on the stack.
    if (new Error('whose').stack?.includes('pglite-thread') === true) {
      this.threads.push((message as { readonly worker: Worker }).worker);
    }
  };
}
