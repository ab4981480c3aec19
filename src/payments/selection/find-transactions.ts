// How every tool over a client's transactions begins: whose they are, which they are, and what is said when there are none.
import type { Access } from '../../database/data.port.js';
import { plain, sayList } from '../../spoken/say.js';
import { wordsOf } from '../../spoken/words.js';
import { failure, words } from '../../tools/say.js';
import type { ToolFailure } from '../../tools/tool.port.js';
import { unknownClient } from '../client.js';
import type { BusinessData, FoundClients, TransactionQuery, TransactionReport } from '../data/business-data.port.js';
import { nearestNames } from './nearest-names.js';
import { sayWhat, sayWhen } from './say-selection.js';
import { selectionOf, type SelectionArgs } from './selection.js';

/** Clients of a name that are named when it is asked which one is meant. */
const MOST_NAMED = 4;
const MOST_COMPARED = 50;
const MOST_LETTERS = 60;
/** Clients that are compared with a name that none of them has. */
const MOST_NAMES = 1000;

export type ReportOptions = Pick<TransactionQuery, 'sort' | 'groupBy' | 'limit' | 'groupLimit'>;

/** The transactions that were asked for, at least one; or the failure that says why there are none. Throws DataError. */
export async function findTransactions(
  data: BusinessData,
  args: SelectionArgs,
  options: ReportOptions,
  access: Access,
): Promise<TransactionReport | ToolFailure> {
  const clientId = await clientOf(data, args, access);
  if (typeof clientId !== 'number') return clientId;
  const report = await data.queryTransactions({ ...selectionOf(args), ...options, clientId }, access);
  if (report === undefined) return unknownClient(clientId);
  if (report.count > 0) return report;
  const { merchant } = args;
  const isKnown = merchant === undefined || (await isMerchant(data, merchant, clientId, access));
  return isKnown ? noTransactions(report, args) : noMerchant(report, merchant);
}

/** Whether any of the caller's clients has the shop, or this one has ever had anything there. */
async function isMerchant(data: BusinessData, merchant: string, clientId: number, access: Access): Promise<boolean> {
  const { merchants } = await data.callerNames(MOST_NAMES, access);
  const said = wordsOf(merchant);
  const isOf = (name: string): boolean => said.every((word) => wordsOf(name).some((part) => part.startsWith(word)));
  if (merchants.some(isOf) || nearestNames(merchant, merchants).sure !== undefined) return true;
  const ever = await data.queryTransactions({ clientId, merchant, limit: 1 }, access);
  return ever !== undefined && ever.count > 0;
}

/** What was taken for a shop may be a town or anything else. */
const noMerchant = ({ client }: TransactionReport, merchant: string): ToolFailure =>
  failure(
    'not_found',
    `I know no shop or company named ${plain(merchant, MOST_LETTERS)} among the transactions of client ${client.id}, ` +
      `${client.name}, or of your other clients, and I cannot filter by place. Which shop do you mean?`,
  );

async function clientOf(data: BusinessData, args: SelectionArgs, access: Access): Promise<number | ToolFailure> {
  const { client_id: id, client_name: name } = args;
  if (name === undefined) return id ?? failure('invalid_arguments', 'Which client do you mean?');
  const found = await data.findClients(name, id === undefined ? MOST_NAMED : MOST_COMPARED, access);
  if (id !== undefined) return found.clients.some((client) => client.id === id) ? id : otherName(id, name);
  const [first] = found.clients;
  if (found.count > 0) return first !== undefined && found.count === 1 ? first.id : whichOf(found, name);
  // Misheard or mistyped: the only one that it can be, or the question which.
  const { clients } = await data.callerNames(MOST_NAMES, access);
  const { sure, maybe } = nearestNames(name, clients);
  const [meant, ...others] = sure === undefined ? [] : (await data.findClients(sure, MOST_NAMED, access)).clients;
  return meant !== undefined && others.length === 0 ? meant.id : nobody(name, maybe);
}

function nobody(said: string, maybe: readonly string[]): ToolFailure {
  const unknown = `I cannot find a client named ${plain(said, MOST_LETTERS)} among your clients.`;
  return maybe.length === 0
    ? failure('not_found', `${unknown} Please tell me the number, or the name again.`)
    : failure(
        'invalid_arguments',
        `${unknown} Do you mean ${sayList(maybe, 'or')}? Please say the name or the number.`,
      );
}

/** Says the same whether a client of that number is not there, is somebody else's, or has another name. */
const otherName = (id: number, name: string): ToolFailure =>
  failure(
    'not_found',
    `I cannot find a client ${id} named ${plain(name, MOST_LETTERS)} among your clients. Which number is it?`,
  );

function whichOf({ count, clients }: FoundClients, said: string): ToolFailure {
  const name = plain(said, MOST_LETTERS);
  const named = clients.map((client) => `${client.name}, number ${client.id}`);
  const some = count > clients.length ? `among them ${named.join('; ')}` : sayList(named);
  return failure('invalid_arguments', `I found ${count} clients named ${name}: ${some}. Which one do you mean?`);
}

function noTransactions(report: TransactionReport, args: SelectionArgs): ToolFailure {
  const { client, currency } = report;
  const who = `Client ${client.id}, ${client.name},`;
  const missing = report.categories.filter(({ found }) => found.length === 0).map(({ asked }) => asked);
  if (missing.length > 0 && missing.length === report.categories.length && report.knownCategories.length > 0) {
    const known = sayList(report.knownCategories);
    return failure(
      'not_found',
      `${who} has no category ${sayList(missing, 'or')}. There are ${known}. Which one is it?`,
    );
  }
  const what = sayWhat(args, currency);
  const when = sayWhen(args);
  const isAll = what === 'transactions' && when === '';
  return failure(
    'not_found',
    words(`${who} has no`, words(what, when) + '.', isAll ? '' : 'Would you like to hear about something else?'),
  );
}
