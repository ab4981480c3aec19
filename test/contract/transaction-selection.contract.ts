import fc from 'fast-check';
import type { Database } from '../../src/database/database.js';
import type { Caller } from '../../src/identity/caller.port.js';
import type {
  BusinessData,
  Group,
  Period,
  TransactionQuery,
  TransactionReport,
} from '../../src/payments/data/business-data.port.js';

// What every BusinessData answers about a selection, against a model of a few lines that reads every row: over odd names,
// categories and amounts, for filters that nobody chose.

export interface SelectionHarness {
  readonly data: BusinessData;
  caller(userId: string): Caller;
  /** Where the rows are, with the server's rights. */
  readonly database: Database;
  /** Filters that are tried; 150 when absent. */
  readonly runs?: number;
  close(): Promise<void>;
}

const CLIENT = 7001;
const CLIENTS = [
  { id: CLIENT, owner: 'demo', name: "Zoë O'Ångström", currency: 'KWD' },
  { id: 7002, owner: 'demo', name: 'ZOE MC DONALD', currency: 'USD' },
  { id: 7003, owner: 'demo', name: 'Øystein Strauß', currency: '  $' },
  { id: 7004, owner: 'demo', name: 'Иван Ёлкин', currency: 'RUB' },
  { id: 7005, owner: 'demo', name: 'Zoë', currency: 'USD' },
  { id: 7006, owner: 'other', name: 'Zoë Elsewhere', currency: 'USD' },
];

const CATEGORIES = ['Other', 'IT', 'IT training', 'Own', 'Cafés', 'Food & Drink', 'groceries', '???'];
/** What callers say, and what is meant by it. */
const ASKED: Readonly<Record<string, readonly string[]>> = {
  other: ['Other'],
  it: ['IT'],
  'IT Training': ['IT training'],
  training: ['IT training'],
  own: ['Own'],
  cafes: ['Cafés'],
  CAFÉ: ['Cafés'],
  food: ['Food & Drink'],
  'drinks, food': ['Food & Drink'],
  grocery: ['groceries'],
  'the groceries': [],
  '???': ['???'],
  '!!': [],
  'dog toys': [],
  "'; drop table public.transactions; --": [],
};

const MERCHANTS = [
  'Blue Door Café',
  'Refund from Blue Door Café',
  "McDonald's Zürich",
  'MC DONALDS LONDON',
  'Harbor Hotel',
  'Refund: Harbor Hotel',
  'AMZN Mktp US*2K4 99',
  'Refund',
  '100% Own_Brand \\ "quoted"',
];
const SOLD: Readonly<Record<string, readonly number[]>> = {
  'blue door cafe': [0, 1],
  BLUE: [0, 1],
  'door blue': [0, 1],
  mcdonalds: [2, 3],
  'mc donalds': [2, 3],
  'zurich mcdo': [2],
  'harb hot': [4, 5],
  amzn: [6],
  '2k4': [6],
  'us 2k': [6],
  refund: [1, 5, 7],
  'own brand': [8],
  'or hotel': [],
  'Harbor Hotels': [],
};

interface Row {
  readonly id: number;
  readonly date: string;
  readonly description: string;
  readonly category: string;
  /** Ten-thousandths. */
  readonly units: number;
}

const dayOf = (n: number): string => new Date(Date.UTC(2025, 10, 20) + n * 86_400_000).toISOString().slice(0, 10);

/** The same on every machine: what is odd about them is meant. */
const ROWS: readonly Row[] = Array.from({ length: 400 }, (_, id) => {
  const units = [0, 1, 10_000, 12_345, 999_999_999_999, 500_000, 100_000, 100_000][(id * 5) % 8] ?? 0;
  return {
    id,
    date: dayOf((id * 37) % 160),
    description: MERCHANTS[(id * 7) % MERCHANTS.length] ?? '',
    category: CATEGORIES[(id * 11 + (id >> 3)) % CATEGORIES.length] ?? '',
    units: id % 4 === 1 ? -units : units,
  };
});

/** As many are listed when nothing is asked for (business-data.port.ts). */
const MOST_GROUPS = 120;

const amountOf = (units: number): number => Number((units / 10_000).toFixed(4));
const sum = (rows: readonly Row[]): number => rows.reduce((total, { units }) => total + units, 0);
const fits = ({ from = '', to = '9' }: Period, date: string): boolean => from <= date && date <= to;
const merchantOf = (description: string): string => description.replace(/^Refund(?: from |: )/, '');

