import type { Queue, Worker } from 'bullmq';
import { outcomeWithin, settledWithin } from '../../deadline/within.js';
import type { MailJobs } from './mail-dispatch.js';
import type { MailWorker } from './mail-worker.js';

export interface BullJobsOptions {
  /** redis:// or rediss://. */
  readonly url: string;
  readonly worker: MailWorker;
  readonly warn: (message: string) => void;
  /** Mails sent at the same time by one process. */
  readonly lanes?: number;
}

const QUEUE = 'mail';
/** Before BullMQ's keys in a Redis that others may share. */
const PREFIX = 'parley:bull';
const LANES = 4;
/** A Redis that takes longer is away: the queue is read without it then, ms. */
const ADD_MS = 1_000;
/** Longest end of the jobs under way, ms. */
const CLOSE_MS = 10_000;
/** Between two tries to reach Redis, at most, ms. */
const LONGEST_WAIT_MS = 5_000;

interface Due {
  readonly key: string;
}

/**
 * Jobs of BullMQ: a job says that a copy is due, and which; what is sent, and whether, stands in the database. So a Redis
 * that forgets costs seconds and no mail, and no transaction is ever in it.
 */
export class BullJobs implements MailJobs {
  /** Redis is away, and that was said. */
  private away = false;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly queue: Queue<Due>,
    private readonly worker: Worker<Due>,
    private readonly disconnect: () => void,
    private readonly warn: BullJobsOptions['warn'],
  ) {
    queue.on('error', () => this.lost());
    worker.on('error', () => this.lost());
    worker.on('ready', () => {
      this.away = false;
    });
  }

  /** Loads BullMQ, which only a server with a Redis needs. */
  static async open({ url, worker, warn, lanes = LANES }: BullJobsOptions): Promise<BullJobs> {
    const [bull, { Redis }] = await Promise.all([import('bullmq'), import('ioredis')]);
    const retryStrategy = (times: number): number => Math.min(times * 100, LONGEST_WAIT_MS);
    // Whoever adds a job has a caller waiting: it fails at once while Redis is away. Whoever waits for jobs waits for it.
    const adding = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy });
    const working = new Redis(url, { maxRetriesPerRequest: null, retryStrategy });
    const queue = new bull.Queue<Due>(QUEUE, {
      connection: adding,
      prefix: PREFIX,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    const jobs: BullJobs = new BullJobs(
      queue,
      new bull.Worker<Due>(
        QUEUE,
        async ({ data: { key } }) => {
          const result = await worker.next(key);
          if (typeof result === 'object') await jobs.add(key, result.retryInMs);
        },
        { connection: working, prefix: PREFIX, concurrency: lanes },
      ),
      () => {
        adding.disconnect();
        working.disconnect();
      },
      warn,
    );
    return jobs;
  }

  async add(key: string, inMs: number): Promise<void> {
    const added = this.queue.add('due', { key }, { delay: inMs }).then(
      () => true,
      () => false,
    );
    if ((await outcomeWithin(added, ADD_MS)) !== true) this.lost();
  }

  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await settledWithin(Promise.allSettled([this.worker.close(), this.queue.close()]), CLOSE_MS);
    this.disconnect();
  }

  private lost(): void {
    if (!this.away) this.warn('Redis is away: the queue is read without it.');
    this.away = true;
  }
}
