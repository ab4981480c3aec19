// What every SessionStore promises: one owner for one call, whoever asks first and however late somebody wakes up.
import type { SessionStore, StoredCall } from '../../src/calls/session-store.port.js';
import { waitFor } from '../support/wait-for.js';

const RIGHTS = { userId: 'u', tokenHashes: ['hash one', 'hash two'].map((name) => name.replace(' ', '-')) };
const NEXT_TOKENS = ['hash-three', 'hash-one'];
const TTL_MS = 60_000;
let calls = 0;

export const storedCall = (seq = 1): StoredCall => ({
  version: 1,
  request: {
    agent: 'julia',
    language: 'de-AT',
    inputSampleRate: 16_000,
    outputSampleRate: 24_000,
    turnDetection: 'vad',
  },
  snapshot: { version: 1, said: 'hello' },
  seq,
  events: [{ seq, event: { type: 'response.text', responseId: 'r1', delta: 'hello' } }],
  forgottenSeq: 0,
  securedBytes: 3200,
  clientSeq: 0,
  startedAt: 1_700_000_000_000,
  spent: 0.25,
});

/** `join` opens the store of one more process. */
export function sessionStoreContract(join: () => Promise<SessionStore>): void {
  /** Claims a call as it is seen now, or as it was seen under another fence. */
  const claim = async (store: SessionStore, sessionId: string, fence?: number) => {
    const seen = await store.rights(sessionId);
    return seen && store.claim(sessionId, { seenAt: seen.seenAt, fence: fence ?? seen.fence }, NEXT_TOKENS);
  };
  const newCall = (): string => `call-${(calls += 1)}`;

  it('gives a call back as it was kept, to whoever has the rights of it', async () => {
    const [a, b] = [await join(), await join()];
    const lease = a.create(newCall());
    expect(await a.rights(lease.sessionId)).toBeUndefined();
    expect(await a.save(lease, RIGHTS, storedCall(7), TTL_MS)).toBe('saved');
    const rights = await b.rights(lease.sessionId);
    expect(rights).toMatchObject({ ...RIGHTS, owner: a.owner, fence: lease.fence });
    const claimed = await claim(b, lease.sessionId);
    expect(claimed?.call).toEqual(storedCall(7));
    expect(claimed?.lease.fence).toBeGreaterThan(lease.fence);
    // Whoever comes back next is known by what he was told here, wherever that is.
    expect(await a.rights(lease.sessionId)).toMatchObject({ owner: b.owner, tokenHashes: NEXT_TOKENS });
  });

  it('lets one of many claim a call, and nobody who has lost it write it', async () => {
    const [a, b, c] = [await join(), await join(), await join()];
    const lease = a.create(newCall());
    await a.save(lease, RIGHTS, storedCall(), TTL_MS);
    const claims = await Promise.all([b, c, b, c].map((store) => claim(store, lease.sessionId, lease.fence)));
    const won = claims.filter((claim) => claim !== undefined);
    expect(won).toHaveLength(1);
    expect(await a.save(lease, RIGHTS, storedCall(2), TTL_MS)).toBe('lost');
    expect(await a.free(lease, RIGHTS, storedCall(2), TTL_MS)).toBe('lost');
    await a.remove(lease);
    expect(won[0] && (await b.save(won[0].lease, RIGHTS, storedCall(3), TTL_MS))).toBe('saved');
    expect((await claim(c, lease.sessionId))?.call.seq).toBe(3);
  });

  it('has no owner for a call that was freed', async () => {
    const [a, b] = [await join(), await join()];
    const lease = a.create(newCall());
    expect(await a.free(lease, RIGHTS, storedCall(4), TTL_MS)).toBe('saved');
    expect(await b.rights(lease.sessionId)).toMatchObject({ owner: undefined, fence: lease.fence });
    expect((await claim(b, lease.sessionId))?.call.seq).toBe(4);
  });

  it('remembers that a call is over, also for an owner that stood still', async () => {
    const [a, b] = [await join(), await join()];
    const lease = a.create(newCall());
    await a.save(lease, RIGHTS, storedCall(), TTL_MS);
    const claimed = await claim(b, lease.sessionId);
    if (claimed !== undefined) await b.remove(claimed.lease);
    expect(await a.save(lease, RIGHTS, storedCall(), TTL_MS)).toBe('lost');
    expect(await a.rights(lease.sessionId)).toBeUndefined();
    expect(await b.claim(lease.sessionId, { fence: lease.fence + 2, seenAt: 0 }, NEXT_TOKENS)).toBeUndefined();
  });

  it('gives a call that nobody has kept in time to one who ends it, and to nobody who still has it', async () => {
    const [a, b, c] = [await join(), await join(), await join()];
    const [kept, lost] = [a.create(newCall()), a.create(newCall())];
    await a.save(kept, RIGHTS, storedCall(), TTL_MS);
    await a.save(lost, RIGHTS, storedCall(), 1);
    await waitFor(async () => (await b.overdue())?.includes(lost.sessionId) === true);
    expect(await b.overdue()).not.toContain(kept.sessionId);
    expect(await b.bury(kept.sessionId)).toBeUndefined();
    const buried = (await Promise.all([b, c, b].map((store) => store.bury(lost.sessionId)))).filter(Boolean);
    expect(buried).toEqual([
      {
        lease: expect.objectContaining({ sessionId: lost.sessionId }),
        call: {
          sessionId: lost.sessionId,
          userId: 'u',
          agent: 'julia',
          startedAt: 1_700_000_000_000,
          seenAt: expect.any(Number),
        },
      },
    ]);
    expect(await a.save(lost, RIGHTS, storedCall(), TTL_MS)).toBe('lost');
    if (buried[0] !== undefined) await b.remove(buried[0].lease);
    expect(await b.overdue()).not.toContain(lost.sessionId);
    expect(await a.save(lost, RIGHTS, storedCall(), TTL_MS)).toBe('lost');
  });

  it('asks the owner, and goes on once it has freed the call', async () => {
    const [a, b] = [await join(), await join()];
    const lease = a.create(newCall());
    await a.save(lease, RIGHTS, storedCall(), TTL_MS);
    a.onAsked(async (sessionId) => {
      if (sessionId === lease.sessionId) await a.free(lease, RIGHTS, storedCall(9), TTL_MS);
    });
    expect(await b.rights(lease.sessionId)).toMatchObject({ owner: a.owner, ownerListens: true });
    expect(await a.rights(lease.sessionId)).toMatchObject({ owner: a.owner, ownerListens: false });
    await b.askFor(lease.sessionId, a.owner, 5000);
    expect(await b.rights(lease.sessionId)).toMatchObject({ owner: undefined });
    expect((await claim(b, lease.sessionId))?.call.seq).toBe(9);
  });

  it('does not wait for an owner that is gone', async () => {
    const [a, b] = [await join(), await join()];
    a.close();
    // Until the store has noticed, it is waited for.
    for (let since = performance.now(), took = Infinity; took > 250; since = performance.now()) {
      await b.askFor(newCall(), a.owner, 500);
      took = performance.now() - since;
    }
    const lease = a.create(newCall());
    await a.save(lease, RIGHTS, storedCall(), TTL_MS);
    expect(await b.rights(lease.sessionId)).toMatchObject({ owner: a.owner, ownerListens: false });
  });
}