function grouped(rows: readonly Row[], keyOf: (row: Row) => string): Group[] {
  const groups = Map.groupBy(rows, keyOf);
  return [...groups].map(([key, of]) => ({ key, count: of.length, total: amountOf(sum(of)) }));
}

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);

/** The report, read from all rows one by one. */
function expected(query: TransactionQuery): TransactionReport {
  const { periods = [], categories = [], merchant, except = [], direction } = query;
  const { minAmount, maxAmount, sort, groupBy, limit } = query;
  const meant = categories.map((asked) => ({ asked, found: ASKED[asked] ?? [] }));
  const out = except.map((asked) => ({ asked, found: leftOut(asked, periods) }));
  const shops = except.filter((asked) => (ASKED[asked] ?? []).length === 0);
  const rows = ROWS.filter(
    ({ date, category, description, units }) =>
      (periods.length === 0 || periods.some((period) => fits(period, date))) &&
      (categories.length === 0 || meant.some(({ found }) => found.includes(category))) &&
      (merchant === undefined || SOLD[merchant]?.includes(MERCHANTS.indexOf(description)) === true) &&
      !except.some((asked) => ASKED[asked]?.includes(category) ?? false) &&
      !shops.some((asked) => SOLD[asked]?.includes(MERCHANTS.indexOf(description)) ?? false) &&
      (direction === undefined || (direction === 'refunded') === units < 0) &&
      (minAmount === undefined || Math.abs(amountOf(units)) >= minAmount) &&
      (maxAmount === undefined || Math.abs(amountOf(units)) <= maxAmount),
  );
  const dates = rows.map(({ date }) => date).toSorted();
  const units = rows.map((row) => row.units);
  const sign = direction === 'refunded' ? -1 : 1;
  const bySize = (groups: readonly Group[]) => groups.toSorted((a, b) => (b.total - a.total) * sign || byKey(a, b));
  const categoryGroups = bySize(grouped(rows, ({ category }) => category));
  const months = grouped(rows, ({ date }) => date.slice(0, 7)).toSorted(byKey);
  const groups =
    groupBy === undefined
      ? undefined
      : {
          day: grouped(rows, ({ date }) => date).toSorted(byKey),
          month: months,
          category: categoryGroups,
          merchant: bySize(grouped(rows, ({ description }) => merchantOf(description))),
        }[groupBy];
  const newest = (a: Row, b: Row) => (a.date === b.date ? b.id - a.id : a.date < b.date ? 1 : -1);
  const size = ({ units }: Row) => Math.abs(units);
  const listed = rows.toSorted(
    {
      newest,
      oldest: (a: Row, b: Row) => newest(b, a),
      largest: (a: Row, b: Row) => size(b) - size(a) || newest(a, b),
      smallest: (a: Row, b: Row) => size(a) - size(b) || newest(a, b),
    }[sort ?? 'newest'],
  );
  return {
    client: { id: CLIENT, name: "Zoë O'Ångström" },
    currency: 'KWD',
    from:
      edge(
        periods.map((each) => each.from),
        0,
      ) ??
      dates[0] ??
      null,
    to:
      edge(
        periods.map((each) => each.to),
        -1,
      ) ??
      dates.at(-1) ??
      null,
    categories: meant.map(({ asked, found }) => ({ asked, found: found.toSorted() })),
    except: out.map(({ asked, found }) => ({ asked, found: expect.arrayContaining([...found]) })),
    knownCategories: meant.some(({ found }) => found.length === 0) ? expect.arrayContaining(CATEGORIES) : [],
    count: rows.length,
    total: amountOf(sum(rows)),
    average: rows.length === 0 ? null : expect.closeTo(sum(rows) / rows.length / 10_000, 3),
    minimum: rows.length === 0 ? null : amountOf(Math.min(...units)),
    maximum: rows.length === 0 ? null : amountOf(Math.max(...units)),
    byCategory: categoryGroups.map(({ key: category, ...total }) => ({ category, ...total })),
    byMonth: months.map(({ key: month, ...total }) => ({ month, ...total })),
    byPeriod:
      periods.length < 2
        ? []
        : periods.map((period) => {
            const within = rows.filter(({ date }) => fits(period, date));
            const { from = null, to = null } = period;
            return { from, to, count: within.length, total: amountOf(sum(within)) };
          }),
    ...(groups === undefined
      ? {}
      : {
          groups: {
            count: groups.length,
            most: bySize(groups)[0] ?? null,
            least: least(groups, sign),
            // The latest days; of the other kinds there are fewer here.
            list: groups.slice(-MOST_GROUPS),
          },
        }),
    transactions: listed.slice(0, limit).map(({ date, description, category, units: amount }) => ({
      date,
      description,
      category,
      amount: amountOf(amount),
    })),
  };
}

