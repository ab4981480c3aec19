import { randomUUID } from 'node:crypto';
import { openTestDatabase, callerOf } from '../../../test/support/database.js';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { SqlRpc } from '../rpc/sql-rpc.js';
import type { AcceptedMail } from './mail-queue.port.js';
import { SqlMailQueue } from './sql-mail-queue.js';

const MOST = 5;

let database: Database;
let queue: SqlMailQueue;
beforeAll(async () => {
  database = await openTestDatabase({ seed: false });
  queue = new SqlMailQueue(database);
}, 180_000);
afterAll(() => database.close());

const mailOf = (more: Partial<AcceptedMail> = {}): AcceptedMail => ({
  ownerId: randomUUID(),
  key: randomUUID(),
  callId: 'call',
  subject: 'Report',
  clientId: 5001,
  recipients: ['ann@example.com'],
  content: 'what is sent',
  ...more,
});
const claim = (key: string, more: { lease?: string; again?: boolean } = {}) =>
  queue.claim({ lease: 'mine', leaseMs: 60_000, again: false, key: `${key}-1`, ...more });
const heldBy = (mail: AcceptedMail, lease = 'mine') => ({ ownerId: mail.ownerId, key: `${mail.key}-1`, lease });
/** As if the worker had been gone for long. */
const expire = ({ ownerId, key }: AcceptedMail) =>
  database.prisma.outboxMessage.updateMany({
    where: { ownerId, messageKey: key },
    data: { leasedUntil: new Date(Date.now() - 1000) },
  });
const statusOf = async ({ ownerId, key }: AcceptedMail) =>
  (await queue.standing(ownerId, key)).map(({ status, fault }) => [status, fault]);
const contents = ({ key }: AcceptedMail) => database.prisma.mailContent.count({ where: { key } });

describe('accepting', () => {
  it('stores a copy for each recipient, once for a key however often it is given', async () => {
    const mail = mailOf({ recipients: ['ann@example.com', 'bob@example.com'] });
    await Promise.all(Array.from({ length: 4 }, () => queue.accept(mail, MOST)));
    expect(await queue.accept(mail, 0)).toBeUndefined();
    expect(await queue.standing(mail.ownerId, mail.key)).toEqual([
      { key: `${mail.key}-1`, recipient: 'ann@example.com', status: 'queued', attempts: 0, fault: undefined },
      { key: `${mail.key}-2`, recipient: 'bob@example.com', status: 'queued', attempts: 0, fault: undefined },
    ]);
    expect(await queue.standing('somebody else', mail.key)).toEqual([]);
  });

  it('lets nobody over his limit, two at once neither, and says when there is room', async () => {
    const ownerId = randomUUID();
    const three = () => mailOf({ ownerId, recipients: ['a@example.com', 'b@example.com', 'c@example.com'] });
    const answers = await Promise.all([queue.accept(three(), MOST), queue.accept(three(), MOST)]);
    const refused = answers.filter((answer) => answer !== undefined);
    expect(refused).toMatchObject([{ allowed: false, used: 3 }]);
    const left = (refused[0]?.freeAt?.getTime() ?? 0) - Date.now();
    expect(left / 3_600_000).toBeCloseTo(24, 1);
    expect(await queue.allowance(ownerId, 2, MOST)).toEqual({ allowed: true, used: 3, freeAt: undefined });
    expect(await queue.allowance(ownerId, 6, MOST)).toEqual({ allowed: false, used: 3, freeAt: undefined });
    expect(await queue.allowance(randomUUID(), 5, MOST)).toEqual({ allowed: true, used: 0, freeAt: undefined });

    await database.prisma.outboxMessage.updateMany({
      where: { ownerId },
      data: { createdAt: new Date(Date.now() - 25 * 3_600_000) },
    });
    expect(await queue.accept(three(), MOST)).toBeUndefined();
  });
});

