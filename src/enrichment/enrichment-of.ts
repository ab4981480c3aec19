import type { Config } from '../config/config.token.js';
import { CoinGeckoPrices } from './coingecko.js';
import type { EnrichmentSource } from './enrichment-source.js';
import { Headlines } from './headlines.js';

type Name = Config['STREAM_CONTEXT_ENRICHMENT'][number];

const SOURCES: Readonly<Record<Name, (config: Config) => EnrichmentSource>> = {
  crypto: ({ ENRICHMENT_COINS: coins, ENRICHMENT_CURRENCY: currency, COINGECKO_BASE_URL: baseUrl }) =>
    new CoinGeckoPrices({ coins, currency, ...(baseUrl === undefined ? {} : { baseUrl }) }),
  news: ({ NEWS_FEEDS }) => new Headlines(NEWS_FEEDS),
};

/** The sources that STREAM_CONTEXT_ENRICHMENT names, each once; none when it is empty. */
export const enrichmentSources = (config: Config): readonly EnrichmentSource[] =>
  [...new Set(config.STREAM_CONTEXT_ENRICHMENT)].map((name) => SOURCES[name](config));
