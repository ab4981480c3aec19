import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { openTestDatabase } from '../../../test/support/database.js';
import { SmtpCatcher } from '../../../test/support/smtp-catcher.js';
import { brokenStore, businessDataOf, callOf, consentOf, contextOf, registryOf } from '../../../test/support/tools.js';
import type { BusinessData } from '../data/business-data.port.js';
import type { CallStore } from '../../database/calls/call-store.port.js';
import { SqlCallStore } from '../../database/calls/sql-call-store.js';
import { DataError } from '../../database/data.port.js';
import type { Database } from '../../database/database.js';
import { ToolRegistry } from '../../tools/tool-runner.js';
import { sendEmailReportTool } from './send-email-report.tool.js';
import { SmtpMailer } from './smtp-mailer.js';

const FROM = 'Julia <julia@parley.example>';
const MARCH = { client_id: 5001, recipient: 'john@example.com', from: '2026-03-01', to: '2026-03-31' };

/** Quoted-printable and the folding of headers undone. */
const readable = (raw: string): string =>
  raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\r\n[ \t]+/g, ' ');

describe('send_email_report', () => {
  let database: Database;
  let data: BusinessData;
  let store: CallStore;
  let smtp: SmtpCatcher;
  beforeAll(async () => {
    database = await openTestDatabase();
    data = businessDataOf(database);
    store = new SqlCallStore(database);
    smtp = await SmtpCatcher.start();
  }, 60_000);
  beforeEach(() => {
    smtp.fault = undefined;
    smtp.mails.length = 0;
  });
  afterAll(async () => {
    await smtp.close();
    await database.close();
  });

  const toolOn = (url: string, outbox: CallStore = store) =>
    registryOf(sendEmailReportTool({ data, outbox, mailer: new SmtpMailer({ url, from: FROM, timeoutMs: 500 }) }));
  const send = (
    args: object = MARCH,
    { number = undefined as number | undefined, user = 'demo', url = smtp.url() } = {},
  ) => toolOn(url).registry.run(callOf('send_email_report', args), { ...contextOf(user), consent: consentOf(number) });
  const ask = (args: object, user = 'demo') =>
    toolOn(smtp.url()).registry.readBack(callOf('send_email_report', args), contextOf(user));

  it('asks before it sends, and sends nothing by asking', async () => {
    const rows = await data.queryTransactions({ clientId: 5001, limit: 1 }, contextOf());
    expect(await ask({ client_id: 5001, recipient: 'john@example.com' })).toEqual({
      statement: `I will send ${rows?.count} transactions of client 5001, Ada Park, to john@example.com.`,
      ask: 'Shall I send it?',
    });
    expect(await ask(MARCH)).toEqual({
      statement: expect.stringMatching(
        /^I will send \d+ transactions of client 5001, Ada Park, from March 1 to March 31, 2026, to john@example\.com\.$/,
      ),
      ask: 'Shall I send it?',
    });
    expect(toolOn(smtp.url()).registry.effect('send_email_report')).toBe('write');
    expect(smtp.mails).toEqual([]);
  });

  it('spells the address back when the recogniser was not sure of it', async () => {
    const { registry } = toolOn(smtp.url());
    const heard = (text: string, confidence?: number) => ({
      text,
      startMs: 0,
      endMs: 0,
      ...(confidence === undefined ? {} : { confidence }),
    });
    const question = async (...words: ReturnType<typeof heard>[]) => {
      const call = callOf('send_email_report', { client_id: 5001, recipient: 'j.doe@example.com' });
      const asked = await registry.readBack(call, { ...contextOf(), heard: words });
      return 'statement' in asked ? asked.statement : '';
    };
    const spelled = 'to j.doe@example.com. That is J, dot, D, O, E, at example.com.';
    expect(await question(heard('to', 0.3), heard('doe', 0.5), heard('example', 0.99))).toContain(spelled);
    // Sure of it, unsure of words that have no part in it, typed, or said again more clearly.
    expect(await question(heard('transactions', 0.2), heard('doe', 0.95))).not.toContain('That is');
    expect(await question(heard('doe'))).not.toContain('That is');
    expect(await question()).not.toContain('That is');
    expect(await question(heard('doe', 0.5), heard('doe', 0.97))).not.toContain('That is');
  });

  it('sends every transaction of the period, as text and as HTML', async () => {
    const report = await data.queryTransactions(
      { periods: [{ from: MARCH.from, to: MARCH.to }], clientId: 5001, limit: 1000 },
      contextOf(),
    );
    const outcome = await send();
    const subject = 'Transactions of client 5001, Ada Park from March 1 to March 31, 2026';
    expect(outcome).toEqual({
      ok: true,
      data: { recipient: 'john@example.com', subject, client_id: 5001, count: report?.count },
      artifacts: [{ kind: 'email', title: subject, mediaType: 'message/rfc822' }],
    });
    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]?.recipients).toEqual(['john@example.com']);
    const mail = readable(smtp.mails[0]?.raw ?? '');
    expect(mail).toContain(`Subject: ${subject}`);
    expect(mail).toContain('From: Julia <julia@parley.example>');
    expect(mail).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
    for (const { date, description } of report?.transactions ?? []) {
      expect(mail).toMatch(new RegExp(`${date} .*${description}`));
      expect(mail).toContain(`>${description}</td>`);
    }
  });

  describe('once', () => {
    it('whatever happens to one call', async () => {
      const number = 9001;
      const [first, second] = await Promise.all([send(MARCH, { number }), send(MARCH, { number })]);
      const third = await send(MARCH, { number });
      expect(smtp.mails).toHaveLength(1);
      expect(third).toEqual(first.ok ? first : second);
      expect([first, second].filter((outcome) => outcome.ok).length).toBeGreaterThanOrEqual(1);
      const row = await database.prisma.outboxMessage.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });
      expect(row).toMatchObject({ ownerId: 'demo', status: 'sent', recipient: 'john@example.com', clientId: 5001 });
    });

    it('on two workers that share a database, each told what became of it', async () => {
      const tool = sendEmailReportTool({
        data,
        outbox: store,
        mailer: new SmtpMailer({ url: smtp.url(), from: FROM }),
      });
      const workerOf = () => new ToolRegistry([tool], { onFault: () => undefined, effects: store });
      const sendOn = (registry: ToolRegistry) =>
        registry.run(callOf('send_email_report', MARCH), { ...contextOf(), consent: consentOf(9000) });
      const [first, second] = [workerOf(), workerOf()];
      const outcomes = await Promise.all([sendOn(first), sendOn(second)]);
      expect(smtp.mails).toHaveLength(1);
      expect(outcomes.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(1);
      // Long after: what was answered is what was kept.
      expect(await sendOn(workerOf())).toEqual(outcomes.find(({ ok }) => ok));
      expect(smtp.mails).toHaveLength(1);
    });

    it('but again when the caller asks again', async () => {
      await send();
      await send();
      expect(smtp.mails).toHaveLength(2);
    });

    it('and after a failure that sent nothing, the same call may try again', async () => {
      const number = 9002;
      smtp.fault = { at: 'recipient', code: 451 };
      expect(await send(MARCH, { number })).toMatchObject({ ok: false });
      smtp.fault = undefined;
      expect(await send(MARCH, { number })).toMatchObject({ ok: true });
      expect(smtp.mails).toHaveLength(1);
    });

    it('and never again when nobody knows whether it went', async () => {
      const number = 9003;
      smtp.fault = { at: 'cut-after' };
      const outcome = await send(MARCH, { number });
      expect(outcome).toMatchObject({ ok: false, code: 'failed', message: expect.stringMatching(/may or may not/) });
      smtp.fault = undefined;
      expect(await send(MARCH, { number })).toMatchObject({
        ok: false,
        message: expect.stringMatching(/may or may not/),
      });
      expect(smtp.mails).toEqual([]);
    });
  });

  describe('failures', () => {
    it.each([
      ['an address that the server refuses', { at: 'recipient', code: 550 }, 'failed', /john@example\.com.*spelled/],
      ['a server that is busy', { at: 'recipient', code: 451 }, 'unavailable', /busy/],
      ['a message that the server refuses', { at: 'data', code: 554 }, 'failed', /refused the message/],
      ['a message that the server wants later', { at: 'data', code: 452 }, 'unavailable', /busy/],
      ['a connection that breaks before the message', { at: 'cut-before' }, 'unavailable', /nothing was sent/],
    ] as const)('%s', async (_what, fault, code, sentence) => {
      smtp.fault = fault;
      expect(await send()).toMatchObject({ ok: false, code, message: expect.stringMatching(sentence) });
      expect(smtp.mails).toEqual([]);
    });

    it('a login that is refused, without showing it', async () => {
      smtp.fault = { at: 'login' };
      const { registry, faults } = toolOn(smtp.url('parley:hunter2@'));
      const outcome = await registry.run(callOf('send_email_report', MARCH), contextOf());
      expect(outcome).toMatchObject({ ok: false, code: 'unavailable', message: expect.stringMatching(/login/) });
      expect(String(faults[0])).toMatch(/EAUTH, 535/);
      expect(JSON.stringify([outcome, String(faults[0])])).not.toMatch(/hunter2|john@/);
    });

    it('a server that is not there', async () => {
      expect(await send(MARCH, { url: 'smtp://127.0.0.1:9' })).toMatchObject({
        ok: false,
        code: 'unavailable',
        message: expect.stringMatching(/cannot reach the mail server/),
      });
    });

    it('a server that never greets', async () => {
      const silent = createServer();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const url = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      expect(await send(MARCH, { url })).toMatchObject({ ok: false, code: 'unavailable' });
      await new Promise((resolve) => silent.close(resolve));
    });

    it('no mail server at all: it does not even ask', async () => {
      const { registry } = registryOf(sendEmailReportTool({ data, outbox: store, mailer: undefined }));
      const sentence = { ok: false, code: 'unavailable', message: expect.stringMatching(/no mail server is set up/) };
      expect(await registry.readBack(callOf('send_email_report', MARCH), contextOf())).toMatchObject(sentence);
      expect(await registry.run(callOf('send_email_report', MARCH), contextOf())).toMatchObject(sentence);
    });

    it.each([
      ['somebody else’s client', { ...MARCH, client_id: 5019 }, /cannot find a client 5019/],
      [
        'a period without transactions',
        { ...MARCH, from: '2019-01-01', to: '2019-12-31' },
        /no transactions from January 1/,
      ],
    ])('%s: neither asks nor sends', async (_what, args, sentence) => {
      const expected = { ok: false, code: 'not_found', message: expect.stringMatching(sentence) };
      expect(await ask(args)).toMatchObject(expected);
      expect(await send(args)).toMatchObject(expected);
      expect(smtp.mails).toEqual([]);
    });

    it('a database that goes away in between: nothing is sent that could not be noted', async () => {
      const outcome = await toolOn(smtp.url(), brokenStore('unavailable')).registry.run(
        callOf('send_email_report', MARCH),
        contextOf(),
      );
      expect(outcome).toMatchObject({ ok: false, code: 'unavailable' });
      expect(smtp.mails).toEqual([]);
    });

    it('a database that goes away right after: what was sent is said to be sent', async () => {
      const gone: CallStore = {
        ...brokenStore('unavailable'),
        claimMessage: (...args) => store.claimMessage(...args),
        settleMessage: () => Promise.reject(new DataError('unavailable', 'gone')),
      };
      const { registry } = toolOn(smtp.url(), gone);
      const context = { ...contextOf(), consent: consentOf(9004) };
      expect(await registry.run(callOf('send_email_report', MARCH), context)).toMatchObject({ ok: true });
      expect(await send(MARCH, { number: 9004 })).toMatchObject({ ok: false });
      expect(smtp.mails).toHaveLength(1);
    });
  });

  describe('what strangers may write', () => {
    it.each([
      'john at example dot com',
      'john@example',
      'john@example.com, eve@example.net',
      'john@example.com\r\nRCPT TO:<eve@example.net>',
      '"john@example.com" <eve@example.net>',
      `${'a'.repeat(250)}@example.com`,
    ])('the address %j is not one', async (recipient) => {
      const outcome = await send({ ...MARCH, recipient });
      expect(outcome).toMatchObject({
        ok: false,
        code: 'invalid_arguments',
        message: expect.stringMatching(/e-mail address/),
      });
      expect(smtp.mails).toEqual([]);
    });

    it('a name with line breaks makes no header, and one with markup no markup', async () => {
      const name = 'Eve\r\nBcc: eve@example.net\r\n\r\n<script>alert(1)</script>';
      await database.prisma.client.create({ data: { id: 7001, ownerId: 'demo', name } });
      await database.prisma.transaction.create({
        data: {
          reference: 'odd-1',
          clientId: 7001,
          bookedOn: new Date('2026-03-01'),
          description: `<img src=x onerror="alert(1)">\r\n.\r\nQUIT`,
          category: 'travel',
          amount: 12.5,
        },
      });
      expect(await send({ client_id: 7001, recipient: 'john@example.com' })).toMatchObject({ ok: true });
      const [caught] = smtp.mails;
      expect(caught?.recipients).toEqual(['john@example.com']);
      const [headers = ''] = readable(caught?.raw ?? '').split('\r\n\r\n');
      const html = readable(caught?.raw ?? '').split('Content-Type: text/html')[1] ?? '';
      expect(headers).not.toMatch(/^bcc:/im);
      expect(html).not.toMatch(/<script|<img/i);
      expect(html).toContain('&lt;img');
    });
  });
});