describe('a mail that came back', () => {
  const sent = async (more: Partial<AcceptedMail> = {}) => {
    const mail = mailOf(more);
    await queue.accept(mail, MOST);
    await claim(mail.key);
    await queue.settle(heldBy(mail), { status: 'sent' });
    return mail;
  };

  it('says so, once, and before the next mail to that address', async () => {
    const mail = await sent();
    const told = await Promise.all([1, 2, 3].map(() => queue.bounce(`${mail.key}-1`, 'permanent_suppressed')));
    expect(told.toSorted()).toEqual(['bounced', 'known', 'known']);
    expect(await statusOf(mail)).toEqual([['bounced', 'permanent_suppressed']]);
    expect(await queue.record(mail.ownerId, mail.recipients)).toEqual(new Map([['ann@example.com', 'bounced']]));
    expect(await queue.bounce('no such mail', 'permanent_general')).toBe('unknown');
  });

  it('is not sent again, whoever was sending it, and what it said is deleted', async () => {
    const mail = mailOf();
    await queue.accept(mail, MOST);
    await claim(mail.key);
    expect(await queue.bounce(`${mail.key}-1`, 'permanent_general')).toBe('bounced');
    expect(await queue.settle(heldBy(mail), { status: 'queued', fault: 'later', waitMs: 0 })).toBe(false);
    expect((await claim(mail.key)).mail).toBeUndefined();
    expect(await contents(mail)).toBe(0);
  });

  it('is given to its call to tell, once, and to no other', async () => {
    const callId = randomUUID();
    const mail = await sent({ callId });
    expect(await queue.claimBounces([callId])).toEqual([]);
    await queue.bounce(`${mail.key}-1`, 'permanent_general');
    await database.prisma.sideEffect.create({
      data: { ownerId: mail.ownerId, key: mail.key, callId, tool: 'send_email_report', status: 'done' },
    });
    expect(await queue.claimBounces(['another call'])).toEqual([]);
    const given = await Promise.all([1, 2].map(() => queue.claimBounces([callId, 'another call'])));
    expect(given.flat()).toEqual([{ callId, recipient: 'ann@example.com', tool: 'send_email_report' }]);
  });
});

describe('a claimed mail', () => {
  it('belongs to one of many workers', async () => {
    const mail = mailOf();
    await queue.accept(mail, MOST);
    const claims = await Promise.all(Array.from({ length: 6 }, (_, n) => claim(mail.key, { lease: `worker ${n}` })));
    expect(claims.filter((one) => one.mail !== undefined)).toMatchObject([
      {
        mail: {
          ownerId: mail.ownerId,
          recipient: 'ann@example.com',
          subject: 'Report',
          content: mail.content,
          attempts: 1,
        },
      },
    ]);
  });

  it('is settled once, and what it says is deleted with its last recipient', async () => {
    const mail = mailOf({ recipients: ['ann@example.com', 'bob@example.com'] });
    await queue.accept(mail, MOST);
    await claim(mail.key);
    expect(await queue.handOver(heldBy(mail))).toBe(true);
    expect(await queue.settle(heldBy(mail), { status: 'sent' })).toBe(true);
    expect(await queue.settle(heldBy(mail), { status: 'failed', fault: 'late' })).toBe(false);
    expect(await contents(mail)).toBe(1);
    await queue.claim({ lease: 'other', leaseMs: 60_000, again: false, key: `${mail.key}-2` });
    const other = { ...heldBy(mail, 'other'), key: `${mail.key}-2` };
    expect(await queue.settle(other, { status: 'bounced', fault: 'recipient' })).toBe(true);
    expect(await statusOf(mail)).toEqual([
      ['sent', undefined],
      ['bounced', 'recipient'],
    ]);
    expect(await contents(mail)).toBe(0);
    expect(await queue.record(mail.ownerId, ['Ann@Example.com', 'bob@example.com', 'eve@example.com'])).toEqual(
      new Map([
        ['ann@example.com', 'sent'],
        ['bob@example.com', 'bounced'],
      ]),
    );
  });

  it('is tried again when its time has come', async () => {
    const mail = mailOf();
    await queue.accept(mail, MOST);
    await claim(mail.key);
    await queue.settle(heldBy(mail), { status: 'queued', fault: 'later', waitMs: 3_600_000 });
    expect((await claim(mail.key)).mail).toBeUndefined();
    await database.prisma.outboxMessage.updateMany({
      where: { messageKey: mail.key },
      data: { dueAt: new Date() },
    });
    expect((await claim(mail.key)).mail).toMatchObject({ attempts: 2, content: mail.content });
  });

  it('goes to another when its worker is gone before the hand-over, and the first may not send it any more', async () => {
    const mail = mailOf();
    await queue.accept(mail, MOST);
    await claim(mail.key);
    expect((await claim(mail.key, { lease: 'other' })).mail).toBeUndefined();
    await expire(mail);
    expect(await queue.handOver(heldBy(mail))).toBe(false);
    expect((await claim(mail.key, { lease: 'other' })).mail).toMatchObject({ attempts: 2 });
    expect(await queue.handOver(heldBy(mail))).toBe(false);
    expect(await queue.settle(heldBy(mail), { status: 'sent' })).toBe(false);
    expect(await queue.handOver(heldBy(mail, 'other'))).toBe(true);
  });

  it('goes to nobody when its worker is gone after the hand-over, and that worker may still say better', async () => {
    const mail = mailOf();
    await queue.accept(mail, MOST);
    await claim(mail.key);
    await queue.handOver(heldBy(mail));
    await expire(mail);
    const { mail: taken, lost } = await claim(mail.key, { lease: 'other' });
    expect([taken, lost]).toEqual([undefined, [`${mail.key}-1`]]);
    expect(await statusOf(mail)).toEqual([['unknown', 'lost']]);
    expect(await contents(mail)).toBe(0);
    expect(await queue.settle(heldBy(mail), { status: 'queued', fault: 'later', waitMs: 1 })).toBe(false);
    expect(await queue.settle(heldBy(mail), { status: 'sent' })).toBe(true);
    expect(await statusOf(mail)).toEqual([['sent', undefined]]);
  });

  it('goes to another also then, where keys are known again', async () => {
    const mail = mailOf();
    await queue.accept(mail, MOST);
    await claim(mail.key, { again: true });
    await queue.handOver(heldBy(mail));
    await expire(mail);
    expect(await claim(mail.key, { lease: 'other', again: true })).toMatchObject({ lost: [], mail: { attempts: 2 } });
  });
});

