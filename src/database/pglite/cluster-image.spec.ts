import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureClusterImage } from './cluster-image.js';
import { openPglite } from './pglite-cluster.js';

describe('the image of a cluster', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-image-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is made once, holds what was done to it, and takes the place of the one before', async () => {
    writeFileSync(join(folder, 'pglite-0.4.2-before.tar'), '');
    let runs = 0;
    for (let opened = 0; opened < 2; opened += 1) {
      const cluster = await openPglite({
        cacheDir: folder,
        prepared: {
          key: 'after',
          run: async (adapter) => {
            runs += 1;
            await (await adapter.connect()).executeScript('create table prepared (id integer)');
          },
        },
      });
      try {
        const connection = await cluster.adapter.connect();
        const sql = `select to_regclass('prepared')::text`;
        expect((await connection.queryRaw({ sql, args: [], argTypes: [] })).rows).toEqual([['prepared']]);
      } finally {
        await cluster.close();
      }
    }
    expect(runs).toBe(1);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^pglite-.*-after\.tar$/)]);
  }, 120_000);

  it('is not kept when it could not be made', async () => {
    const make = () => Promise.reject(new Error('no luck'));
    await expect(ensureClusterImage(folder, { key: 'failing', make })).rejects.toThrow('no luck');
    expect(readdirSync(folder)).toEqual([expect.stringContaining('after')]);
  });
});
