import type { SeedClient, SeedMerchants } from './seed-data.js';

/** `amount` is USD; `bookedOn` is YYYY-MM-DD. */
export interface SeedTransaction {
  readonly reference: string;
  readonly clientId: number;
  readonly bookedOn: string;
  readonly description: string;
  readonly category: string;
  readonly amount: number;
}

type Draft = Omit<SeedTransaction, 'reference' | 'clientId' | 'bookedOn'> & { readonly day: number };

const SUBSCRIPTIONS = [
  { description: 'Cloudnote subscription', amount: 11.99 },
  { description: 'Pixel Studio subscription', amount: 34.5 },
  { description: 'Ledger Pro subscription', amount: 24 },
] as const;

/** How often a category comes up among the purchases of a month. */
const WEIGHTS: Readonly<Record<string, number>> = { groceries: 5, dining: 4, transport: 3, shopping: 2, travel: 2 };

/**
 * A client's transactions from one day to another (YYYY-MM-DD, both included), oldest first. A month is always the same
 * whatever the period asked for, so that a later call can continue where an earlier one stopped.
 */
export function seedTransactions(
  client: SeedClient,
  merchants: SeedMerchants,
  from: string,
  to: string,
): readonly SeedTransaction[] {
  const rows: SeedTransaction[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = nextMonth(month)) {
    const drafts = monthOf(client, merchants, month).sort((a, b) => a.day - b.day);
    for (const [index, { day, ...draft }] of drafts.entries()) {
      const bookedOn = `${month}-${String(day).padStart(2, '0')}`;
      if (bookedOn < from || bookedOn > to) continue;
      const reference = `SEED-${client.id}-${month.replace('-', '')}-${String(index).padStart(2, '0')}`;
      rows.push({ reference, clientId: client.id, bookedOn, ...draft });
    }
  }
  return rows;
}

function monthOf(client: SeedClient, merchants: SeedMerchants, month: string): Draft[] {
  const random = generator(client.id * 1_000_003 + Number(month.replace('-', '')));
  const between = (low: number, high: number) => low + random() * (high - low);
  const lastDay = daysIn(month);
  const subscription = SUBSCRIPTIONS[client.id % SUBSCRIPTIONS.length] ?? SUBSCRIPTIONS[0];
  const drafts: Draft[] = [
    { day: 1, description: 'Oakwood Properties', category: 'rent', amount: client.rent },
    { day: 5, description: 'City Power and Water', category: 'utilities', amount: cents(between(58, 164)) },
    { day: 8, description: 'Clearline Internet', category: 'utilities', amount: 49.9 },
    { day: 12, ...subscription, category: 'software' },
    { day: 15, description: 'Shield Insurance', category: 'insurance', amount: cents(client.rent * 0.06) },
  ];
  const categories = Object.keys(merchants).flatMap((name) => Array<string>(WEIGHTS[name] ?? 1).fill(name));
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const purchases = 4 + Math.floor(random() * 4);
  for (let n = 0; n < purchases; n += 1) {
    const category = pick(categories);
    const merchant = category === undefined ? undefined : pick(merchants[category] ?? []);
    if (category === undefined || merchant === undefined) continue;
    const amount = cents(between(merchant.from, merchant.to) * client.lifestyle);
    const day = 1 + Math.floor(random() * lastDay);
    drafts.push({ day, description: merchant.name, category, amount });
    // Now and then something is returned.
    if (random() < 0.07) {
      const back = Math.min(lastDay, day + 2 + Math.floor(random() * 8));
      drafts.push({ day: back, description: `Refund from ${merchant.name}`, category, amount: -amount });
    }
  }
  return drafts;
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;

function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

function daysIn(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).getUTCDate();
}

/** mulberry32 (Tommy Ettinger, public domain): small, and the same on every machine. Yields [0, 1). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
