// Who looks when: every process reads the queue every few seconds, at once for a mail that it has accepted itself, and,
// where there is a Redis, when a job says that one is due. The rows decide; a job that is lost or comes twice changes nothing.
import { QueueLoop } from '../../queue/queue-loop.js';
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
  private readonly loop: QueueLoop;
  private readonly jobs: MailJobs | undefined;

  constructor({ worker, pollMs, lanes = LANES, jobs, warn }: MailDispatchOptions) {
    this.jobs = jobs;
    this.loop = new QueueLoop({
      next: async (_queue, taken) => (await worker.next(undefined, taken)) !== undefined,
      pollMs,
      lanes: [lanes],
      onAway: (why) => warn(`the queue cannot be read: ${why}`),
    });
    this.loop.start();
  }

  /** These copies are due now. */
  async notify(keys: readonly string[]): Promise<void> {
    const { jobs } = this;
    if (jobs === undefined) this.loop.look();
    else await Promise.all(keys.map((key) => jobs.add(key, 0)));
  }

  /** Takes no more mail; resolves when what is being sent is settled. */
  async close(): Promise<void> {
    await Promise.all([this.loop.close(), this.jobs?.close()]);
  }
}
