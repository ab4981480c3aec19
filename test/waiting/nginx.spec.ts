// The site file that operators install, in a real nginx, in front of two real workers that share a Redis.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { envSchema } from '../../src/config/env.schema.js';
import { TWILIO_PATH } from '../../src/config/twilio-addresses.js';
import { ASTERISK_WIRE } from '../../src/gateway/asterisk/asterisk.wire.js';
import { DEAD_AFTER_MS, PING_INTERVAL_MS } from '../../src/gateway/transport/transport-limits.js';
import { STREAM_PATH, SUBPROTOCOL } from '../../src/protocol/index.js';
import { describeWith } from '../support/needs.js';
import { HOST, Nginx, SHIPPED } from '../support/nginx.js';
import { RedisServer } from '../support/redis-server.js';
import { SdkCaller } from '../support/sdk-caller.js';
import { waitFor } from '../support/wait-for.js';
import { Build, WorkerProcess, workerToken } from '../support/worker-process.js';

/** Requests of one kind from one address, in a minute, at each worker. */
const REST_MAX = 8;

describe('the file itself', () => {
  const file = readFileSync(SHIPPED, 'utf8');

  it('knows every WebSocket, and how long the server may be silent on one', () => {
    const [, paths = '', rest = ''] = /location ~ \^(\S+)\$ \{([^}]*)\}/.exec(file) ?? [];
    for (const path of [STREAM_PATH, TWILIO_PATH, ASTERISK_WIRE.path]) expect(path).toMatch(new RegExp(`^${paths}$`));
    const seconds = Number(/proxy_read_timeout (\d+)s/.exec(rest)?.[1]);
    expect(seconds * 1000).toBeGreaterThan(2 * PING_INTERVAL_MS);
    expect(seconds * 1000).toBeLessThanOrEqual(DEAD_AFTER_MS);
  });

  it('lets through what the server takes', () => {
    const [, megabytes] = /api\/transcribe \{\s*client_max_body_size (\d+)m/.exec(file) ?? [];
    const { TRANSCRIBE_MAX_BYTES: most } = envSchema.parse({});
    expect(Number(megabytes) * 1_048_576).toBeGreaterThan(most + 65_536);
    expect(file).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
  });
});

