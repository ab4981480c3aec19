// Mail, as tools see it: what may go where, what is accepted, and how it stands.
import { setTimeout as delay } from 'node:timers/promises';
import type { AcceptedMail, Delivery, MailAllowance, MailQueue } from '../../database/mail/mail-queue.port.js';
import { writeContent } from './mail-content.js';
import type { MailContent } from './mailer.port.js';

export interface MailRules {
  /** Domains that mail may go to, lower-case; `*.example.com` for all below one. All domains when there is none. */
  readonly domains: readonly string[];
  /** Most mails of one user in 24 hours. */
  readonly perDay: number;
}

export interface MailServiceOptions {
  readonly queue: MailQueue;
  readonly rules: MailRules;
  /** Has copies sent that were accepted. */
  readonly notify: (keys: readonly string[]) => Promise<void>;
}

/** Between two looks at how a mail stands, ms. */
const LOOK_MS = 100;

export class MailService {
  constructor(private readonly options: MailServiceOptions) {}

  get rules(): MailRules {
    return this.options.rules;
  }

  /** Whether the rules let mail go to a domain of their list; undefined when there is no list. */
  isListed(address: string): boolean | undefined {
    const { domains } = this.options.rules;
    if (domains.length === 0) return undefined;
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
    return domains.some((rule) => (rule.startsWith('*.') ? domain.endsWith(rule.slice(1)) : domain === rule));
  }

  /** Whether the user may send so many more now. */
  allowance(ownerId: string, wanted: number): Promise<MailAllowance> {
    return this.options.queue.allowance(ownerId, wanted, this.options.rules.perDay);
  }

  /** How the user's latest mail to each of these addresses went, by address in lower case. */
  record(ownerId: string, recipients: readonly string[]): Promise<ReadonlyMap<string, 'sent' | 'bounced'>> {
    return this.options.queue.record(ownerId, recipients);
  }

  /**
   * Once this resolves with nothing the mail is stored, and is sent whatever happens to this process; the same key is
   * accepted once. Resolves with the allowance when the user has sent too much. Throws a DataError.
   */
  async accept(mail: Omit<AcceptedMail, 'content'>, content: MailContent): Promise<MailAllowance | undefined> {
    const { queue, rules, notify } = this.options;
    const refused = await queue.accept({ ...mail, content: writeContent(content) }, rules.perDay);
    if (refused === undefined) await notify((await queue.standing(mail.ownerId, mail.key)).map(({ key }) => key));
    return refused;
  }

  /** How a message stands with each recipient; none when it was not accepted. Throws a DataError. */
  standing(ownerId: string, key: string): Promise<readonly Delivery[]> {
    return this.options.queue.standing(ownerId, key);
  }

  /** The same, as soon as each copy is settled or has failed once, or after `withinMs`. Throws a DataError. */
  async tried(ownerId: string, key: string, withinMs: number): Promise<readonly Delivery[]> {
    const until = Date.now() + withinMs;
    for (;;) {
      const deliveries = await this.standing(ownerId, key);
      if (deliveries.every(isTried) || Date.now() >= until) return deliveries;
      await delay(LOOK_MS);
    }
  }
}

const isTried = ({ status, fault }: Delivery): boolean =>
  status === 'queued' ? fault !== undefined : status !== 'sending';
