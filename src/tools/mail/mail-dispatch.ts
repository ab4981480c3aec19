// Who looks when: every process reads the queue every few seconds, at once for a mail that it has accepted itself, and,
// where there is a Redis, when a job says that one is due. The rows decide; a job that is lost or comes twice changes nothing.
import type { MailWorker } from './mail-worker.js';

/** Tells the processes of a server of a copy that is due. */
export interface MailJobs {
  /** Some process looks at the copy in so many ms. Never throws, and does not wait for long. */
  add(key: string, inMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface MailDispatchOptions {
  readonly worker: MailWorker;
  /** Between two looks at the queue, ms. */
  readonly pollMs: number;
  /** Mails sent at the same time by one process. */
  readonly lanes?: number;
  /** Undefined without Redis. */
  readonly jobs?: MailJobs | undefined;
  readonly warn: (message: string) => void;
}

const LANES = 4;

export class MailDispatch {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  /** Something was accepted while the queue was being read. */
  private wanted = false;
  private closed = false;
  /** The queue could not be read, and that was said. */
  private away = false;

  constructor(private readonly options: MailDispatchOptions) {
    this.wait();
  }

  /** These copies are due now. */
  async notify(keys: readonly string[]): Promise<void> {
    const { jobs } = this.options;
    if (jobs === undefined) this.look();
    else await Promise.all(keys.map((key) => jobs.add(key, 0)));
  }

  /** Takes no more mail; resolves when what is being sent is settled. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.options.jobs?.close();
    await this.running;
  }

  private wait(): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.look(), this.options.pollMs).unref();
  }

  private look(): void {
    if (this.closed) return;
    this.wanted = true;
    if (this.running !== undefined) return;
    this.running = this.readAll().finally(() => {
      this.running = undefined;
      this.wait();
    });
  }

  private async readAll(): Promise<void> {
    while (this.wanted && !this.closed) {
      this.wanted = false;
      await Promise.all(Array.from({ length: this.options.lanes ?? LANES }, () => this.lane()));
    }
  }

  /** Sends one mail after the other until none is due. */
  private async lane(): Promise<void> {
    const { worker, warn } = this.options;
    try {
      while (!this.closed && (await worker.next()) !== undefined);
      this.away = false;
    } catch (error) {
      if (!this.away) warn(`the queue cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      this.away = true;
    }
  }
}