describeWith(['nginx', 'redis'])('behind nginx', () => {
  let build: Build;
  let redis: RedisServer;
  let nginx: Nginx;
  const workers: WorkerProcess[] = [];
  let attempts = 0;
  /** Starts again, at the port that it had, whom a test has ended. */
  const revive = async (): Promise<void> => {
    for (const [at, worker] of workers.entries()) {
      if (worker.running) continue;
      workers[at] = await WorkerProcess.start(build, { ...settings(), STREAM_WS_PORT: String(worker.port) });
    }
  };
  const settings = () => ({
    REDIS_URL: redis.url,
    TRUST_PROXY: '1',
    REST_RATE_LIMIT_MAX: String(REST_MAX),
    // Nothing is ever sent there: what is asked before a mail is what shows that the call is known.
    SMTP_URL: 'smtp://127.0.0.1:9',
  });
  const call = () => SdkCaller.call(nginx.stream, workerToken, nginx.tls());

  beforeAll(async () => {
    build = Build.make();
    redis = await RedisServer.start();
    workers.push(...(await Promise.all([settings(), settings()].map((env) => WorkerProcess.start(build, env)))));
    nginx = await Nginx.start(workers.map(({ port }) => port));
  }, 180_000);
  beforeEach(revive, 60_000);
  afterAll(async () => {
    await nginx?.stop();
    await Promise.all(workers.map((worker) => worker.end()));
    await redis?.destroy();
    build?.remove();
  }, 180_000);

  it('sends HTTP to HTTPS without the query, and says so to browsers for a year', async () => {
    const plain = await plainly(nginx.plainPort, '/v1/calls?token=hunter2');
    expect(plain).toEqual({ status: 308, location: `https://${HOST}/v1/calls` });
    const { status, headers } = await nginx.ask('/health');
    expect({ status, hsts: headers['strict-transport-security'] }).toEqual({ status: 200, hsts: 'max-age=31536000' });
  });

  it('has neither a certificate nor an answer for another name', async () => {
    await expect(nginx.ask('/health', { name: 'other.example.com' })).rejects.toThrow(/unrecognized name/);
    await expect(nginx.ask('/health', { headers: { Host: 'other.example.com' } })).rejects.toThrow(/hang up/);
  });

  it.each(['/metrics', '/metrics/', '/METRICS', '//metrics', '/%6detrics', '/x/../metrics', '/metrics?x'])(
    'shows nobody %s',
    async (path) => {
      const { status, body } = await nginx.ask(path);
      expect(status).toBe(404);
      expect(body).not.toContain('parley_');
    },
  );

  it('takes files where files are taken, and no more than JSON elsewhere', async () => {
    const body = Buffer.alloc(2_000_000);
    const post = async (path: string) => (await nginx.ask(path, { method: 'POST', body })).status;
    expect(await post('/api/transcribe')).toBe(401);
    expect(await post('/v1/calls')).toBe(413);
  });

  it('tells the workers the true address, whatever a client says that it is', async () => {
    // Others each time: a second try finds the first ones stopped.
    attempts += 2;
    const [from, another] = [`127.0.1.${attempts}`, `127.0.1.${attempts + 1}`];
    const statuses: number[] = [];
    const forged = (index: number) => ({ 'X-Forwarded-For': `203.0.113.${index}`, Forwarded: 'for=203.0.113.9' });
    // Each of the two may count for itself.
    while (!statuses.includes(429) && statuses.length <= 2 * REST_MAX) {
      statuses.push((await nginx.ask(STREAM_PATH, { from, headers: forged(statuses.length) })).status);
    }
    expect(statuses.slice(0, REST_MAX)).toEqual(Array(REST_MAX).fill(426));
    expect(statuses.at(-1)).toBe(429);
    // Another one is another one, also when he claims to be him who was stopped.
    const other = await nginx.ask(STREAM_PATH, { from: another, headers: { 'X-Forwarded-For': from } });
    expect(other.status).toBe(426);
    await waitFor(() => nginx.accesses.some(({ address, status }) => address === another && status === 426));
  });

  it('believes a proxy in front whose network is named, and nobody else', async () => {
    const named = (file: string) =>
      file.replaceAll(/^#(?=set_real_ip_from|real_ip_)/gm, '').replace('192.0.2.0/24', '127.0.0.3');
    const behind = await Nginx.start([workers[0]?.port ?? 0], named);
    try {
      const headers = { 'X-Forwarded-For': '203.0.113.9, 198.51.100.7' };
      await behind.ask('/health', { from: '127.0.0.3', headers });
      await behind.ask('/health', { from: '127.0.0.2', headers });
      await waitFor(() => behind.accesses.length === 2);
      expect(behind.accesses.map(({ address }) => address)).toEqual(['198.51.100.7', '127.0.0.2']);
    } finally {
      await behind.stop();
    }
  });

  it('lets calls go on when it is reloaded itself', async () => {
    const caller = await call();
    await caller.ask(5001);
    nginx.reload();
    await caller.followUp(5001)();
    expect({ faults: caller.faults(), gaps: caller.gaps }).toEqual({ faults: [], gaps: [] });
    await caller.hangUp();
  });

  it('keeps callers who read nothing from hurting others, and a silent call open', async () => {
    const caller = await call();
    const stuck = await Promise.all(Array.from({ length: 8 }, () => stuckCaller(nginx)));
    expect(await openSessions(workers)).toBe(9);
    const begun = performance.now();
    await caller.ask(5002);
    expect(performance.now() - begun).toBeLessThan(5000);
    // They answer no ping; the caller, who says nothing meanwhile either, does.
    await waitFor(async () => (await openSessions(workers)) === 1, 30_000, 250);
    expect(performance.now() - begun).toBeGreaterThan(8000);
    await caller.followUp(5002)();
    expect({ faults: caller.faults(), gaps: caller.gaps }).toEqual({ faults: [], gaps: [] });
    await caller.hangUp();
    for (const socket of stuck) socket.terminate();
  }, 60_000);

  it('shares new calls out evenly', async () => {
    const callers = [];
    for (let index = 0; index < 4; index += 1) callers.push(await call());
    expect(await Promise.all(workers.map((worker) => openSessions([worker])))).toEqual([2, 2]);
    await Promise.all(callers.map((caller) => caller.hangUp()));
    await waitFor(async () => (await openSessions(workers)) === 0);
  });

  it('takes a call whose worker was killed to the other one, and new ones too, with no token in any log', async () => {
    const caller = await call();
    await caller.ask(5003);
    const at = await workerOf(workers);
    await workers[at]?.end('SIGKILL');
    await caller.followUp(5003)();
    expect(caller.faults()).toEqual([]);
    expect(caller.gaps).toHaveLength(1);
    await caller.hangUp();

    const token = workerToken();
    // The worker that was tried in vain is told all the same, and every line has the path alone.
    await waitFor(async () => {
      await opened(nginx, token);
      return nginx.accesses.some(({ upstream_status: tried }) => tried === '502, 101');
    }, 20_000);
    expect(nginx.accesses.find(({ status }) => status === 101)).toMatchObject({ path: STREAM_PATH });
    expect(nginx.written).not.toContain(token);
  }, 60_000);

  it('takes calls over from a worker that is told to stop, which ends with 0', async () => {
    const callers = await Promise.all([call(), call(), call()]);
    for (const caller of callers) await caller.ask(5004);
    const at = await workerOf(workers);
    expect(await workers[at]?.end('SIGTERM')).toBe(0);
    for (const caller of callers) await caller.followUp(5004)();
    expect(callers.flatMap((caller) => caller.faults())).toEqual([]);
    const gaps = callers.flatMap((caller) => caller.gaps);
    expect(gaps.length).toBeGreaterThan(0);
    expect(Math.max(...gaps)).toBeLessThan(5000);
    await Promise.all(callers.map((caller) => caller.hangUp()));
  }, 60_000);

  it('answers as the server does where no worker is left', async () => {
    await Promise.all(workers.map((worker) => worker.end()));
    const token = workerToken();
    const { status, headers, body } = await nginx.ask(`${STREAM_PATH}?token=${token}`);
    expect({ status, wait: headers['retry-after'], type: headers['content-type'] }).toEqual({
      status: 503,
      wait: '2',
      type: 'application/problem+json',
    });
    expect(JSON.parse(body)).toMatchObject({ error: 'server_full', status: 503 });
    expect(nginx.written).not.toContain(token);
  });
});

/** One request without TLS. */
function plainly(port: number, path: string): Promise<{ status: number | undefined; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { Host: HOST }, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, location: response.headers.location });
    })
      .on('error', reject)
      .end();
  });
}

