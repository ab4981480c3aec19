import { z } from 'zod';
import type { Access } from '../../database/data.port.js';
import { sayList } from '../../spoken/say.js';
import type { Word } from '../../stt/stt.port.js';
import type { Attachment } from '../../tools/mail/mailer.port.js';
import type { MailService } from '../../tools/mail/mail-service.js';
import { failure, sayLetters, words } from '../../tools/say.js';
import { defineTool } from '../../tools/tool.js';
import type { ToolOutcome } from '../../tools/tool.port.js';
import type { BusinessData, TransactionReport } from '../data/business-data.port.js';
import { findTransactions } from '../selection/find-transactions.js';
import { selecting } from '../selection/selection.js';
import { outcomeOf } from './deliveries.js';
import { checkRecipients, tooMany } from './recipients.js';
import { reportChart } from './report-chart.js';
import type { ChartPress } from './report-chart.js';
import { reportCsv } from './report-csv.js';
import { reportMail } from './report-mail.js';
import { MOST_IN_FILE, amountsOf, remarksOn, sayContent, titleOf } from './what-is-sent.js';
import type { Content } from './what-is-sent.js';

const ADDRESS = { error: 'I did not get the e-mail address. Please spell it, for example john at example dot com.' };
const CHART = { error: 'I can put a chart by month or by category into the report. Which one would you like?' };
const ORDER = { error: 'I can send the newest, the oldest, the largest or the smallest. Which ones would you like?' };
const LIMIT = { error: `Please tell me how many transactions to send, up to ${MOST_IN_FILE.toLocaleString('en-US')}.` };
/** Most addresses of one report. */
const MOST_RECIPIENTS = 5;
const FEWER = { error: `I can send a report to ${MOST_RECIPIENTS} addresses at once. Which ones shall I begin with?` };
/** Least confidence in a word of an address, 0 to 1: what pocketsphinx has right is above 0.95 nearly always. */
const SURE = 0.8;
/** How long the caller is kept waiting for what becomes of a mail that is accepted, ms; it goes out all the same. */
const TELL_WITHIN_MS = 20_000;

const isSame = (address: string) => (other: string) => other.toLowerCase() === address.toLowerCase();

const schema = selecting({
  recipients: z
    .array(z.string(ADDRESS).trim().max(254, ADDRESS).pipe(z.email(ADDRESS)), ADDRESS)
    .min(1, ADDRESS)
    .max(MOST_RECIPIENTS, FEWER)
    .transform((addresses) => addresses.filter((address, at) => addresses.findIndex(isSame(address)) === at))
    .describe('e-mail addresses'),
  sort: z.enum(['newest', 'oldest', 'largest', 'smallest'], ORDER).default('newest').describe('which come first'),
  limit: z.coerce
    .number(LIMIT)
    .int(LIMIT)
    .min(1, LIMIT)
    .max(MOST_IN_FILE, LIMIT)
    .optional()
    .describe('only so many, the first in that order; all when absent'),
  csv: z.boolean().default(false).describe('attach the transactions as a CSV file'),
  chart_by: z
    .enum(['month', 'category'], CHART)
    .optional()
    .describe('put a chart into the mail, a bar for each of these'),
});

type Arguments = z.output<typeof schema>;

export interface SendEmailReportDeps {
  readonly data: BusinessData;
  /** Undefined when nobody delivers mail here. */
  readonly mail: MailService | undefined;
  readonly press: ChartPress;
}

const NO_MAIL: ToolOutcome = failure(
  'unavailable',
  'I cannot send e-mail: no mail server is set up here. I can read the transactions to you instead.',
);

