import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { openTestDatabase } from '../../../test/support/database.js';
import { SqlCallStore } from '../../database/calls/sql-call-store.js';
import { storedLedger } from './row-ledger.js';
import { userCommand } from './user-command.js';

/** Whether any file of a folder holds a word. */
const holds = (folder: string, word: string): boolean =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(word));

describe('npm run data -- export-user and erase-user', () => {
  it.each([
    [[]],
    [['export-user']],
    [['export-user', '--yes']],
    [['export-user', 'ann', 'ben']],
    [['erase-user', 'ann']],
    [['erase-user', '', '--yes']],
    [['erase-user', 'ann', '--yes', 'ben']],
  ])('does nothing by %j', (args) => {
    expect(userCommand(args)).toBeUndefined();
  });

  it('writes what there is, then erases it', async () => {
    const database = await openTestDatabase({ seed: false });
    try {
      const store = new SqlCallStore(database);
      const web = { direction: 'inbound', channel: 'web', agent: 'julia' } as const;
      for (const ownerId of ['ann', 'ann', 'ben']) {
        await storedLedger(store).open({ callSid: crypto.randomUUID(), ownerId, ...web });
      }
      const recorded: string[] = [];
      const audio = {
        read: async function* (file: string) {
          for (const piece of [file.slice(0, 4), file.slice(4)]) yield Buffer.from(piece);
        },
        erase: async (callSids: readonly string[]) => recorded.push(...callSids),
      };
      const run = async (...args: string[]): Promise<string> => {
        const out = new PassThrough();
        const told = text(out);
        await userCommand(args)?.({ prisma: database.prisma, store, audio, purge: () => database.purge(), out });
        out.end();
        return told;
      };
      const calls = async () => (JSON.parse(await run('export-user', 'ann')) as { calls: { ownerId: string }[] }).calls;
      expect((await calls()).map(({ ownerId }) => ownerId)).toEqual(['ann', 'ann']);
      const [{ callSid } = { callSid: '' }] = await database.prisma.call.findMany({ where: { ownerId: 'ann' } });
      const about = { file: 'a.1.wav', durationMs: 1, bytes: 2, sha512: 'f'.repeat(128), startedAt: new Date() };
      const ready = { id: crypto.randomUUID(), kind: 'recording.ready', at: new Date(), data: about };
      await storedLedger(store).note(callSid, [ready]);
      const { recordings } = JSON.parse(await run('export-user', 'ann')) as { recordings: unknown[] };
      expect(recordings).toEqual([
        { callSid, file: 'a.1.wav', mediaType: 'audio/wav', base64: Buffer.from('a.1.wav').toString('base64') },
      ]);
      expect(await run('erase-user', 'ann', '--yes')).toBe(
        'Erased: 2 calls, 0 artifacts, 0 mails, 0 side effects, 2 files of recordings.\n',
      );
      expect(recorded).toContain(callSid);
      expect(await calls()).toEqual([]);
      expect(await database.prisma.call.count()).toBe(1);
    } finally {
      await database.close();
    }
  }, 60_000);

  it('leaves no word on the disk where the database is embedded', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'parley-erased-'));
    const WORDS = 'My dog is called Brisket.';
    try {
      const database = await openTestDatabase({ seed: false, url: undefined, dataDir });
      const store = new SqlCallStore(database);
      const ledger = storedLedger(store);
      const callSid = crypto.randomUUID();
      await ledger.open({ callSid, ownerId: 'ann', direction: 'inbound', channel: 'web', agent: 'julia' });
      await ledger.say(callSid, [{ id: crypto.randomUUID(), speaker: 'user', text: WORDS, startedAt: new Date() }]);
      await database.prisma.$executeRawUnsafe('checkpoint');
      expect(holds(dataDir, WORDS)).toBe(true);
      const audio = { read: async function* () {}, erase: () => Promise.resolve(0) };
      const out = new PassThrough().resume();
      const erase = userCommand(['erase-user', 'ann', '--yes']);
      await erase?.({ prisma: database.prisma, store, audio, purge: () => database.purge(), out });
      await database.close();
      expect(holds(dataDir, WORDS)).toBe(false);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 120_000);
});
