import { join } from 'node:path';
import { Global, Logger, Module } from '@nestjs/common';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { packageRoot } from '../database/package-root.js';
import { ListedPrices } from './listed-prices.js';
import { PriceList } from './price-list.js';
import { PRICES } from './prices.port.js';

const prices = {
  provide: PRICES,
  inject: [CONFIG],
  useFactory: ({ PRICES_FILE: file }: Config): ListedPrices => {
    const logger = new Logger('Prices');
    const list = PriceList.read(file ?? join(packageRoot(), 'deploy', 'prices.yaml'));
    return new ListedPrices(list, (message) => logger.warn(message));
  },
};

/** What use of providers costs, by the operator's list (docs/cost.md). */
@Global()
@Module({ providers: [prices], exports: [PRICES] })
export class UsageModule {}
