import { randomUUID } from 'node:crypto';
import { openTestDatabase } from '../../../test/support/database.js';
import { SqlCallStore } from '../calls/sql-call-store.js';
import type { Database } from '../database.js';
import { SqlTransferBook } from './sql-transfer-book.js';

describe('the book of transfers', () => {
  let database: Database;
  let book: SqlTransferBook;

  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    book = new SqlTransferBook(database);
  }, 180_000);
  afterAll(() => database.close());

  /** One that is nobody's from the first. */
  async function begun(): Promise<string> {
    const [id, callSid] = [randomUUID(), randomUUID()];
    const at = new Date().toISOString();
    const route = { direction: 'inbound', channel: 'phone' } as const;
    await new SqlCallStore(database).write([{ type: 'opened', callSid, at, agent: 'julia', ...route }]);
    const words = { announcement: null, gone: 'Gone.', language: 'en-US' };
    const parties = { callerLeg: 'CA1', callee: '+4930700001', calleeSees: '+4930654321', provider: 'twilio' };
    await book.begin({ id, callSid, agent: 'julia', destination: 'billing', ...parties, words }, 0);
    return id;
  }
  const claimed = async (): Promise<readonly string[]> => (await book.claim(0, 100)).map(({ id }) => id);
  const checkAt = async (id: string) =>
    (await database.prisma.callTransfer.findUniqueOrThrow({ where: { id } })).checkAt;
  const hourLater = (id: string) =>
    database.prisma.$executeRaw`
      update call_transfers set started_at = started_at - interval '1 hour' where id = ${id}::uuid`;

  it('has somebody look after what has ended until it is settled', async () => {
    const id = await begun();
    await book.move(id, ['dialing'], { to: 'ended', outcome: 'caller_left' });
    expect(await claimed()).toContain(id);
    await book.settle(id);
    expect(await claimed()).not.toContain(id);
  });

  it('keeps what is settled so, whoever looks how it stands', async () => {
    const id = await begun();
    await book.move(id, ['dialing'], { to: 'ended', outcome: 'answered' });
    expect(await book.watch(id, 0)).toMatchObject({ outcome: 'answered' });
    expect(await checkAt(id)).toBeNull();
    expect(await claimed()).not.toContain(id);
  });

  it('has nobody look after what ended long ago, nor find it among what is due', async () => {
    const id = await begun();
    await book.move(id, ['dialing'], { to: 'ended', outcome: 'caller_left' });
    await hourLater(id);
    expect(await claimed()).not.toContain(id);
    expect(await checkAt(id)).toBeNull();
  });

  it('has somebody look after what has not ended, however old', async () => {
    const id = await begun();
    await hourLater(id);
    expect(await claimed()).toContain(id);
  });

  it('lets nobody say that a person has the caller whom he has left', async () => {
    const id = await begun();
    await book.move(id, ['dialing'], { to: 'accepted' });
    await book.move(id, ['accepted'], { to: 'person_left' });
    expect(await book.move(id, ['accepted'], { to: 'ended', outcome: 'answered' })).toBeUndefined();
    expect(await book.watch(id, 0)).toMatchObject({ state: 'person_left', outcome: null });
  });
});
