// Amounts as they are written in a chart.

export interface MoneyLabels {
  /** To the last digit: "$1,234.50". */
  readonly exact: (amount: number) => string;
  /** As few digits as all of the chart's amounts can do with: "$1,235", but "$0.40". */
  readonly short: (amount: number) => string;
  /** "$1.2K": for axes, and where nothing longer fits. */
  readonly compact: (amount: number) => string;
  /** The smallest amount of the currency, for example 0.01. */
  readonly unit: number;
}

/** From here up, cents say nothing in a picture. */
const WHOLE_FROM = 100;

/** `amounts` are those of the chart. A currency that is none is written as it is, behind the number. */
export function moneyLabels(currency: string, amounts: readonly number[]): MoneyLabels {
  const exact = formatOf(currency, {});
  const isWhole = amounts.every((amount) => amount === 0 || Math.abs(amount) >= WHOLE_FROM);
  const short = isWhole ? formatOf(currency, { minimumFractionDigits: 0, maximumFractionDigits: 0 }) : exact;
  const compact = formatOf(currency, { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 2 });
  return { exact: exact.write, short: short.write, compact: compact.write, unit: 10 ** -exact.digits };
}

const TWO_DIGITS = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

interface Format {
  readonly write: (amount: number) => string;
  readonly digits: number;
}

function formatOf(currency: string, options: Intl.NumberFormatOptions): Format {
  // `negative`: what is rounded to nothing has no sign, so there is no "-$0".
  const common = { ...options, signDisplay: 'negative' } as const;
  if (/^[A-Za-z]{3}$/.test(currency)) {
    const format = new Intl.NumberFormat('en-US', { style: 'currency', currency, ...common });
    return { write: (amount) => format.format(amount), digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
  }
  const format = new Intl.NumberFormat('en-US', { ...TWO_DIGITS, ...common });
  const code = currency.trim();
  return { write: (amount) => (code === '' ? format.format(amount) : `${format.format(amount)} ${code}`), digits: 2 };
}

/** A share of a whole, 0 to 1: "45%", "4.5%", "<0.1%". */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1%';
  return `${(share * 100).toFixed(share < 0.0995 && share > 0 ? 1 : 0)}%`;
}
