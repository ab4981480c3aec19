// How things are written, in the reader's own language where the browser knows it.

export const milliseconds = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
export const when = (iso: string): string => WHEN.format(new Date(iso));

export function money(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
  } catch {
    // Records may hold a currency that is none.
    return `${amount} ${currency}`;
  }
}

/** `query_transactions` as people read it. */
export const words = (name: string): string => name.replaceAll('_', ' ');

export const costs = (cost: Readonly<Record<string, number>> | null): string =>
  Object.entries(cost ?? {})
    .map(([currency, amount]) => `${amount === 0 ? '0' : amount.toFixed(4)} ${currency}`)
    .join(', ');