/** What is left out by a name: its categories, or else its shops between the first and the last day that is asked about. */
function leftOut(asked: string, periods: readonly Period[]): readonly string[] {
  const categories = ASKED[asked] ?? [];
  if (categories.length > 0) return categories;
  const [from, to] = [
    edge(
      periods.map((each) => each.from),
      0,
    ),
    edge(
      periods.map((each) => each.to),
      -1,
    ),
  ];
  const sold = ROWS.filter(({ date }) => fits({ from, to }, date));
  const own = sold.filter(({ description }) => SOLD[asked]?.includes(MERCHANTS.indexOf(description)) === true);
  return [...new Set(own.map(({ description }) => merchantOf(description)))];
}

/** The first or last of the days; none where one of them is open. */
const edge = (days: readonly (string | undefined)[], at: 0 | -1): string | undefined => {
  const given = days.flatMap((day) => day ?? []);
  return given.length < days.length ? undefined : given.toSorted().at(at);
};

const least = (groups: readonly Group[], sign: number): Group | null =>
  groups.toSorted((a, b) => (a.total - b.total) * sign || byKey(a, b))[0] ?? null;

const day = fc.integer({ min: -10, max: 170 }).map(dayOf);
const period = fc
  .record({ from: day, to: day }, { requiredKeys: [] })
  .map(({ from, to }): Period =>
    from !== undefined && to !== undefined && from > to ? { from: to, to: from } : { from, to },
  );
const amount = fc.constantFrom(0, 0.0001, 1, 1.2345, 10, 49.99, 50, 1e7);
const queries: fc.Arbitrary<TransactionQuery> = fc.record(
  {
    clientId: fc.constant(CLIENT),
    limit: fc.integer({ min: 0, max: 9 }),
    periods: fc.array(period, { maxLength: 4 }),
    categories: fc.uniqueArray(fc.constantFrom(...Object.keys(ASKED)), { maxLength: 3 }),
    merchant: fc.constantFrom(...Object.keys(SOLD)),
    except: fc.uniqueArray(fc.constantFrom(...Object.keys(ASKED), ...Object.keys(SOLD)), { maxLength: 3 }),
    direction: fc.constantFrom('spent', 'refunded'),
    minAmount: amount,
    maxAmount: amount,
    sort: fc.constantFrom('newest', 'oldest', 'largest', 'smallest'),
    groupBy: fc.constantFrom('day', 'month', 'category', 'merchant'),
  },
  { requiredKeys: ['clientId', 'limit'] },
);

