import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';
import { Ledger } from './ledger.js';
import { readRequests } from './request.schema.js';
import { beToday } from './today.js';

const FOLDER = join(packageRoot(), 'eval', 'fresh');

describe('a file of requests', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-fresh-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const read = (file: unknown) => {
    const path = join(folder, 'requests.json');
    writeFileSync(path, JSON.stringify(file));
    return readRequests(path);
  };
  const request = { id: 't01', kind: 'typed', turns: ['Hello.'], want: { type: 'talk' } };

  it('is read, and what is wrong in it is named', () => {
    expect(read({ today: '2026-11-29', requests: [request] }).requests).toEqual([request]);
    expect(() => read({ today: '2026-11-29', requests: [request, request] })).toThrow('t01 is there twice');
    expect(() => read({ today: '2026-11-31', requests: [request] })).toThrow(/today/);
    expect(() => read({ today: '2026-11-29', requests: [{ ...request, want: { type: 'song' } }] })).toThrow(/want/);
    expect(() => readRequests(join(folder, 'missing.json'))).toThrow(/missing\.json/);
  });

  it('wants clients, categories and documents that there are', async () => {
    for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.json'))) {
      const { today, requests } = readRequests(join(FOLDER, name));
      const ledger = await Ledger.asOf(today);
      const categories = new Set(ledger.rows.map(({ category }) => category));
      for (const { id, want } of requests) {
        if (want.type === 'document')
          expect([id, ledger.documents.map(({ slug }) => slug)]).toEqual([id, expect.arrayContaining([want.slug])]);
        if (!('clients' in want)) continue;
        expect([id, want.clients.filter((client) => !ledger.clients.has(client))]).toEqual([id, []]);
        expect([id, want.categories.filter((category) => !categories.has(category))]).toEqual([id, []]);
      }
    }
  });
});

describe('the day of a file', () => {
  it('is today until it is set back', () => {
    const before = Date.now();
    const goBack = beToday('2024-02-29');
    try {
      expect(new Date().toISOString()).toMatch(/^2024-02-29T12:00/);
      expect(new Date(Date.now()).toISOString()).toMatch(/^2024-02-29T12:00/);
      expect(Date()).toContain('2024');
      expect(new Date('2026-11-29').toISOString()).toBe('2026-11-29T00:00:00.000Z');
      expect(new Date()).toBeInstanceOf(Date);
      expect(Date.UTC(2026, 10, 29)).toBe(Date.parse('2026-11-29'));
    } finally {
      goBack();
    }
    expect(Date.now() - before).toBeLessThan(60_000);
    expect(Date.now()).toBeGreaterThanOrEqual(before);
  });

  it('is the last of the ledger, which goes back a year', async () => {
    const { rows, clients } = await Ledger.asOf('2026-11-29');
    const days = rows.map(({ bookedOn }) => bookedOn).toSorted();
    expect(days[0]?.slice(0, 7)).toMatch(/^2025-1[12]$/);
    expect((days[0] ?? '') >= '2025-11-29').toBe(true);
    expect(days.at(-1)).toMatch(/^2026-11-2\d$/);
    expect(clients.get(5001)).toBe('Ada Park');
  });
});
