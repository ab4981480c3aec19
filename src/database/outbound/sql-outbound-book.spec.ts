import { randomUUID } from 'node:crypto';
import { openTestDatabase } from '../../../test/support/database.js';
import type { Database } from '../database.js';
import { SqlOutboundBook } from './sql-outbound-book.js';

const REFUSED = { status: 403, body: { error: 'call_refused' } };
const OTHER = { status: 503, body: { error: 'not_dialled' } };

describe('the book of placed calls', () => {
  let database: Database;
  let book: SqlOutboundBook;

  beforeAll(async () => {
    database = await openTestDatabase({ seed: false });
    book = new SqlOutboundBook(database);
  }, 180_000);
  afterAll(() => database.close());

  async function placed(): Promise<string> {
    const callSid = randomUUID();
    const call = { callSid, ownerId: 'mia', agent: 'julia', to: '+4930123456', provider: 'twilio' };
    await book.place({ ...call, key: callSid, digest: 'x' }, { since: new Date(), checkMs: 60_000 });
    return callSid;
  }
  const ended = (callSid: string) => ({
    id: randomUUID(),
    callSid,
    at: new Date().toISOString(),
    status: 'refused' as const,
    reason: 'hours',
  });

  it('keeps an end with its answer, and says what is kept', async () => {
    const callSid = await placed();
    expect(await book.end(ended(callSid), 'created', REFUSED)).toEqual(REFUSED);
    expect(await book.answerOf(callSid)).toEqual(REFUSED);
  });

  it('says at an end what was answered before', async () => {
    const callSid = await placed();
    await book.answer(callSid, OTHER);
    expect(await book.end(ended(callSid), 'created', REFUSED)).toEqual(OTHER);
  });

  it('keeps neither of a call that is something else by now', async () => {
    const callSid = await placed();
    expect(await book.end(ended(callSid), 'dialing', REFUSED)).toBeUndefined();
    expect(await book.answerOf(callSid)).toBeNull();
  });
});
