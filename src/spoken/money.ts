// Amounts of money as they are written. What a currency is called comes from somebody's database, and may be anything.

/** Decimals of an amount at most: the database keeps four. */
const MOST_DECIMALS = 4;
/** Formatters kept; making one costs more than the rest of an answer. */
const MOST_KEPT = 50;

const formats = new Map<string, Intl.NumberFormat>();

/**
 * `1234.5` in USD is "$1,234.50", in KWD "KWD 1,234.500"; decimals beyond the currency's own are shown where there are
 * some. A currency that is none is written behind the amount as it is, and never throws.
 */
export function formatMoney(amount: number, currency: string): string {
  const format = formatOf(currency.trim());
  const text = format.format(amount);
  const unit = currency.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return format.resolvedOptions().style === 'currency' || unit === '' ? text : `${text} ${unit}`;
}

/** Decimals that amounts of the currency have; two where it is none. */
export const currencyDigits = (currency: string): number =>
  formatOf(currency.trim()).resolvedOptions().minimumFractionDigits ?? 2;

function formatOf(currency: string): Intl.NumberFormat {
  const known = formats.get(currency);
  if (known !== undefined) return known;
  const format = newFormat(currency);
  if (formats.size < MOST_KEPT) formats.set(currency, format);
  return format;
}

function newFormat(currency: string): Intl.NumberFormat {
  const shown = { maximumFractionDigits: MOST_DECIMALS, signDisplay: 'negative' } as const;
  // Three letters are all that Intl asks of a currency; it throws at anything else.
  return /^[a-z]{3}$/i.test(currency)
    ? new Intl.NumberFormat('en-US', {
        style: 'currency',
        currency,
        ...shown,
        minimumFractionDigits: digitsOf(currency),
      })
    : new Intl.NumberFormat('en-US', { ...shown, minimumFractionDigits: 2 });
}

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions().minimumFractionDigits ?? 2;
