import { z } from 'zod';
import type { CallStore, OutgoingMessage } from '../../database/calls/call-store.port.js';
import { DataError } from '../../database/data.port.js';
import type { Access } from '../../database/data.port.js';
import { IN_ORDER, inOrder, period } from '../../tools/arguments.js';
import { clientId } from '../client.js';
import type { BusinessData } from '../data/business-data.port.js';
import { findTransactions } from '../selection/find-transactions.js';
import { failure, SpokenFailure, sayCount, sayLetters, sayPeriod, words } from '../../tools/say.js';
import { defineTool } from '../../tools/tool.js';
import type { Word } from '../../stt/stt.port.js';
import type { ToolOutcome } from '../../tools/tool.port.js';
import { MailError } from './mailer.port.js';
import type { Mailer, MailErrorCode } from './mailer.port.js';
import { reportMail } from './report-mail.js';

const ADDRESS = { error: 'I did not get the e-mail address. Please spell it, for example john at example dot com.' };
/** Least confidence in a word of an address, 0 to 1: what pocketsphinx has right is above 0.95 nearly always. */
const SURE = 0.8;
/** Most transactions in one report. */
const MOST_ROWS = 1_000;

const schema = z
  .object({
    client_id: clientId(),
    recipient: z.string(ADDRESS).trim().max(254, ADDRESS).pipe(z.email(ADDRESS)).describe('e-mail address'),
    ...period(),
  })
  .refine(inOrder, IN_ORDER);

type Arguments = z.output<typeof schema>;

/**
 * The runner's claim on the key is what makes a report go out once. The outbox is the record of what was mailed to whom and
 * how it went; what it already holds is not sent again either, so that it never says less than what has gone out.
 */
type Outbox = Pick<CallStore, 'claimMessage' | 'settleMessage'>;

export interface SendEmailReportDeps {
  readonly data: BusinessData;
  readonly outbox: Outbox;
  /** Undefined when no mail server is configured. */
  readonly mailer: Mailer | undefined;
}

const NO_MAILER: ToolOutcome = failure(
  'unavailable',
  'I cannot send e-mail: no mail server is set up here. I can read the transactions to you instead.',
);

export const sendEmailReportTool = ({ data, outbox, mailer }: SendEmailReportDeps) => {
  const reportFor = ({ client_id, from, to }: Arguments, limit: number, access: Access) =>
    findTransactions(data, { client_id, from, to }, { limit }, access);

  return defineTool({
    name: 'send_email_report',
    description:
      "Sends a client's transactions of a period to an e-mail address, as a report. Call it as soon as you know what to send " +
      'where: the caller is asked before anything goes out, and not by you.',
    schema,
    effect: 'write',
    // Longer than the mail server's own limits together, so that what became of the message is known before it passes.
    timeoutMs: 30_000,
    lateMessage:
      'I could not find out whether the e-mail was sent. Please look into the mailbox before you ask me to send it again.',

    async readBack(args, { caller, signal, heard }) {
      if (mailer === undefined) return NO_MAILER;
      const report = await reportFor(args, 0, { caller, signal });
      if ('ok' in report) return report;
      const { client, count } = report;
      const what = words(
        `${sayCount(count, 'transaction')} of client ${client.id}, ${client.name},`,
        sayPeriod(args.from, args.to),
      ).replace(/([^,])$/, '$1,');
      const spelled = wasHeardClearly(args.recipient, heard ?? []) ? '' : ` That is ${spelledOut(args.recipient)}.`;
      return { statement: `I will send ${what} to ${args.recipient}.${spelled}`, ask: 'Shall I send it?' };
    },

    async run(args, { caller, signal, idempotencyKey }) {
      if (mailer === undefined) return NO_MAILER;
      const access = { caller, signal };
      const report = await reportFor(args, MOST_ROWS, access);
      if ('ok' in report) return report;

      const mail = reportMail(report);
      const { recipient } = args;
      const outgoing: OutgoingMessage = {
        key: idempotencyKey,
        kind: 'email',
        recipient,
        subject: mail.subject,
        clientId: args.client_id,
      };
      const sent: ToolOutcome = {
        ok: true,
        data: { recipient, subject: mail.subject, client_id: args.client_id, count: report.count },
        artifacts: [{ kind: 'email', title: mail.subject, mediaType: 'message/rfc822' }],
      };
      const { claimed, status } = await outbox.claimMessage(outgoing, access);
      if (!claimed) return status === 'sent' ? sent : failure('failed', MAIL_FAILURES.unknown(recipient));
      try {
        await mailer.send({ to: recipient, ...mail, id: outgoing.key });
      } catch (error) {
        if (!(error instanceof MailError)) throw error;
        await settle(outbox, outgoing.key, error.code === 'unknown' ? 'unknown' : 'failed', access);
        const canRetry = error.code === 'unreachable' || error.code === 'login' || error.code === 'later';
        const message = MAIL_FAILURES[error.code](recipient);
        throw new SpokenFailure(canRetry ? 'unavailable' : 'failed', message, {
          cause: error,
          uncertain: error.code === 'unknown',
        });
      }
      await settle(outbox, outgoing.key, 'sent', access);
      return sent;
    },
  });
};

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

/**
 * Whether the mail went is known by now; that the note of it could not be kept must not change what the caller hears.
 * The row then stays at `sending`, which keeps the message from being sent again.
 */
async function settle(outbox: Outbox, key: string, status: 'sent' | 'failed' | 'unknown', access: Access) {
  try {
    await outbox.settleMessage(key, status, access);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
}

const MAIL_FAILURES: Readonly<Record<MailErrorCode, (recipient: string) => string>> = {
  unreachable: () => 'I cannot reach the mail server, so nothing was sent. Please ask me again in a few minutes.',
  login: () => 'The mail server refuses our login, so nothing was sent. Our staff has to look into that.',
  recipient: (to) => `The mail server does not accept the address ${to}, so nothing was sent. Is it spelled right?`,
  later: () => 'The mail server is busy and took nothing. Please ask me again in a few minutes.',
  refused: () => 'The mail server refused the message, so nothing was sent. Our staff has to look into that.',
  unknown: (to) =>
    `The connection broke while I was sending, so the report may or may not have reached ${to}. Please look into the ` +
    'mailbox before you ask me to send it again.',
};