describe('a caller', () => {
  const access = { caller: callerOf('demo'), signal: new AbortController().signal };
  const OWN: readonly SqlFunction[] = [
    {
      name: 'accept_mail',
      args: {
        p_owner: 'text',
        p_key: 'text',
        p_call_id: 'text',
        p_subject: 'text',
        p_client_id: 'integer',
        p_recipients: 'jsonb',
        p_content: 'text',
        p_most: 'integer',
      },
    },
    { name: 'mail_allowance', args: { p_owner: 'text', p_wanted: 'integer', p_most: 'integer' } },
    { name: 'claim_mail', args: { p_lease: 'text', p_lease_ms: 'integer', p_again: 'boolean', p_key: 'text' } },
    { name: 'hand_over_mail', args: { p_owner: 'text', p_key: 'text', p_lease: 'text' } },
    { name: 'mail_standing', args: { p_owner: 'text', p_key: 'text' } },
  ];
  it.each(OWN)('may not call $name', async (fn) => {
    const none = Object.fromEntries(Object.keys(fn.args).map((argument) => [argument, null]));
    await expect(new SqlRpc(database).call(fn, none, access)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('reads what was sent for him, and writes nothing', async () => {
    const mail = mailOf({ ownerId: 'demo' });
    await queue.accept(mail, 1000);
    const as = (userId: string, statement: string) =>
      database.prisma.$transaction([
        database.prisma.$queryRaw`select set_config('role', 'authenticated', true),
          set_config('request.jwt.claims', ${JSON.stringify({ sub: userId })}, true)`,
        database.prisma.$queryRawUnsafe(statement),
      ]);
    const [, own] = await as('demo', 'select recipient from public.outbox');
    expect(own).toEqual([{ recipient: 'ann@example.com' }]);
    expect((await as('other', 'select recipient from public.outbox'))[1]).toEqual([]);
    for (const statement of [
      `insert into public.outbox (owner_id, key, message_key, kind, recipient, subject) values ('demo', 'k', 'k', 'email', 'x', 'y')`,
      `update public.outbox set recipient = 'eve@example.net'`,
      `update public.mail_contents set content = 'x'`,
      `delete from public.outbox`,
    ]) {
      await expect(as('demo', statement)).rejects.toThrow(/permission denied/);
    }
  });
});
