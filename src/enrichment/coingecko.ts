import { z } from 'zod';
import { EnrichmentError, type EnrichmentSource, type Fact } from './enrichment-source.js';
import { fetchBounded } from './fetch-bounded.js';

const MINUTE_MS = 60_000;
/** Coins that are told, of those that are configured. */
const MOST_COINS = 10;

const number = z.number().nullish();
const answerSchema = z.record(z.string(), z.record(z.string(), number));

export interface CoinGeckoOptions {
  /** Its ids: bitcoin, ethereum. */
  readonly coins: readonly string[];
  /** ISO 4217, or another coin. */
  readonly currency: string;
  readonly baseUrl?: string;
}

/** Prices of coins (docs.coingecko.com, GET /api/v3/simple/price): needs no key, and then allows some ten requests a minute. */
export class CoinGeckoPrices implements EnrichmentSource {
  readonly name = 'crypto';
  readonly freshMs = MINUTE_MS;
  readonly keepMs = 30 * MINUTE_MS;

  constructor(private readonly options: CoinGeckoOptions) {}

  async fetch(signal: AbortSignal): Promise<readonly Fact[]> {
    const { coins, currency, baseUrl = 'https://api.coingecko.com' } = this.options;
    const asked = coins.slice(0, MOST_COINS);
    const money = currency.toLowerCase();
    const url = new URL(`${baseUrl.replace(/\/$/, '')}/api/v3/simple/price`);
    url.search = new URLSearchParams({
      ids: asked.join(','),
      vs_currencies: money,
      include_24hr_change: 'true',
      include_last_updated_at: 'true',
    }).toString();
    const { body } = await fetchBounded(url, 'application/json', 'COINGECKO_BASE_URL', signal);
    const prices = answerSchema.safeParse(jsonOf(body)).data;
    if (prices === undefined) throw new EnrichmentError(`${url.host} answers no prices. Check COINGECKO_BASE_URL.`);
    const facts = asked.flatMap((coin) => factOf(coin, money, prices[coin]) ?? []);
    // Of coins and currencies that it does not know it says nothing.
    if (facts.length > 0) return facts;
    throw new EnrichmentError(
      `${url.host} knows no price of that. Check ENRICHMENT_COINS (its ids, such as bitcoin) and ENRICHMENT_CURRENCY.`,
    );
  }
}

function factOf(coin: string, money: string, told: Readonly<Record<string, number | null | undefined>> = {}) {
  const { [money]: price, [`${money}_24h_change`]: change, last_updated_at: at } = told;
  if (price == null) return undefined;
  const moved = change == null ? '' : ` (${change < 0 ? '' : '+'}${change.toFixed(1)} % in 24 hours)`;
  return {
    // Digits that matter: 67,187.34 and 0.00001234.
    text: `${coin}: ${price.toLocaleString('en-US', { maximumSignificantDigits: price < 1 ? 4 : 8 })} ${money.toUpperCase()}${moved}`,
    source: 'CoinGecko',
    ...(at == null ? {} : { at: new Date(at * 1000).toISOString() }),
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
