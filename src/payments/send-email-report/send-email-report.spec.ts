import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { partsOf } from '../../../scripts/demo/mime.js';
import { openTestDatabase } from '../../../test/support/database.js';
import { SmtpCatcher } from '../../../test/support/smtp-catcher.js';
import { businessDataOf, callOf, consentOf, contextOf, registryOf } from '../../../test/support/tools.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { SqlCallStore } from '../../database/calls/sql-call-store.js';
import { DataError } from '../../database/data.port.js';
import type { Database } from '../../database/database.js';
import type { MailQueue } from '../../database/mail/mail-queue.port.js';
import { SqlMailQueue } from '../../database/mail/sql-mail-queue.js';
import { MailDispatch } from '../../tools/mail/mail-dispatch.js';
import { MailService } from '../../tools/mail/mail-service.js';
import { MailWorker } from '../../tools/mail/mail-worker.js';
import { SmtpMailer } from '../../tools/mail/smtp-mailer.js';
import { ToolRegistry } from '../../tools/tool-runner.js';
import { measureOf } from '../chart/draw/measure.js';
import { CHART_FONT, CHART_FONT_FILE, ThreadedChartRenderer } from '../chart/threaded-chart-renderer.js';
import type { BusinessData } from '../data/business-data.port.js';
import { sendEmailReportTool } from './send-email-report.tool.js';

const FROM = 'Julia <julia@parley.example>';
/** Client 5001's own address. */
const OWN = 'ada@park.example';
const MARCH = { client_id: 5001, recipients: ['john@example.com'], from: '2026-03-01', to: '2026-03-31' };

/** Quoted-printable and the folding of headers undone. */
const readable = (raw: string): string =>
  raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\r\n[ \t]+/g, ' ');

