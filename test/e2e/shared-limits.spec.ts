// Two servers with one Redis: a user's sessions and handshakes are counted over both, before the 101.
import { WebSocket } from 'ws';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { describeWith } from '../support/needs.js';
import { RedisServer } from '../support/redis-server.js';

const OPENED = 101;

describeWith(['redis'])('limits of two servers with one Redis', () => {
  let redis: RedisServer;
  const apps: GatewayApp[] = [];
  const sockets: WebSocket[] = [];

  async function servers(env: Record<string, string>): Promise<readonly [GatewayApp, GatewayApp]> {
    const all = { REDIS_URL: redis.url, ...env };
    const [a, b] = await Promise.all([startGatewayApp(all), startGatewayApp(all)]);
    apps.push(a, b);
    return [a, b];
  }

  /** The status that the handshake is answered with. */
  const knock = ({ stream }: GatewayApp, token: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(stream, { headers: { authorization: `Bearer ${token}` } });
      sockets.push(socket);
      socket.once('open', () => resolve(OPENED));
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      socket.once('error', reject);
    });

  beforeAll(async () => {
    redis = await RedisServer.start();
  }, 60_000);
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    await Promise.all(apps.splice(0).map((app) => app.close()));
  });
  afterAll(() => redis.destroy());

  it('have five sessions of a user between them, however many knock at once', async () => {
    const both = await servers({ STREAM_MAX_CONCURRENT_SESSIONS: '5' });
    const [first] = both;
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => knock(both[index % 2] as GatewayApp, first.token('ann'))),
    );
    expect(statuses.filter((status) => status === OPENED)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
    expect(await knock(both[1], first.token('bob'))).toBe(OPENED);
  });

  it('have one rate of handshakes between them, and of requests', async () => {
    const both = await servers({
      // Where nobody has knocked from this address yet.
      REDIS_URL: `${redis.url}/1`,
      STREAM_MAX_CONCURRENT_SESSIONS: '50',
      STREAM_RATE_LIMIT_MAX: '6',
      REST_RATE_LIMIT_MAX: '7',
    });
    const [first] = both;
    const statuses = await Promise.all(
      Array.from({ length: 16 }, (_, index) => knock(both[index % 2] as GatewayApp, first.token('cat'))),
    );
    expect(statuses.filter((status) => status === OPENED)).toHaveLength(6);
    const asked = await Promise.all(
      Array.from({ length: 20 }, (_, index) => fetch(`${(both[index % 2] as GatewayApp).http}/v1/artifacts/none.svg`)),
    );
    expect(asked.filter(({ status }) => status !== 429)).toHaveLength(7);
    expect(Number(asked.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