export function transactionSelectionContract(name: string, open: () => Promise<SelectionHarness>): void {
  describe(`a selection of transactions: ${name}`, () => {
    let harness: SelectionHarness;
    const access = (user = 'demo') => ({ caller: harness.caller(user), signal: new AbortController().signal });
    const ask = (query: Partial<TransactionQuery>) =>
      harness.data.queryTransactions({ clientId: CLIENT, limit: 0, ...query }, access());

    beforeAll(async () => {
      harness = await open();
      const rows = ROWS.map(({ units, ...row }) => ({ ...row, amount: (units / 10_000).toFixed(4) }));
      await harness.database.prisma.$transaction([
        harness.database.prisma.$executeRaw`
          insert into public.clients (id, owner_id, name, currency)
          select id, owner, name, currency from jsonb_to_recordset(${JSON.stringify(CLIENTS)}::jsonb)
            as r(id integer, owner text, name text, currency text)`,
        harness.database.prisma.$executeRaw`
          insert into public.transactions (reference, client_id, booked_on, description, category, amount)
          select 'ODD-' || id, ${CLIENT}, date, description, category, amount
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as r(id integer, date date, description text, category text, amount numeric)
          order by id`,
      ]);
    }, 60_000);
    afterAll(async () => {
      await harness.database.prisma.$executeRaw`delete from public.clients where id between 7001 and 7006`;
      await harness.close();
    });

    it('answers what a model answers that reads every row', async () => {
      await fc.assert(
        fc.asyncProperty(queries, async (query) => {
          expect(await ask(query)).toEqual(expected(query));
        }),
        { numRuns: harness.runs ?? 150, examples: [[{ clientId: CLIENT, limit: 0, groupBy: 'day' }]] },
      );
    }, 60_000);

    it('lists the newest months where there are too many, and the largest categories, and knows them all', async () => {
      const months = await ask({ groupBy: 'month', groupLimit: 2 });
      expect(months?.byMonth.map(({ month }) => month)).toEqual(['2026-03', '2026-04']);
      expect(months?.groups).toMatchObject({
        count: 6,
        most: expected({ clientId: CLIENT, limit: 0, groupBy: 'month' }).groups?.most,
      });
      expect(months?.groups?.list.map(({ key }) => key)).toEqual(['2026-03', '2026-04']);
      const categories = await ask({ groupBy: 'category', groupLimit: 2 });
      expect(categories?.byCategory).toHaveLength(2);
      expect(categories?.groups).toMatchObject({
        count: CATEGORIES.length,
        most: { key: categories?.byCategory[0]?.category },
      });
    });

    it('takes a period that ends before it begins for no day, never for all of them', async () => {
      expect(await ask({ periods: [{ from: '2026-03-01', to: '2026-02-01' }] })).toMatchObject({ count: 0, total: 0 });
    });

    it('takes a merchant without a word for none', async () => {
      expect(await ask({ merchant: '?!' })).toMatchObject({ count: 0 });
    });

    it('bears NUL and halves of characters in what a caller says', async () => {
      expect(await ask({ merchant: 'a\u0000b\ud83d', categories: ['\u0000', '\udc00'] })).toMatchObject({ count: 0 });
      expect(await harness.data.findClients('a\u0000\ud83d', 4, access())).toEqual({ count: 0, clients: [] });
    });

    it.each<[string, readonly number[]]>([
      ['zoë', [7005]],
      ['Zoe', [7005]],
      ['oangstrom', [7001]],
      ['zoe o’ångström', [7001]],
      ['McDonald', [7002]],
      ['mc donald', [7002]],
      ['oystein', [7003]],
      ['STRAUSS', [7003]],
      ['иван елкин', [7004]],
      ['ИВАН', [7004]],
      ['zo', [7005, 7002, 7001]],
      ['elsewhere', []],
      ['', []],
      ['%', []],
      ['ada par', [5001]],
    ])('finds clients by "%s"', async (name, ids) => {
      const found = await harness.data.findClients(name, 4, access());
      expect(found).toEqual({ count: ids.length, clients: expect.any(Array) });
      expect(new Set(found.clients.map(({ id }) => id))).toEqual(new Set(ids));
    });

    it('finds only a caller’s own clients, and says how many there are beside those named', async () => {
      const theirs = await harness.data.findClients('zoe', 4, access('other'));
      expect(theirs.clients).toEqual([{ id: 7006, name: 'Zoë Elsewhere' }]);
      expect(await harness.data.findClients('zo', 1, access())).toMatchObject({ count: 3, clients: [{}] });
    });

    it('names a caller’s own clients, their shops and categories, as many as are asked for', async () => {
      const own = await harness.data.callerNames(200, access());
      expect(own.clients).toContain('Ada Park');
      expect(own.clients).not.toContain('Zoë Elsewhere');
      expect(own.merchants.length).toBeGreaterThan(0);
      expect(own.merchants.filter((name) => /^refunds?\b/i.test(name))).toEqual([]);
      expect(own.categories.length).toBeGreaterThan(0);
      const theirs = await harness.data.callerNames(200, access('other'));
      expect(theirs.clients).toContain('Zoë Elsewhere');
      expect(theirs.clients.filter((name) => own.clients.includes(name))).toEqual([]);
      const two = await harness.data.callerNames(2, access());
      expect([two.clients.length, two.merchants.length, two.categories.length]).toEqual([2, 2, 2]);
      expect(await harness.data.callerNames(-1, access())).toEqual({ clients: [], merchants: [], categories: [] });
    });
  });
}