/** Opens a call with the token in the query, and hangs up. */
function opened(nginx: Nginx, token: string): Promise<void> {
  const socket = new WebSocket(`${nginx.stream}?token=${token}`, nginx.tls());
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.close());
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

/** A caller who asks something, and from then on reads nothing, nor answers a ping. */
function stuckCaller(nginx: Nginx): Promise<WebSocket> {
  const headers = { Authorization: `Bearer ${workerToken()}` };
  const socket = new WebSocket(nginx.stream, [SUBPROTOCOL], { ...nginx.tls(), headers });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => {
      const format = { encoding: 'pcm16', sampleRate: 16_000 };
      socket.send(JSON.stringify({ type: 'session.start', protocol: 1, audio: { input: format, output: format } }));
    });
    socket.once('message', () => {
      socket.send(JSON.stringify({ type: 'text.submit', text: 'What transactions does client 5001 have?' }));
      socket.pause();
      resolve(socket);
    });
  });
}

/** Sockets that the workers have open, together. */
async function openSessions(workers: readonly WorkerProcess[]): Promise<number> {
  const counts = workers.map(async ({ port }) => {
    const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(/^parley_sessions_open(?:\{[^}]*\})? (\d+)/m.exec(page)?.[1]);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** Which of the workers has most calls. */
async function workerOf(workers: readonly WorkerProcess[]): Promise<number> {
  const counts = await Promise.all(workers.map((worker) => openSessions([worker])));
  return counts.indexOf(Math.max(...counts));
}
