import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent } from '../calls/call-ledger.port.js';
import { ManualClock } from '../../test/fakes/manual-clock.js';
import { RecordingKeeper } from './recording-keeper.js';
import { HOST } from './recording-file.js';
import { Recordings } from './recordings.js';

const DAY_MS = 86_400_000;
/** No process has this id on Linux, macOS or Windows: ids are below 2^22, or multiples of four. */
const NOBODY = 4_194_999;

describe('what is left of recordings', () => {
  let folder: string;
  let notes: (LedgerEvent & { readonly callSid: string })[];
  let erased: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-recordings-'));
    [notes, erased] = [[], []];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const part = (name: string, ageMs = 0): void => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat([Buffer.alloc(44), Buffer.alloc(64_000, 1)]));
    const then = new Date(Date.now() - ageMs);
    utimesSync(path, then, then);
  };
  const keeper = (days = 0, erasedAmong = async (): Promise<readonly string[]> => erased): RecordingKeeper => {
    const recordings = new Recordings({
      folder,
      clock: new ManualClock(),
      ledger: { note: async (callSid, events) => void notes.push(...events.map((event) => ({ callSid, ...event }))) },
      log: { warn: () => undefined },
    });
    const book = { erasedAmong, expire: async () => 0 };
    const log = { log: () => undefined, warn: () => undefined };
    return new RecordingKeeper(recordings, book, { folder, days, everyMs: 1, closeMs: 300, log });
  };
  const sweep = (days = 0): Promise<void> => keeper(days).sweep();

  it('is finished when its process is gone, at once on this machine, and written into the record', async () => {
    const now = Date.now();
    part(`gone.${now}.${HOST}-${NOBODY}.part`);
    part(`alive.${now}.${HOST}-${process.pid}.part`);
    part(`elsewhere.${now}.00000000-1.part`);
    part(`lost.${now}.00000000-1.part`, 200_000);
    expect(HOST).not.toContain(hostname());
    await sweep();
    expect(readdirSync(folder).sort()).toEqual([
      `alive.${now}.${HOST}-${process.pid}.part`,
      `elsewhere.${now}.00000000-1.part`,
      `gone.${now}.wav`,
      `lost.${now}.wav`,
    ]);
    expect(notes.map(({ callSid, kind }) => `${callSid} ${kind}`).sort()).toEqual([
      'gone recording.ready',
      'lost recording.ready',
    ]);
    expect(notes[0]?.data).toMatchObject({ durationMs: 1000, bytes: 64_044, startedAt: new Date(now).toISOString() });
    // Nothing is done twice.
    await sweep();
    expect(notes).toHaveLength(2);
  });

  it('is deleted when it is too old, or its call was erased', async () => {
    const now = Date.now();
    part(`old.${now - 31 * DAY_MS}.wav`);
    part(`young.${now - 29 * DAY_MS}.wav`);
    part(`erased.${now}.wav`);
    part(`erased.${now + 1}.${HOST}-${NOBODY}.part`);
    erased = ['erased'];
    await sweep(30);
    expect(readdirSync(folder)).toEqual([`young.${now - 29 * DAY_MS}.wav`]);
    await sweep(0);
    expect(readdirSync(folder)).toEqual([`young.${now - 29 * DAY_MS}.wav`]);
  });

  it('is deleted where it was never put together', async () => {
    part('a.1.wav.17.tmp', 700_000);
    part('a.2.wav.18.tmp', 1000);
    await sweep();
    expect(readdirSync(folder)).toEqual(['a.2.wav.18.tmp']);
  });

  it('is left to the next server, half looked after, when this one stops', async () => {
    const left = [`one.1.${HOST}-${NOBODY}.part`, `two.2.${HOST}-${NOBODY}.part`];
    left.forEach((name) => part(name));
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<readonly string[]>();
    const kept = keeper(0, () => {
      asked.resolve();
      return answer.promise;
    });
    kept.start();
    await asked.promise;
    // A database that does not answer keeps no server from stopping.
    await kept.close();
    const late = kept.close();
    answer.resolve([]);
    await late;
    expect(readdirSync(folder).sort()).toEqual(left);
    expect(notes).toEqual([]);
  });

  it('is nothing of what others keep there', async () => {
    for (const name of ['notes.txt', '..wav', 'a.wav', 'a.1.wav.2.tmp']) writeFileSync(join(folder, name), '');
    await sweep(1);
    expect(readdirSync(folder)).toHaveLength(4);
  });
});
