import type { Config } from '../../config/config.token.js';
import type { MailQueue } from '../../database/mail/mail-queue.port.js';
import { FunctionMailer } from './function-mailer.js';
import { MailDispatch } from './mail-dispatch.js';
import { MailService } from './mail-service.js';
import { MailWorker } from './mail-worker.js';
import type { Mailer } from './mailer.port.js';
import { SmtpMailer } from './smtp-mailer.js';

/** Between two looks at the queue, ms: with Redis, jobs say what is due, and the look finds what they missed. */
const POLL_MS = { alone: 3_000, redis: 15_000 };

export interface MailTimes {
  /** See MailWorkerOptions. */
  readonly leaseMs?: number;
  readonly firstRetryMs?: number;
  /** See MailDispatchOptions. */
  readonly pollMs?: number;
}

export interface OpenMail {
  readonly service: MailService;
  /** Idempotent. */
  close(): Promise<void>;
}

type MailConfig = Pick<
  Config,
  | 'SMTP_URL'
  | 'MAIL_FROM'
  | 'MAIL_FUNCTION_URL'
  | 'MAIL_FUNCTION_SECRET'
  | 'MAIL_DOMAINS'
  | 'MAIL_DAILY_LIMIT'
  | 'REDIS_URL'
>;

/** Who delivers mail: the mail server, else the edge function; undefined when neither is set up. */
export function mailerOf(config: MailConfig): Mailer | undefined {
  const { SMTP_URL: smtp, MAIL_FROM: from, MAIL_FUNCTION_URL: url, MAIL_FUNCTION_SECRET: secret } = config;
  if (smtp !== undefined) return new SmtpMailer({ url: smtp, from });
  return url === undefined || secret === undefined ? undefined : new FunctionMailer({ url, secret, from });
}

/** Mail as the tools see it, and the worker that sends it; undefined when nobody delivers mail here. */
export async function openMail(
  config: MailConfig,
  queue: MailQueue,
  warn: (message: string) => void,
  { pollMs, ...times }: MailTimes = {},
): Promise<OpenMail | undefined> {
  const mailer = mailerOf(config);
  if (mailer === undefined) return undefined;
  const { REDIS_URL: url, MAIL_DOMAINS: domains, MAIL_DAILY_LIMIT: perDay } = config;
  const worker = new MailWorker({ queue, mailer, warn, ...times });
  const jobs = url === undefined ? undefined : await openJobs(url, worker, warn);
  const everyMs = pollMs ?? (jobs === undefined ? POLL_MS.alone : POLL_MS.redis);
  const dispatch = new MailDispatch({ worker, pollMs: everyMs, jobs, warn });
  const notify = (keys: readonly string[]) => dispatch.notify(keys);
  let closing: Promise<void> | undefined;
  return {
    service: new MailService({ queue, rules: { domains, perDay }, notify }),
    close: () => (closing ??= dispatch.close()),
  };
}

async function openJobs(url: string, worker: MailWorker, warn: (message: string) => void) {
  const { BullJobs } = await import('./bull-jobs.js');
  return BullJobs.open({ url, worker, warn });
}
