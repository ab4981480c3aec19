import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { openTestDatabase } from '../../../test/support/database.js';
import { SqlCallStore } from '../../database/calls/sql-call-store.js';
import { storedLedger } from './row-ledger.js';
import { userCommand } from './user-command.js';

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
      const run = async (...args: string[]): Promise<string> => {
        const out = new PassThrough();
        const told = text(out);
        await userCommand(args)?.({ prisma: database.prisma, store, out });
        out.end();
        return told;
      };
      const calls = async () => (JSON.parse(await run('export-user', 'ann')) as { calls: { ownerId: string }[] }).calls;
      expect((await calls()).map(({ ownerId }) => ownerId)).toEqual(['ann', 'ann']);
      expect(await run('erase-user', 'ann', '--yes')).toBe('Erased: 2 calls, 0 artifacts, 0 mails, 0 side effects.\n');
      expect(await calls()).toEqual([]);
      expect(await database.prisma.call.count()).toBe(1);
    } finally {
      await database.close();
    }
  }, 60_000);
});
