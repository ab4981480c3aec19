import { outcomeWithin } from '../deadline/within.js';
import { digestOf } from '../redis/digest.js';
import type { ImpatientRedis } from '../redis/impatient.js';
import type { Budgets, Payer } from './budgets.port.js';

/** How long a call that begins waits for what the database knows of today, ms. */
const KNOWN_WITHIN_MS = 500;
/** A day's sum is kept until it is over everywhere, ms. */
const KEEP_MS = 2 * 86_400_000;
/** Users of a day that one process remembers; the one who has been quiet longest is forgotten first. */
const MOST_USERS = 100_000;

/** Begins a sum, unless somebody has, and reads it. KEYS: the sum. ARGV: what it begins with, how long it is kept in ms. */
const BEGIN = `
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX')
return redis.call('GET', KEYS[1])`;

export interface DailyBudgetsOptions {
  /** In the currency of the prices. */
  readonly limit: number;
  /** From this part of it on it is low, percent. */
  readonly warnPercent: number;
  /** What the user's calls that began since then have cost, by their records. */
  spentSince(userId: string, since: Date): Promise<number>;
  /** Where other workers count too. */
  readonly redis?: ImpatientRedis | undefined;
  readonly log: { warn(line: object): void };
  /** Unix time, ms. */
  readonly now?: () => number;
}

interface Account {
  spent: number;
  warned: boolean;
  known: Promise<void> | undefined;
}

/**
 * A day is one of UTC. A process begins with what the records say, counts what its own calls cost, and hears of the others'
 * through Redis. Without Redis it hears of them when their calls have ended, and a process has not counted for this user yet.
 */
export class DailyBudgets implements Budgets {
  private day = '';
  private accounts = new Map<string, Account>();

  constructor(private readonly options: DailyBudgetsOptions) {}

  async hasLeft(payer: Payer): Promise<boolean> {
    const account = this.accountOf(payer);
    await this.known(payer, account);
    await this.listen(payer, account);
    return account.spent < this.options.limit;
  }

  spend(payer: Payer, amount: number): 'low' | 'spent' | undefined {
    if (!(amount > 0)) return undefined;
    const { limit, warnPercent, redis } = this.options;
    const account = this.accountOf(payer);
    // Of a call that has come from another process its record says nothing yet: later it would be counted twice.
    void this.known(payer, account);
    account.spent += amount;
    if (redis !== undefined && !payer.isPrivate) void this.tell(redis, payer, account, amount);
    if (account.spent >= limit) return 'spent';
    if (account.warned || account.spent < (limit * warnPercent) / 100) return undefined;
    account.warned = true;
    return 'low';
  }

  /** Asks once a day, and never for who wants nothing kept: another call of the same user may have it asked. */
  private known(payer: Payer, account: Account): Promise<void> | undefined {
    if (!payer.isPrivate) account.known ??= this.learn(payer, account);
    return account.known;
  }

  /** From what the records say. A database that does not answer is no reason to refuse anybody. */
  private async learn({ userId }: Payer, account: Account): Promise<void> {
    const midnight = new Date(`${this.day}T00:00:00Z`);
    try {
      const before = await outcomeWithin(this.options.spentSince(userId, midnight), KNOWN_WITHIN_MS);
      if (before !== undefined) account.spent += before;
    } catch (error) {
      const why = error instanceof Error ? error.name : 'unknown';
      this.options.log.warn({ msg: 'what a user has spent today is not known; counted from here on', why });
    }
  }

  private async listen(payer: Payer, account: Account): Promise<void> {
    const { redis } = this.options;
    if (redis === undefined || payer.isPrivate) return;
    const key = this.keyOf(payer);
    const total = await redis.ask(
      (commands) => commands.eval(BEGIN, 1, key, account.spent, KEEP_MS) as Promise<string>,
    );
    if (total !== undefined) account.spent = Math.max(account.spent, Number(total));
  }

  private async tell(redis: ImpatientRedis, payer: Payer, account: Account, amount: number): Promise<void> {
    const key = this.keyOf(payer);
    const total = await redis.ask((commands) => commands.incrbyfloat(key, amount));
    if (total === undefined) return;
    account.spent = Math.max(account.spent, Number(total));
    void redis.ask((commands) => commands.pexpire(key, KEEP_MS));
  }

  private keyOf({ userId }: Payer): string {
    return `parley:spent:${this.day}:${digestOf(userId)}`;
  }

  private accountOf({ userId }: Payer): Account {
    const day = new Date(this.options.now?.() ?? Date.now()).toISOString().slice(0, 10);
    if (day !== this.day) {
      this.day = day;
      this.accounts = new Map();
    }
    const account = this.accounts.get(userId) ?? { spent: 0, warned: false, known: undefined };
    this.accounts.delete(userId);
    this.accounts.set(userId, account);
    if (this.accounts.size > MOST_USERS) this.accounts.delete(this.accounts.keys().next().value as string);
    return account;
  }
}