describe('send_email_report', () => {
  let database: Database;
  let data: BusinessData;
  let smtp: SmtpCatcher;
  let queue: MailQueue;
  let dispatch: MailDispatch;
  const renderer = new ThreadedChartRenderer();
  const measure = measureOf(CHART_FONT_FILE);
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  /** Where the worker sends. */
  let url = '';
  beforeAll(async () => {
    database = await openTestDatabase();
    await database.prisma.client.update({ where: { id: 5001 }, data: { email: OWN } });
    data = businessDataOf(database);
    queue = new SqlMailQueue(database);
    smtp = await SmtpCatcher.start();
    const worker = new MailWorker({
      queue,
      mailer: {
        once: false,
        send: (mail, handOver) => new SmtpMailer({ url, from: FROM, timeoutMs: 500 }).send(mail, handOver),
      },
      warn,
    });
    dispatch = new MailDispatch({ worker, pollMs: 50, warn });
  }, 120_000);
  beforeEach(async () => {
    smtp.fault = undefined;
    smtp.mails.length = 0;
    warnings.length = 0;
    url = smtp.url();
    await database.prisma.outboxMessage.deleteMany();
    await database.prisma.mailContent.deleteMany();
  });
  afterAll(async () => {
    await dispatch.close();
    await renderer.close();
    await smtp.close();
    await database.close();
  });

  const toolOn = ({ domains = [] as string[], perDay = 50, on = queue } = {}) => {
    const mail = new MailService({ queue: on, rules: { domains, perDay }, notify: (keys) => dispatch.notify(keys) });
    return sendEmailReportTool({ data, mail, press: { renderer, font: CHART_FONT, measure } });
  };
  const registryWith = (options?: Parameters<typeof toolOn>[0]) => registryOf(toolOn(options)).registry;
  const send = (
    args: object = MARCH,
    { number, ...options }: { number?: number } & Parameters<typeof toolOn>[0] = {},
  ) =>
    registryWith(options).run(callOf('send_email_report', args), { ...contextOf('demo'), consent: consentOf(number) });
  const ask = async (args: object, options?: Parameters<typeof toolOn>[0]) => {
    const asked = await registryWith(options).readBack(callOf('send_email_report', args), contextOf('demo'));
    return 'statement' in asked ? asked.statement : asked;
  };
  const topCategory = async () => (await everythingOf(5001))?.byCategory[0]?.category ?? '';
  const everythingOf = (clientId: number) => data.queryTransactions({ clientId, limit: 1000 }, contextOf());

  describe('before the yes', () => {
    it('it says what goes where, and sends nothing by asking', async () => {
      const rows = await everythingOf(5001);
      const asked = await registryWith().readBack(
        callOf('send_email_report', { client_id: 5001, recipients: ['john@example.com'] }),
        contextOf(),
      );
      expect(asked).toEqual({
        statement: `I will send ${rows?.count} transactions of client 5001, Ada Park, to john@example.com. This is the first e-mail to that address.`,
        ask: 'Shall I send it?',
      });
      expect(await ask(MARCH)).toMatch(
        /^I will send \d+ transactions of client 5001, Ada Park, from March 1 to March 31, 2026, to john@example\.com\./,
      );
      expect(registryWith().effect('send_email_report')).toBe('write');
      expect(smtp.mails).toEqual([]);
    });

    it('it takes no word of the model that the caller has agreed', async () => {
      const asked = await ask({ ...MARCH, confirmed: true, user_confirmed: 'yes' });
      expect(asked).toContain('I will send');
      expect(await ask({ ...MARCH, color: 'red' })).toMatchObject({ code: 'invalid_arguments' });
    });

    it('it names the chart, the file and every address', async () => {
      const recipients = ['john@example.com', 'ann@example.com', 'John@Example.com'];
      expect(await ask({ ...MARCH, recipients, csv: true, chart_by: 'category' })).toMatch(
        /from March 1 to March 31, 2026, with a chart by category and with a CSV file, to john@example\.com and ann@example\.com\. This is the first e-mail to john@example\.com and ann@example\.com\.$/,
      );
    });

    it('it spells the address back when the recogniser was not sure of it', async () => {
      const heard = (text: string, confidence?: number) => ({
        text,
        startMs: 0,
        endMs: 0,
        ...(confidence === undefined ? {} : { confidence }),
      });
      const question = async (...words: ReturnType<typeof heard>[]) => {
        const call = callOf('send_email_report', { client_id: 5001, recipients: ['j.doe@example.com'] });
        const asked = await registryWith().readBack(call, { ...contextOf(), heard: words });
        return 'statement' in asked ? asked.statement : '';
      };
      const spelled = 'That is J, dot, D, O, E, at example.com.';
      expect(await question(heard('to', 0.3), heard('doe', 0.5), heard('example', 0.99))).toContain(spelled);
      // Sure of it, unsure of words that have no part in it, typed, or said again more clearly.
      expect(await question(heard('transactions', 0.2), heard('doe', 0.95))).not.toContain('That is');
      expect(await question(heard('doe'))).not.toContain('That is');
      expect(await question()).not.toContain('That is');
      expect(await question(heard('doe', 0.5), heard('doe', 0.97))).not.toContain('That is');
    });
  });

  describe('what is sent', () => {
    it('is every transaction of the period, as text and as HTML', async () => {
      const report = await data.queryTransactions(
        { clientId: 5001, periods: [{ from: MARCH.from, to: MARCH.to }], limit: 1000 },
        contextOf(),
      );
      const outcome = await send();
      const subject = 'Transactions of client 5001, Ada Park, from March 1 to March 31, 2026';
      expect(outcome).toEqual({
        ok: true,
        data: { sent: ['john@example.com'], subject, client_id: 5001, count: report?.count },
        artifacts: [{ kind: 'email', title: subject, mediaType: 'message/rfc822' }],
      });
      expect(smtp.mails).toHaveLength(1);
      expect(smtp.mails[0]?.recipients).toEqual(['john@example.com']);
      const mail = readable(smtp.mails[0]?.raw ?? '');
      expect(mail).toContain(`Subject: ${subject}`);
      expect(mail).toContain('From: Julia <julia@parley.example>');
      expect(mail).toMatch(/Message-ID: <[\da-f]{64}-1@parley\.example>/);
      expect(mail).toMatch(/Content-Type: text\/plain[\s\S]*Content-Type: text\/html/);
      for (const { date, description } of report?.transactions ?? []) {
        expect(mail).toMatch(new RegExp(`${date} .*${description}`));
        expect(mail).toContain(`>${description}</td>`);
      }
      expect(await database.prisma.mailContent.count()).toBe(0);
    });

    it('goes to each address as a mail of its own, so that nobody sees the others', async () => {
      const recipients = ['john@example.com', 'ann@example.com', 'bob@example.org'];
      expect(await send({ ...MARCH, recipients })).toMatchObject({ ok: true, data: { sent: recipients } });
      expect(smtp.mails.map((mail) => mail.recipients.join()).toSorted((a, b) => a.localeCompare(b))).toEqual([
        'ann@example.com',
        'bob@example.org',
        'john@example.com',
      ]);
      for (const { raw, recipients: own } of smtp.mails) {
        const others = recipients.filter((address) => address !== own[0]);
        for (const other of others) expect(raw).not.toContain(other);
      }
    });

    it('is what was asked for and no more: filters, periods, the largest three', async () => {
      const category = await topCategory();
      const asked = {
        client_name: 'ada park',
        recipients: ['john@example.com'],
        categories: [category],
        direction: 'spent',
        periods: [
          { from: '2026-01-01', to: '2026-03-31' },
          { from: '2026-06-01', to: '2026-06-30' },
        ],
        sort: 'largest',
        limit: 3,
      };
      const when = 'from January 1 to March 31, 2026 and from June 1 to June 30, 2026';
      const all = await data.queryTransactions(
        {
          clientId: 5001,
          categories: [category],
          direction: 'spent',
          periods: asked.periods,
          sort: 'largest',
          limit: 99,
        },
        contextOf(),
      );
      const what = `the 3 largest of ${all?.count} ${category} payments of client 5001, Ada Park, ${when}`;
      expect(await ask(asked)).toContain(`I will send ${what}, to john@example.com.`);
      const outcome = await send(asked);
      expect(outcome).toMatchObject({ ok: true, data: { count: 3, subject: what.replace('the', 'The') } });
      const [text] = partsOf(Buffer.from(smtp.mails[0]?.raw ?? ''));
      const lines = text?.content.toString().split(/\r?\n/) ?? [];
      const rows = lines.filter((line) => /^ {2}\d{4}-/.test(line));
      expect(rows).toEqual(
        all?.transactions
          .slice(0, 3)
          .map(({ date, amount, description }) =>
            expect.stringMatching(
              new RegExp(
                `^ {2}${date} {2}\\$[\\d,]*${amount.toFixed(2).slice(-6).replace('.', '\\.')} {2}${description} \\(${category}\\)$`,
              ),
            ),
          ),
      );
      expect(lines.join()).not.toContain('By category');
    });

    it('says which category there is not, before and in it', async () => {
      const asked = { client_id: 5001, recipients: ['john@example.com'], categories: [await topCategory(), 'yachts'] };
      expect(await ask(asked)).toContain('I leave out yachts, an unknown category.');
      const [text] = (await send(asked), partsOf(Buffer.from(smtp.mails[0]?.raw ?? '')));
      expect(text?.content.toString()).toContain('I leave out yachts');
    });

    it('is a picture with words for it and a file where they are wanted', async () => {
      const report = await data.queryTransactions(
        { clientId: 5001, periods: [{ from: MARCH.from, to: MARCH.to }], limit: 1000 },
        contextOf(),
      );
      expect(await send({ ...MARCH, csv: true, chart_by: 'category' })).toMatchObject({ ok: true });
      const parts = partsOf(Buffer.from(smtp.mails[0]?.raw ?? ''));
      expect(parts.map(({ headers }) => headers.get('content-type')?.split(';')[0])).toEqual([
        'text/plain',
        'text/html',
        'image/png',
        'text/csv',
      ]);
      const [text, html, png, csv] = parts;
      const contentId = png?.headers.get('content-id')?.replace(/[<>]/g, '');
      const [top] = report?.byCategory ?? [];
      expect(html?.content.toString()).toContain(`<img src="cid:${contentId}" alt="Spending of client 5001, Ada Park`);
      expect(text?.content.toString()).toContain(`by category: ${top?.category} $`);
      expect(png?.content.subarray(1, 4).toString()).toBe('PNG');
      expect(csv?.headers.get('content-disposition')).toContain('filename=transactions-5001.csv');
      const lines = csv?.content.toString().split('\r\n') ?? [];
      expect(lines[0]).toBe('\uFEFFDate,Description,Category,Amount,Currency');
      // The head, and what is after the last line's end.
      expect(lines).toHaveLength((report?.count ?? 0) + 2);
    });
  });

  describe('who may get it', () => {
    it('is whom the domains allow, and the client himself', async () => {
      const domains = ['example.com', '*.example.org'];
      const may = (address: string) => ask({ client_id: 5001, recipients: [address] }, { domains });
      for (const address of ['a@example.com', 'A@EXAMPLE.COM', 'a@mail.example.org', OWN]) {
        expect(await may(address)).toMatch(/^I will send .*\.$/);
      }
      for (const address of ['a@example.net', 'a@example.org', 'a@notexample.com', 'a@example.com.example.net']) {
        expect(await may(address)).toMatchObject({
          code: 'forbidden',
          message: `I may send reports only to addresses at example.com and addresses below example.org, and to the client’s own address on record. ${address} is not among them. Which address should I use instead?`,
        });
      }
      expect(await send({ ...MARCH, recipients: ['a@example.net'] }, { domains })).toMatchObject({ code: 'forbidden' });
      expect(smtp.mails).toEqual([]);
    });

    it('is a new address only when the caller has heard that it is one', async () => {
      expect(await ask({ ...MARCH, recipients: [OWN] })).not.toContain('first');
      expect(await ask(MARCH)).toContain('This is the first e-mail to that address.');
      await send();
      expect(await ask(MARCH)).not.toContain('first');
      expect(await ask({ ...MARCH, recipients: ['John@example.com', 'ann@example.com'] })).toContain(
        'This is the first e-mail to ann@example.com.',
      );
    });

    it('is nobody any more when the day is full, which is said before the yes', async () => {
      const two = { ...MARCH, recipients: ['a@example.com', 'b@example.com'] };
      expect(await send(two, { perDay: 3 })).toMatchObject({ ok: true });
      const full = {
        ok: false,
        code: 'forbidden',
        message:
          'I may send 3 reports by e-mail for you in 24 hours, and 2 are sent already. I can send 2 more in about 24 hours. I can read the transactions to you instead.',
      };
      expect(await ask(two, { perDay: 3 })).toEqual(full);
      expect(await send(two, { perDay: 3 })).toEqual(full);
      expect(await ask(MARCH, { perDay: 3 })).toContain('I will send');
      expect(await ask(two, { perDay: 1 })).toMatchObject({
        message: expect.stringMatching(/Please name fewer addresses/),
      });
      expect(smtp.mails).toHaveLength(2);
    });
  });

  describe('once', () => {
    it('whatever happens to one call', async () => {
      const number = 9001;
      const [first, second] = await Promise.all([send(MARCH, { number }), send(MARCH, { number })]);
      const third = await send(MARCH, { number });
      expect(smtp.mails).toHaveLength(1);
      expect([first, second, third]).toEqual([first, first, first]);
      const row = await database.prisma.outboxMessage.findFirstOrThrow();
      expect(row).toMatchObject({ ownerId: 'demo', status: 'sent', recipient: 'john@example.com', clientId: 5001 });
    });

    it('on two workers that share a database, each told what became of it', async () => {
      const store = new SqlCallStore(database);
      const workerOf = () => new ToolRegistry([toolOn()], { onFault: () => undefined, effects: store });
      const sendOn = (registry: ToolRegistry) =>
        registry.run(callOf('send_email_report', MARCH), { ...contextOf(), consent: consentOf(9000) });
      const outcomes = await Promise.all([sendOn(workerOf()), sendOn(workerOf())]);
      expect(smtp.mails).toHaveLength(1);
      expect(outcomes.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(1);
      // Long after: what was answered is what was kept.
      expect(await sendOn(workerOf())).toEqual(outcomes.find(({ ok }) => ok));
      expect(smtp.mails).toHaveLength(1);
    });

    it('and whose worker was killed after it was accepted can be told all the same', async () => {
      const store = new SqlCallStore(database);
      const killed = new ToolRegistry([toolOn()], {
        onFault: () => undefined,
        // It does not get to say how it went.
        effects: { claimEffect: (...args) => store.claimEffect(...args), settleEffect: () => Promise.resolve() },
      });
      const call = callOf('send_email_report', MARCH);
      const context = { ...contextOf(), consent: consentOf(9010) };
      const outcome = await killed.run(call, context);
      const next = new ToolRegistry([toolOn()], { onFault: () => undefined, effects: store });
      expect(await next.run(call, { ...context, consent: { number: 9010, begin: () => false } })).toEqual(outcome);
      expect(smtp.mails).toHaveLength(1);
    });

    it('but again when the caller asks again', async () => {
      await send();
      await send();
      expect(smtp.mails).toHaveLength(2);
    });

    it('and never again when nobody knows whether it went', async () => {
      const number = 9003;
      smtp.fault = { at: 'cut-after' };
      const unknown = { ok: false, code: 'failed', message: expect.stringMatching(/may or may not/) };
      expect(await send(MARCH, { number })).toMatchObject(unknown);
      smtp.fault = undefined;
      expect(await send(MARCH, { number })).toMatchObject(unknown);
      expect(smtp.mails).toEqual([]);
    });
  });

  describe('what goes wrong', () => {
    it.each([
      [
        'an address that the server refuses',
        { at: 'recipient', code: 550 },
        /not accept the address john@example\.com.*spelled/,
      ],
      ['a message that the server refuses', { at: 'data', code: 554 }, /was refused, so nothing was sent/],
    ] as const)('%s', async (_what, fault, sentence) => {
      smtp.fault = fault;
      expect(await send()).toMatchObject({ ok: false, code: 'failed', message: expect.stringMatching(sentence) });
      expect(smtp.mails).toEqual([]);
    });

    it.each([
      ['a server that is busy', { at: 'recipient', code: 451 }, /busy/],
      ['a message that the server wants later', { at: 'data', code: 452 }, /busy/],
      ['a connection that breaks before the message', { at: 'cut-before' }, /cannot be reached/],
      ['a login that is refused', { at: 'login' }, /refuses our login/],
    ] as const)('%s: it is accepted, said to wait, and sent later', async (_what, fault, sentence) => {
      url = smtp.url('parley:hunter2@');
      smtp.fault = fault;
      const outcome = await send();
      expect(outcome).toMatchObject({
        ok: true,
        data: { queued: ['john@example.com'], note: expect.stringMatching(sentence) },
      });
      expect(smtp.mails).toEqual([]);
      expect(JSON.stringify([outcome, warnings])).not.toMatch(/hunter2/);
      expect(warnings.join()).not.toMatch(/john@/);
      smtp.fault = undefined;
      await database.prisma.outboxMessage.updateMany({ data: { dueAt: new Date() } });
      await waitFor(() => smtp.mails.length === 1);
    });

    it('one address of several: the others get it, and it is named', async () => {
      smtp.fault = { at: 'recipient', code: 550, only: 'ann@example.com' };
      const recipients = ['john@example.com', 'ann@example.com'];
      expect(await send({ ...MARCH, recipients })).toMatchObject({
        ok: true,
        data: {
          sent: ['john@example.com'],
          refused: ['ann@example.com'],
          note: 'The mail server does not accept the address ann@example.com, so nothing was sent to it. Is it spelled right?',
        },
      });
      expect(await ask({ ...MARCH, recipients: ['ann@example.com'] })).toContain(
        'The last e-mail to that address came back.',
      );
    });

    it('a server that is not there, or never greets', async () => {
      const waits = { ok: true, data: { note: expect.stringMatching(/cannot be reached/) } };
      url = 'smtp://127.0.0.1:9';
      expect(await send()).toMatchObject(waits);
      const silent = createServer();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      url = `smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      expect(await send()).toMatchObject(waits);
      await new Promise((resolve) => silent.close(resolve));
    });

    it('no mail server at all: it does not even ask', async () => {
      const { registry } = registryOf(
        sendEmailReportTool({ data, mail: undefined, press: { renderer, font: CHART_FONT, measure } }),
      );
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

    it('a queue that is away: nothing is accepted, and nothing is sent', async () => {
      const away = () => Promise.reject(new DataError('unavailable', 'broken on purpose'));
      const on: MailQueue = Object.assign(Object.create(queue) as MailQueue, { accept: away });
      expect(await send(MARCH, { on })).toMatchObject({ ok: false, code: 'unavailable' });
      expect(await database.prisma.outboxMessage.count()).toBe(0);
      expect(smtp.mails).toEqual([]);
    });
  });

  describe('a report of many', () => {
    beforeAll(async () => {
      await database.prisma.client.create({ data: { id: 7100, ownerId: 'demo', name: 'Big Spender' } });
      await database.prisma.transaction.createMany({
        data: Array.from({ length: 10_500 }, (_, n) => ({
          reference: `many-${n}`,
          clientId: 7100,
          bookedOn: new Date(Date.UTC(2026, 0, 1 + (n % 300))),
          description: `Shop ${n}`,
          category: 'shopping',
          amount: n / 100,
        })),
      });
    });

    it('lists 1,000, has 10,000 in a file, and says so before and in it', async () => {
      const many = { client_id: 7100, recipients: ['john@example.com'] };
      const remark =
        'The mail lists the newest 1,000, and a CSV file has the newest 10,000, the most that a report holds.';
      expect(await ask(many)).toContain(`I will send 10,500 transactions of client 7100, Big Spender, to`);
      expect(await ask(many)).toContain(remark);
      expect(await send(many)).toMatchObject({ ok: true });
      const [text, , csv] = partsOf(Buffer.from(smtp.mails[0]?.raw ?? ''));
      expect(text?.content.toString()).toContain(remark);
      expect(text?.content.toString().match(/Shop \d+/g)).toHaveLength(1000);
      expect(csv?.content.toString().match(/Shop \d+/g)).toHaveLength(10_000);
      expect(await ask({ ...many, sort: 'largest', limit: 2000 })).toContain(
        'the 2,000 largest of 10,500 transactions of client 7100, Big Spender, to john@example.com. The mail lists the largest 1,000, and a CSV file has all of them.',
      );
    });
  });

  describe('what strangers may write', () => {
    it.each([
      'john at example dot com',
      'john@example',
      'john@example.com\r\nRCPT TO:<eve@example.net>',
      '"john@example.com" <eve@example.net>',
      `${'a'.repeat(250)}@example.com`,
    ])('the address %j is not one', async (recipient) => {
      expect(await send({ ...MARCH, recipients: [recipient] })).toMatchObject({
        ok: false,
        code: 'invalid_arguments',
        message: expect.stringMatching(/e-mail address/),
      });
      expect(smtp.mails).toEqual([]);
    });

    it('six addresses are too many', async () => {
      const recipients = Array.from({ length: 6 }, (_, n) => `a${n}@example.com`);
      expect(await ask({ ...MARCH, recipients })).toMatchObject({
        code: 'invalid_arguments',
        message: expect.stringMatching(/5 addresses at once/),
      });
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
      expect(await send({ client_id: 7001, recipients: ['john@example.com'] })).toMatchObject({ ok: true });
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
