import { ThrottlerStorageService } from '@nestjs/throttler';
import { addressKey, clientAddress } from './client-address.js';
import { MemorySessionSlots } from './memory-session-slots.js';
import { ThrottledHandshakes } from './throttled-handshakes.js';

describe('MemorySessionSlots', () => {
  it('never admits more than the caps, however many come at once', async () => {
    const slots = new MemorySessionSlots(10, 3);
    const crowd = async (userId: (index: number) => string) =>
      Promise.all(Array.from({ length: 50 }, async (_, index) => slots.acquire(userId(index), false)));
    const ofOne = await crowd(() => 'ann');
    expect(ofOne.filter((result) => result !== 'user_full')).toHaveLength(3);
    expect(slots.active).toBe(3);
    const ofMany = await crowd((index) => `user${index}`);
    expect(ofMany.filter((result) => result !== 'server_full')).toHaveLength(7);
    expect(slots.active).toBe(10);
  });

  it('counts a release once', async () => {
    const slots = new MemorySessionSlots(10, 1);
    const slot = await slots.acquire('ann', false);
    expect(await slots.acquire('ann', false)).toBe('user_full');
    if (typeof slot === 'string') throw new Error(slot);
    slot.release();
    slot.release();
    expect(slots.active).toBe(0);
    expect(await slots.acquire('ann', false)).toMatchObject({});
    expect(await slots.acquire('ann', false)).toBe('user_full');
  });
});

describe('ThrottledHandshakes', () => {
  it('allows so many in a window, by key and kind, and says how long to wait', async () => {
    const storage = new ThrottlerStorageService();
    const limiter = new ThrottledHandshakes(storage, { max: 3, windowMs: 30_000 });
    const hits = async (kind: 'user' | 'address', key: string, times: number) =>
      Promise.all(Array.from({ length: times }, async () => limiter.hit(kind, key)));
    expect(await hits('user', 'ann', 3)).toEqual([undefined, undefined, undefined]);
    const [wait] = await hits('user', 'ann', 1);
    expect(wait).toBeGreaterThan(28);
    expect(wait).toBeLessThanOrEqual(30);
    expect(await hits('user', 'bob', 1)).toEqual([undefined]);
    expect(await hits('address', 'ann', 1)).toEqual([undefined]);
    storage.onApplicationShutdown();
  });
});

describe('clientAddress', () => {
  const from = (remoteAddress: string, forwarded?: string) =>
    ({
      headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      socket: { remoteAddress },
    }) as unknown as Parameters<typeof clientAddress>[0];

  it('does not believe X-Forwarded-For without a trusted proxy', () => {
    expect(clientAddress(from('10.0.0.1', '1.1.1.1'), 0)).toBe('10.0.0.1');
  });

  it('takes the entry that the outermost trusted proxy wrote', () => {
    expect(clientAddress(from('10.0.0.1', '6.6.6.6, 1.1.1.1'), 1)).toBe('1.1.1.1');
    expect(clientAddress(from('10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2'), 2)).toBe('1.1.1.1');
    expect(clientAddress(from('10.0.0.1', '2001:db8::1'), 1)).toBe('2001:db8::1');
  });

  it('falls back to the peer when the header says nothing usable', () => {
    expect(clientAddress(from('::ffff:10.0.0.1'), 1)).toBe('10.0.0.1');
    expect(clientAddress(from('10.0.0.1', 'unknown'), 1)).toBe('10.0.0.1');
    expect(clientAddress(from('10.0.0.1', ' , '), 1)).toBe('10.0.0.1');
  });
});

describe('addressKey', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('counts %s as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});
