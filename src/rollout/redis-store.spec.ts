import type { Redis } from 'ioredis';
import { describeWith } from '../../test/support/needs.js';
import { RedisServer } from '../../test/support/redis-server.js';
import { waitFor } from '../../test/support/wait-for.js';
import { connectRedis } from '../redis/connect-redis.js';
import { RedisRolloutStore } from './redis-store.js';
import { RolloutStoreError } from './rollout.port.js';
import type { Hold, SetShares } from './rollout.port.js';

const PATIENCE_MS = 30_000;
const SHARES: SetShares = {
  entries: [
    { providers: ['whisper'], share: 10 },
    { providers: ['deepgram', 'whisper'], share: 90 },
  ],
  baseline: 'deepgram',
  by: 'ops',
  at: '2026-11-21T03:00:00.000Z',
};
const hold = (provider: string, by = 'a:1'): Hold => ({ provider, cause: 'errors', why: 'It broke.', at: 'now', by });

describeWith(['redis'])('RedisRolloutStore', () => {
  let server: RedisServer;
  const clients: Redis[] = [];
  const stores: RedisRolloutStore[] = [];
  const warnings: object[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    for (const client of clients.splice(0)) {
      if (client.status === 'ready') await client.flushall();
      client.disconnect();
    }
    warnings.length = 0;
  });
  afterAll(async () => server.destroy());

  const client = async (): Promise<Redis> => {
    const made = await connectRedis({ url: server.url, onChange: () => undefined });
    clients.push(made);
    return made;
  };
  const open = async (): Promise<RedisRolloutStore> => {
    const store = new RedisRolloutStore(await client(), (line) => warnings.push(line));
    stores.push(store);
    return store;
  };

  it('finds again what was stored, also right after it was made', async () => {
    const one = await open();
    await one.setShares('stt', SHARES);
    await one.addHold('stt', hold('whisper'));
    const two = await open();
    expect(await two.read('stt')).toEqual({ shares: SHARES, holds: [hold('whisper')] });
    expect(await two.read('llm')).toEqual({ shares: undefined, holds: [] });
    await two.setShares('stt', undefined);
    await two.removeHolds('stt', ['whisper']);
    expect(await one.read('stt')).toEqual({ shares: undefined, holds: [] });
  });

  it('keeps the first of two holds', async () => {
    const [one, two] = [await open(), await open()];
    await Promise.all([one.addHold('tts', hold('x', 'a:1')), two.addHold('tts', hold('x', 'b:2'))]);
    const { holds } = await one.read('tts');
    expect(holds).toHaveLength(1);
    await two.addHold('tts', hold('x', 'c:3'));
    expect((await two.read('tts')).holds).toEqual(holds);
  });

  it('tells the others of every change, and everything once it is connected', async () => {
    const [one, two] = [await open(), await open()];
    const heard: string[] = [];
    two.watch((kind) => heard.push(kind));
    await waitFor(() => heard.length === 3, PATIENCE_MS);
    expect(heard.splice(0)).toEqual(['stt', 'llm', 'tts']);
    await one.setShares('llm', SHARES);
    await one.addHold('stt', hold('whisper'));
    await one.addHold('stt', hold('whisper'));
    await one.removeHolds('tts', ['whisper']);
    await waitFor(() => heard.length === 3, PATIENCE_MS);
    expect(heard).toEqual(['llm', 'stt', 'tts']);
    const stranger = await client();
    await waitFor(() => stranger.status === 'ready', PATIENCE_MS);
    await stranger.publish('parley:rollout', 'nonsense');
    await stranger.publish('parley:rollout', 'tts');
    await waitFor(() => heard.length === 4, PATIENCE_MS);
    expect(heard.at(-1)).toBe('tts');
  });

  it('says everything again when the connection was lost and is back', async () => {
    const store = await open();
    const heard: string[] = [];
    store.watch((kind) => heard.push(kind));
    await waitFor(() => heard.length === 3, PATIENCE_MS);
    await server.stop();
    await waitFor(() => !store.connected, PATIENCE_MS);
    await expect(store.read('stt')).rejects.toThrow(RolloutStoreError);
    await expect(store.setShares('stt', SHARES)).rejects.toThrow(RolloutStoreError);
    await server.start();
    await waitFor(() => heard.length >= 6 && store.connected, PATIENCE_MS);
    await store.setShares('stt', SHARES);
    await waitFor(() => heard.length >= 7, PATIENCE_MS);
    expect((await store.read('stt')).shares).toEqual(SHARES);
  });

  it('gives up on a server that hangs', async () => {
    const store = await open();
    await store.read('stt');
    server.pause();
    try {
      await expect(store.read('stt')).rejects.toThrow(RolloutStoreError);
    } finally {
      server.resume();
    }
    await waitFor(async () => (await store.read('stt').catch(() => undefined)) !== undefined, PATIENCE_MS);
  });

  it('passes over what it cannot read, and keeps the rest', async () => {
    const redis = await client();
    await waitFor(() => redis.status === 'ready', PATIENCE_MS);
    const store = await open();
    await store.addHold('stt', hold('whisper'));
    await redis.hset('parley:rollout:stt', {
      shares: '{"entries": 7}',
      'hold:x': 'not JSON',
      other: 'of a later version',
    });
    expect(await store.read('stt')).toEqual({ shares: undefined, holds: [hold('whisper')] });
    expect(warnings).toHaveLength(2);
  });
});
