import { Global, Logger, Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { DatabaseModule } from '../database/database.module.js';
import { TOTALS_BOOK } from '../database/totals/call-totals.port.js';
import type { TotalsBook } from '../database/totals/call-totals.port.js';
import type { ImpatientRedis } from '../redis/impatient.js';
import { IMPATIENT_REDIS } from '../redis/redis.token.js';
import { BUDGETS } from './budgets.port.js';
import type { Budgets } from './budgets.port.js';
import { DailyBudgets } from './daily-budgets.js';
import { ListedPrices } from './listed-prices.js';
import { pricesIn } from './price-list.js';
import { PRICES } from './prices.port.js';

/** How long the database may take for what was spent before, ms. */
const READ_MS = 2_000;

const prices = {
  provide: PRICES,
  inject: [CONFIG],
  useFactory: ({ PRICES_FILE: file }: Config): ListedPrices => {
    const logger = new Logger('Prices');
    return new ListedPrices(pricesIn(file), (message) => logger.warn(message));
  },
};

const budgets = {
  provide: BUDGETS,
  inject: [CONFIG, PRICES, TOTALS_BOOK, { token: IMPATIENT_REDIS, optional: true }],
  useFactory: (
    { USER_DAILY_BUDGET: limit, BUDGET_WARN_PERCENT: warnPercent }: Config,
    { currency }: ListedPrices,
    book: TotalsBook,
    redis: ImpatientRedis | undefined,
  ): Budgets | undefined =>
    limit === undefined
      ? undefined
      : new DailyBudgets({
          limit,
          warnPercent,
          spentSince: (userId, since) => book.spentBy(userId, since, currency, AbortSignal.timeout(READ_MS)),
          redis,
          log: new Logger('Budgets'),
        }),
};

/** What use of providers costs, by the operator's list (docs/cost.md). */
@Global()
@Module({ imports: [DatabaseModule], providers: [prices, budgets], exports: [PRICES, BUDGETS] })
export class UsageModule {}
