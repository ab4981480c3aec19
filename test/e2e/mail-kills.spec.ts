// Mail that is accepted arrives once, whatever is killed when: real processes, PostgreSQL, Redis and SMTP. A worker is
// killed at each step from the acceptance to the note of how it went, and another goes on.
import { jest } from '@jest/globals';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { SMTPServer } from 'smtp-server';
import { describeWith } from '../support/needs.js';
import { PostgresServer } from '../support/postgres-server.js';
import { RedisServer } from '../support/redis-server.js';
import { waitFor } from '../support/wait-for.js';
import { Build } from '../support/worker-process.js';

jest.setTimeout(60_000);

/** Where the mail server stands still until it is told to go on. */
type Step = 'greeting' | 'message' | 'reply' | 'nowhere';

let build: Build;
let postgres: PostgresServer;
let redis: RedisServer;
let sql: Client;
const workers: ChildProcess[] = [];

/** A mail server that says how far a message has come, and waits there. */
class SteppingServer {
  readonly taken: string[] = [];
  holdAt: Step = 'nowhere';
  reached: Step = 'nowhere';
  private readonly waiting: (() => void)[] = [];
  private readonly server: SMTPServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onConnect: (_session, callback) => {
      this.pass('greeting', () => callback());
    },
    onData: (stream, _session, callback) => {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        this.reached = 'message';
        text += chunk.toString();
      });
      stream.on('end', () => {
        // Only what has ended with its dot gets here: the server throws the rest away.
        this.taken.push(/Message-ID: <([^@]+)@/.exec(text)?.[1] ?? '');
        this.pass('reply', () => callback());
      });
    },
  });

  async start(): Promise<void> {
    this.server.on('error', () => undefined);
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  goOn(): void {
    this.holdAt = 'nowhere';
    for (const next of this.waiting.splice(0)) next();
  }

  close(): Promise<void> {
    this.goOn();
    return new Promise((resolve) => this.server.close(resolve));
  }

  private pass(step: Step, next: () => void): void {
    this.reached = step;
    if (this.holdAt === step) this.waiting.push(next);
    else next();
  }
}

