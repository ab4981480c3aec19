// Who may get a report: addresses at the domains of the configuration, or the client's own, and where no domains are named
// any address, but a new one is asked about as one. All of it is said before the yes.
import { sayList } from '../../spoken/say.js';
import type { Access } from '../../database/data.port.js';
import type { MailAllowance } from '../../database/mail/mail-queue.port.js';
import type { MailService } from '../../tools/mail/mail-service.js';
import { failure, words } from '../../tools/say.js';
import type { ToolOutcome } from '../../tools/tool.port.js';
import type { BusinessData } from '../data/business-data.port.js';

export interface Sending {
  readonly recipients: readonly string[];
  readonly clientId: number;
}

/** What the caller has to know of the addresses before he says yes; each a sentence, or nothing. */
export type RecipientNotes = readonly string[];

/** Why these may not get it, in words for the caller; else what is worth saying of them. Throws a DataError. */
export async function checkRecipients(
  { recipients, clientId }: Sending,
  { mail, data }: { readonly mail: MailService; readonly data: BusinessData },
  access: Access,
): Promise<RecipientNotes | ToolOutcome> {
  const { userId } = access.caller;
  const own = (await data.clientEmail(clientId, access))?.toLowerCase();
  const isOwn = (address: string): boolean => address.toLowerCase() === own;
  const strangers = recipients.filter((address) => mail.isListed(address) === false && !isOwn(address));
  if (strangers.length > 0) return notListed(strangers, mail.rules.domains);
  const allowance = await mail.allowance(userId, recipients.length);
  if (!allowance.allowed) return tooMany(allowance, recipients.length, mail.rules.perDay);

  const record = await mail.record(userId, recipients);
  const bounced = recipients.filter((address) => record.get(address.toLowerCase()) === 'bounced');
  const fresh = recipients.filter(
    (address) => mail.isListed(address) === undefined && !isOwn(address) && !record.has(address.toLowerCase()),
  );
  return [
    fresh.length === 0 ? '' : `This is the first e-mail to ${which(fresh, recipients)}.`,
    bounced.length === 0 ? '' : `The last e-mail to ${which(bounced, recipients)} came back.`,
  ].filter((note) => note !== '');
}

/** "that address" when it is the only one. */
const which = (some: readonly string[], all: readonly string[]): string =>
  all.length === 1 ? 'that address' : sayList(some);

function notListed(strangers: readonly string[], domains: readonly string[]): ToolOutcome {
  const places = sayList(domains.map((domain) => domain.replace(/^\*\./, 'addresses below ')));
  return failure(
    'forbidden',
    `I may send reports only to addresses at ${places}, and to the client’s own address on record. ` +
      `${sayList(strangers)} ${strangers.length === 1 ? 'is' : 'are'} not among them. Which address should I use instead?`,
  );
}

/** Why no more mail goes out today. */
export function tooMany({ used, freeAt }: MailAllowance, wanted: number, perDay: number): ToolOutcome {
  const most = `I may send ${perDay === 1 ? 'one report' : `${perDay} reports`} by e-mail for you in 24 hours`;
  if (freeAt === undefined)
    return failure('forbidden', `${most}, and that would be ${wanted}. Please name fewer addresses.`);
  const some = wanted === 1 ? 'the next one' : `${wanted} more`;
  return failure(
    'forbidden',
    words(
      `${most}, and ${used === 1 ? 'one is' : `${used} are`} sent already.`,
      `I can send ${some} in ${sayWait(freeAt.getTime() - Date.now())}. I can read the transactions to you instead.`,
    ),
  );
}

/** "about 3 hours", "20 minutes", "a minute". */
function sayWait(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000));
  if (minutes === 1) return 'a minute';
  if (minutes < 90) return `${minutes} minutes`;
  return `about ${Math.ceil(minutes / 60)} hours`;
}
