// What became of a report, in words for the caller: one address may have taken it and another not.
import { sayList } from '../../spoken/say.js';
import type { Delivery, MailStatus } from '../../database/mail/mail-queue.port.js';
import { SpokenFailure, failure, words } from '../../tools/say.js';
import type { ToolOutcome } from '../../tools/tool.port.js';

export interface SentReport {
  readonly subject: string;
  readonly client_id: number;
  /** Transactions in it. */
  readonly count: number;
}

/** Data of the outcome: addresses by what became of them; those that nothing became of are missing. */
export interface SentData extends SentReport {
  readonly sent?: readonly string[];
  /** Accepted here and not by their mail server yet: they are tried again, without anybody's doing. */
  readonly queued?: readonly string[];
  readonly refused?: readonly string[];
  readonly unknown?: readonly string[];
  /** For the caller: what has to be said besides that it was sent. */
  readonly note?: string;
}

/**
 * It is a success as long as somebody has it or will get it. Throws a SpokenFailure when nobody can say whether anybody
 * has.
 */
export function outcomeOf(report: SentReport, deliveries: readonly Delivery[]): ToolOutcome {
  const to = (...states: readonly MailStatus[]): readonly string[] =>
    deliveries.filter(({ status }) => states.includes(status)).map(({ recipient }) => recipient);
  const groups = {
    sent: to('sent'),
    queued: to('queued', 'sending'),
    refused: to('bounced', 'failed'),
    unknown: to('unknown'),
  };
  const note = words(
    groups.queued.length === 0 ? '' : queuedNote(groups.queued, deliveries),
    groups.refused.length === 0 ? '' : refusedNote(groups.refused, deliveries),
    groups.unknown.length === 0 ? '' : unknownNote(groups.unknown),
  );
  if (groups.sent.length + groups.queued.length === 0) {
    if (groups.unknown.length === 0) return failure('failed', note);
    throw new SpokenFailure('failed', note, { cause: new Error('lost while it was sent'), uncertain: true });
  }
  const named = Object.entries(groups).filter(([, addresses]) => addresses.length > 0);
  return {
    ok: true,
    data: { ...report, ...Object.fromEntries(named), ...(note === '' ? {} : { note }) } satisfies SentData,
    artifacts: [{ kind: 'email', title: report.subject, mediaType: 'message/rfc822' }],
  };
}

function queuedNote(addresses: readonly string[], deliveries: readonly Delivery[]): string {
  const faults = deliveries.filter(({ status }) => status === 'queued').map(({ fault }) => fault);
  const why = faults.includes('unreachable')
    ? 'The mail server cannot be reached right now'
    : faults.includes('login')
      ? 'The mail server refuses our login right now'
      : faults.includes('later')
        ? 'The mail server is busy right now'
        : 'The mail server takes its time';
  return `${why}. The report to ${sayList(addresses)} waits and goes out by itself as soon as it can; I keep trying for 12 hours.`;
}

function refusedNote(addresses: readonly string[], deliveries: readonly Delivery[]): string {
  const isAddress = deliveries.some(({ status }) => status === 'bounced');
  const [the, it] = addresses.length === 1 ? ['the address', 'it'] : ['the addresses', 'them'];
  return isAddress
    ? `The mail server does not accept ${the} ${sayList(addresses)}, so nothing was sent to ${it}. Is it spelled right?`
    : `The report to ${sayList(addresses)} was refused, so nothing was sent there. Our staff has to look into that.`;
}

const unknownNote = (addresses: readonly string[]): string =>
  `The connection broke while I was sending, so the report may or may not have reached ${sayList(addresses)}. ` +
  'Please look into the mailbox before you ask me to send it again.';
