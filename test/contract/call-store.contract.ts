import { randomUUID } from 'node:crypto';
import type { CallStore } from '../../src/database/calls/call-store.port.js';
import { callerOf } from '../support/database.js';

// What every CallStore must do, wherever the rows are (src/database/calls/call-store.port.ts as tests).

export interface CallStoreHarness {
  readonly store: CallStore;
  close(): Promise<void>;
}

const accessOf = (userId: string, signal = new AbortController().signal) => ({ caller: callerOf(userId), signal });

export function callStoreContract(name: string, open: () => Promise<CallStoreHarness>): void {
  describe(`CallStore: ${name}`, () => {
    let harness: CallStoreHarness;
    beforeAll(async () => {
      harness = await open();
    }, 60_000);
    afterAll(() => harness.close());

    describe('artifacts', () => {
      it('gives them back to their owner, byte by byte, and to nobody else', async () => {
        const name = `${randomUUID()}.bin`;
        const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
        await harness.store.storeArtifact(
          name,
          { title: 'All bytes', mediaType: 'image/png', bytes },
          accessOf('demo'),
        );
        const read = await harness.store.readArtifact(name, accessOf('demo'));
        expect(read).toMatchObject({ title: 'All bytes', mediaType: 'image/png' });
        expect(Buffer.from(read?.bytes ?? []).equals(bytes)).toBe(true);
        expect(await harness.store.readArtifact(name, accessOf('other'))).toBeUndefined();
        expect(await harness.store.readArtifact('no-such-name', accessOf('demo'))).toBeUndefined();
      });

      it('keeps nothing for a caller without an identity', async () => {
        const artifact = { title: 'x', mediaType: 'text/plain', bytes: Buffer.from('x') };
        await expect(harness.store.storeArtifact(randomUUID(), artifact, accessOf(''))).rejects.toThrow();
      });

      it('stops waiting when the signal is aborted', async () => {
        const stop = new AbortController();
        stop.abort();
        await expect(harness.store.readArtifact('x', accessOf('demo', stop.signal))).rejects.toMatchObject({
          name: 'DataError',
          code: 'cancelled',
        });
      });
    });

    describe('outgoing messages', () => {
      const message = (key: string) =>
        ({ key, kind: 'email', recipient: 'john@example.com', subject: 'Report', clientId: 5001 }) as const;

      it('lets one of many claim a key', async () => {
        const key = randomUUID();
        const claims = await Promise.all(
          Array.from({ length: 5 }, () => harness.store.claimMessage(message(key), accessOf('demo'))),
        );
        expect(claims.filter((claim) => claim.claimed)).toHaveLength(1);
        expect(claims.every((claim) => claim.status === 'sending')).toBe(true);
      });

      it('opens a failed one to another try, and no other', async () => {
        for (const status of ['failed', 'sent', 'unknown'] as const) {
          const key = randomUUID();
          await harness.store.claimMessage(message(key), accessOf('demo'));
          await harness.store.settleMessage(key, status, accessOf('demo'));
          const again = await harness.store.claimMessage(message(key), accessOf('demo'));
          expect(again).toEqual(
            status === 'failed' ? { claimed: true, status: 'sending' } : { claimed: false, status },
          );
        }
      });

      it('keeps the keys of two callers apart', async () => {
        const key = randomUUID();
        expect(await harness.store.claimMessage(message(key), accessOf('demo'))).toMatchObject({ claimed: true });
        await harness.store.settleMessage(key, 'sent', accessOf('other'));
        expect(await harness.store.claimMessage(message(key), accessOf('other'))).toMatchObject({ claimed: true });
        expect(await harness.store.claimMessage(message(key), accessOf('demo'))).toEqual({
          claimed: false,
          status: 'sending',
        });
      });
    });
  });
}
