import { openTestDatabase } from '../../../test/support/database.js';
import type { Database } from '../database.js';
import { CALL_STATUSES, CALL_TRANSITIONS, END_STATUSES, isEnd, mayBecome } from './call-status.port.js';
import type { CallStatus } from './call-status.port.js';

const pairs = CALL_STATUSES.flatMap((from) => CALL_STATUSES.map((to) => [from, to] as const));

describe('the status of a call', () => {
  it.each([
    ['created', 'in_progress', true],
    ['created', 'completed', false],
    ['created', 'refused', true],
    ['dialing', 'refused', false],
    ['dialing', 'busy', true],
    ['dialing', 'created', false],
    ['ringing', 'no_answer', true],
    ['ringing', 'dialing', false],
    ['in_progress', 'completed', true],
    ['in_progress', 'busy', false],
    ['in_progress', 'ringing', false],
    ['completed', 'failed', false],
    ['completed', 'abandoned', false],
    ['failed', 'in_progress', false],
    ['abandoned', 'completed', true],
    ['abandoned', 'in_progress', false],
  ] as [CallStatus, CallStatus, boolean][])('%s → %s: %s', (from, to, may) => {
    expect(mayBecome(from, to)).toBe(may);
  });

  it('that has ended stays, unless nobody had heard how', () => {
    expect(END_STATUSES.filter((status) => CALL_TRANSITIONS[status].length > 0)).toEqual(['abandoned']);
    expect(CALL_TRANSITIONS.abandoned.every(isEnd)).toBe(true);
  });

  it('can end from wherever it is, and is reached from somewhere', () => {
    for (const status of CALL_STATUSES.filter((open) => !isEnd(open))) {
      expect(CALL_TRANSITIONS[status]).toEqual(expect.arrayContaining(['failed', 'abandoned']));
    }
    const reached = new Set(Object.values(CALL_TRANSITIONS).flat());
    expect(CALL_STATUSES.filter((status) => !reached.has(status))).toEqual(['created']);
  });

  describe('in the database', () => {
    let database: Database;
    beforeAll(async () => {
      database = await openTestDatabase({ seed: false });
    }, 180_000);
    afterAll(() => database.close());

    it('becomes what it may by the same table', async () => {
      const rows = await database.prisma.$queryRawUnsafe<{ from: CallStatus; to: CallStatus; may: boolean }[]>(
        `select f as "from", t as "to", public.call_may_become(f, t) as may
         from unnest('{${CALL_STATUSES.join()}}'::text[]) f, unnest('{${CALL_STATUSES.join()}}'::text[]) t`,
      );
      expect(rows).toHaveLength(pairs.length);
      expect(rows.filter(({ from, to, may }) => mayBecome(from, to) !== may)).toEqual([]);
    });

    it('becomes nothing else, whoever writes', async () => {
      const { prisma } = database;
      const refused: string[] = [];
      for (const [from, to] of pairs.filter(([from, to]) => from !== to)) {
        const callSid = `${from} ${to}`;
        const ended = (status: CallStatus) => (isEnd(status) ? new Date() : null);
        const data = {
          callSid,
          ownerId: 'demo',
          agent: 'julia',
          startedAt: new Date(),
          status: from,
          endedAt: ended(from),
        };
        await prisma.call.create({ data });
        const change = prisma.call.update({ where: { callSid }, data: { status: to, endedAt: ended(to) } });
        if (mayBecome(from, to)) await change;
        else await change.catch(() => refused.push(callSid));
      }
      expect(refused).toEqual(
        pairs.filter(([from, to]) => from !== to && !mayBecome(from, to)).map((pair) => pair.join(' ')),
      );
    });

    it('is open exactly while there is no end', async () => {
      const call = { callSid: 'odd', ownerId: 'demo', agent: 'julia', startedAt: new Date() };
      await expect(database.prisma.call.create({ data: { ...call, status: 'completed' } })).rejects.toThrow();
      await expect(database.prisma.call.create({ data: { ...call, endedAt: new Date() } })).rejects.toThrow();
    });
  });
});