export const sendEmailReportTool = ({ data, mail, press }: SendEmailReportDeps) =>
  defineTool({
    name: 'send_email_report',
    description:
      "Sends a client's transactions to one or more e-mail addresses, as a report, with a CSV file or a chart if they are " +
      'wanted. Pass every condition that the caller names. Call it as soon as you know what to send where: the caller is ' +
      'asked before anything goes out, and not by you.',
    schema,
    effect: 'write',
    keeps: true,
    timeoutMs: 30_000,
    lateMessage:
      'I could not find out whether the e-mail was sent. Please look into the mailbox before you ask me to send it again.',

    async readBack(args, { caller, signal, heard }) {
      if (mail === undefined) return NO_MAIL;
      const access = { caller, signal };
      const content = contentOf(args);
      const report = await findTransactions(data, content.args, { limit: 0 }, access);
      if ('ok' in report) return report;
      const { recipients } = args;
      const notes = await checkRecipients({ recipients, clientId: report.client.id }, { mail, data }, access);
      if ('ok' in notes) return notes;
      const unclear = recipients.filter((address) => !wasHeardClearly(address, heard ?? []));
      const spelled = unclear.map((address) => `That is ${spelledOut(address)}.`);
      const what = `I will send ${sayContent(report, content)}, to ${sayList(recipients)}.`;
      return { statement: words(what, ...remarksOn(report, content), ...notes, ...spelled), ask: 'Shall I send it?' };
    },

    async run(args, { caller, signal, sessionId, idempotencyKey: key }) {
      if (mail === undefined) return NO_MAIL;
      const access = { caller, signal };
      const content = contentOf(args);
      const report = await reportFor(data, content, access);
      if ('ok' in report) return report;
      const tell = async () => outcomeOf(sentOf(report, content), await mail.tried(caller.userId, key, TELL_WITHIN_MS));
      if ((await mail.standing(caller.userId, key)).length > 0) return tell();

      const { recipients } = args;
      const clientId = report.client.id;
      const notes = await checkRecipients({ recipients, clientId }, { mail, data }, access);
      if ('ok' in notes) return notes;
      const chart = args.chart_by === undefined ? undefined : await reportChart(report, args.chart_by, press, signal);
      const { subject, ...bodies } = reportMail({ report, content, chart });
      const attachments = [...(chart === undefined ? [] : [chart.file]), ...csvFiles(report, content)];
      const refused = await mail.accept(
        { ownerId: caller.userId, key, callId: sessionId, subject, clientId, recipients },
        { ...bodies, attachments },
      );
      return refused === undefined ? tell() : tooMany(refused, recipients.length, mail.rules.perDay);
    },

    async became(args, { caller, signal, idempotencyKey: key }) {
      if (mail === undefined || (await mail.standing(caller.userId, key)).length === 0) return undefined;
      const content = contentOf(args);
      const report = await findTransactions(data, content.args, { limit: 0 }, { caller, signal });
      if ('ok' in report) return undefined;
      return outcomeOf(sentOf(report, content), await mail.tried(caller.userId, key, TELL_WITHIN_MS));
    },
  });

const contentOf = ({ recipients: _recipients, sort, limit, csv, chart_by: chart, ...args }: Arguments): Content => ({
  args,
  sort,
  limit,
  csv,
  chart,
});

const reportFor = (data: BusinessData, content: Content, access: Access) =>
  findTransactions(data, content.args, { sort: content.sort, limit: content.limit ?? MOST_IN_FILE }, access);

const sentOf = (report: TransactionReport, content: Content) => ({
  subject: titleOf(report, content),
  client_id: report.client.id,
  count: amountsOf(report.count, content).wanted,
});

function csvFiles({ transactions, currency, count, client }: TransactionReport, content: Content): Attachment[] {
  const { inFile } = amountsOf(count, content);
  if (inFile === 0) return [];
  return [
    {
      filename: `transactions-${client.id}.csv`,
      mediaType: 'text/csv; charset=utf-8; header=present',
      base64: Buffer.from(reportCsv(transactions.slice(0, inFile), currency)).toString('base64'),
    },
  ];
}

/**
 * Whether the recogniser was sure of the words that the address was made of; those that were typed, or come without a
 * confidence, count as sure. One word that it took for another can send somebody's transactions to a stranger.
 */
function wasHeardClearly(address: string, heard: readonly Word[]): boolean {
  const letters = address.toLowerCase();
  // A word that was said again counts as it was heard last.
  const latest = new Map(heard.map(({ text, confidence = 1 }) => [text.toLowerCase(), confidence]));
  return [...latest].every(([word, confidence]) => confidence >= SURE || word.length < 2 || !letters.includes(word));
}

/** "J, O, H, N, at example.com": the part before the @ is what is misheard unnoticed. */
function spelledOut(address: string): string {
  const at = address.lastIndexOf('@');
  return `${sayLetters(address.slice(0, at))}, at ${address.slice(at + 1)}`;
}