describeWith(['postgres', 'redis'])('a worker that is killed', () => {
  const smtp = new SteppingServer();
  beforeAll(async () => {
    build = Build.make('mail-process');
    [postgres, redis] = await Promise.all([PostgresServer.create(), RedisServer.start(), smtp.start()]);
    sql = new Client({ connectionString: postgres.url() });
    await sql.connect();
    await kill(await worker());
  });
  beforeEach(() => {
    smtp.taken.length = 0;
    smtp.reached = 'nowhere';
  });
  afterEach(() => Promise.all(workers.splice(0).map(kill)));
  afterAll(async () => {
    await sql.end();
    await Promise.all([smtp.close(), redis.destroy(), postgres.destroy()]);
    build.remove();
  });

  async function worker(url?: string): Promise<ChildProcess> {
    const { PATH, HOME } = process.env;
    const child = fork(build.program('test/support/mail-process.js'), {
      cwd: build.folder,
      env: {
        PATH,
        HOME,
        DATABASE_URL: postgres.url(),
        PARLEY_DATA_DIR: build.folder,
        SMTP_URL: smtp.url,
        MAIL_FROM: 'Julia <julia@parley.example>',
        JWT_SECRET: 'a secret for tests, long enough for HS256',
        ...(url === undefined ? {} : { REDIS_URL: url }),
      },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    workers.push(child);
    await said(child, 'ready');
    return child;
  }

  /** Has a process accept a mail. */
  async function accept(child: ChildProcess): Promise<string> {
    const key = randomUUID();
    child.send({ ownerId: 'demo', key, recipients: ['ann@example.com'] });
    await said(child, 'accepted');
    return key;
  }

  const statusOf = async (key: string): Promise<string | undefined> => {
    const { rows } = await sql.query<{ status: string }>('select status from outbox where message_key = $1', [key]);
    return rows[0]?.status;
  };
  const settled = async (key: string): Promise<string> => {
    await waitFor(async () => !['queued', 'sending'].includes((await statusOf(key)) ?? 'queued'), 20_000);
    return (await statusOf(key)) ?? '';
  };

  describe.each([
    ['the table alone', (): string | undefined => undefined],
    ['BullMQ', (): string | undefined => redis.url],
  ] as const)('with %s', (_what, url) => {
    it('before it has begun: another sends it', async () => {
      smtp.holdAt = 'greeting';
      const first = await worker(url());
      const key = await accept(first);
      await waitFor(() => smtp.reached === 'greeting', 10_000);
      await kill(first);
      smtp.goOn();
      await worker(url());
      expect(await settled(key)).toBe('sent');
      expect(smtp.taken).toEqual([`${key}-1`]);
    });

    it('in the middle of the message: another sends it', async () => {
      const first = await worker(url());
      // The note that the mail may be out waits for this, and so do its last bytes.
      await sql.query('begin');
      const key = await (async () => {
        smtp.holdAt = 'greeting';
        const accepted = await accept(first);
        await waitFor(() => smtp.reached === 'greeting', 10_000);
        await sql.query('select from outbox where message_key = $1 for update', [accepted]);
        smtp.goOn();
        return accepted;
      })();
      await waitFor(() => smtp.reached === 'message', 10_000);
      await kill(first);
      await sql.query('commit');
      await worker(url());
      expect(await settled(key)).toBe('sent');
      expect(smtp.taken).toEqual([`${key}-1`]);
    });

    it('when the server has it and has not said so: nobody sends it again, and the record says that it may be there', async () => {
      smtp.holdAt = 'reply';
      const first = await worker(url());
      const key = await accept(first);
      await waitFor(() => smtp.reached === 'reply', 10_000);
      await kill(first);
      smtp.goOn();
      await worker(url());
      expect(await settled(key)).toBe('unknown');
      expect(smtp.taken).toEqual([`${key}-1`]);
    });
  });

  it('with its Redis, which forgets all jobs: another finds the mail in the table', async () => {
    smtp.holdAt = 'greeting';
    const first = await worker(redis.url);
    const key = await accept(first);
    await waitFor(() => smtp.reached === 'greeting', 10_000);
    await kill(first);
    await redis.stop();
    await redis.start();
    smtp.goOn();
    await worker(redis.url);
    expect(await settled(key)).toBe('sent');
    expect(smtp.taken).toEqual([`${key}-1`]);
  });

  it('and a Redis that is away keep nobody from accepting and sending', async () => {
    const first = await worker(redis.url);
    await redis.stop();
    const key = await accept(first);
    expect(await settled(key)).toBe('sent');
    expect(smtp.taken).toEqual([`${key}-1`]);
    await redis.start();
  });

  it('leaves a queue that two workers empty together, each mail once', async () => {
    const [first, second] = await Promise.all([worker(redis.url), worker()]);
    const keys: string[] = [];
    for (let n = 0; n < 20; n += 1) keys.push(await accept(n % 2 === 0 ? first : second));
    await kill(first);
    for (const key of keys) await settled(key);
    const sent = new Set(smtp.taken);
    expect(smtp.taken).toHaveLength(sent.size);
    for (const key of keys) expect(sent.has(`${key}-1`) || (await statusOf(key)) === 'unknown').toBe(true);
  });
});

/** Until it says so. Throws when it ends. */
async function said(child: ChildProcess, word: string): Promise<void> {
  const heard = Promise.withResolvers<void>();
  const onMessage = (message: unknown): void => {
    if (message === word) heard.resolve();
  };
  const onExit = (code: number | null): void => heard.reject(new Error(`the worker ended with ${code}`));
  child.on('message', onMessage).on('exit', onExit);
  await heard.promise.finally(() => child.off('message', onMessage).off('exit', onExit));
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
