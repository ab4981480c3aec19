import { ImportFault } from './import-fault.js';
import { shown } from './values.js';

export type TableName = 'clients' | 'transactions';

/** What other programs call the columns, in plain words; the first name that is there is taken. */
const ALIASES = {
  clients: {
    id: ['client id', 'id', 'client number', 'customer number', 'kundennummer'],
    name: ['name', 'client name', 'full name', 'customer name', 'kundenname'],
    email: ['email', 'e mail', 'email address', 'customer email'],
    currency: ['currency', 'currency code', 'wahrung', 'waehrung'],
    owner: ['owner', 'owner id', 'user', 'user id'],
  },
  transactions: {
    reference: ['reference', 'transaction id', 'transaction reference', 'ref', 'id', 'referenz'],
    client_id: ['client id', 'client', 'client number', 'kundennummer'],
    booked_on: [
      'booked on',
      'booking date',
      'transaction date',
      'date',
      'posted date',
      'created utc',
      'created date utc',
      'buchungstag',
      'buchungsdatum',
      'datum',
    ],
    description: ['description', 'merchant', 'payee', 'details', 'verwendungszweck'],
    category: ['category', 'kategorie', 'type', 'buchungstext'],
    amount: ['amount', 'betrag', 'umsatz'],
    currency: ['currency', 'currency code', 'wahrung', 'waehrung'],
  },
} as const satisfies Record<TableName, Record<string, readonly string[]>>;

const REQUIRED: Readonly<Record<TableName, readonly string[]>> = {
  clients: ['id', 'name'],
  transactions: ['client_id', 'booked_on', 'description', 'category', 'amount'],
};

export interface ColumnChoice {
  readonly table?: TableName | undefined;
  /** Header by field. */
  readonly columns: ReadonlyMap<string, string>;
  /** One value for all rows, by field. */
  readonly values: ReadonlyMap<string, string>;
}

export interface Columns {
  readonly table: TableName;
  /** Places in a row, by field. */
  readonly places: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, string>;
  readonly header: readonly string[];
}

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Which columns hold what. Throws an ImportFault that names what is missing. */
export function chooseColumns(header: readonly string[], choice: ColumnChoice): Columns {
  const table = choice.table ?? tableOf(header);
  const fields: Readonly<Record<string, readonly string[]>> = ALIASES[table];
  const names = header.map(plain);
  for (const field of [...choice.columns.keys(), ...choice.values.keys()]) {
    if (!(field in fields))
      throw new ImportFault(`${table} have no ${shown(field)}: only ${Object.keys(fields).join(', ')}.`);
  }
  const places = new Map<string, number>();
  for (const [field, aliases] of Object.entries(fields)) {
    const named = choice.columns.get(field);
    if (choice.values.has(field)) continue;
    const wanted = named === undefined ? [field.replaceAll('_', ' '), ...aliases] : [plain(named)];
    const place = wanted.map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (place !== undefined) places.set(field, place);
    else if (named !== undefined) throw new ImportFault(`There is no column ${shown(named)}: ${listOf(header)}.`);
  }
  const missing = REQUIRED[table].filter((field) => !places.has(field) && !choice.values.has(field));
  if (missing.length > 0) {
    throw new ImportFault(
      `There is no column for ${missing.join(', ')} of ${table}; the file has ${listOf(header)}. ` +
        missing.map((field) => `Add --column ${field}=HEADER, or --set ${field}=VALUE for all rows.`).join(' '),
    );
  }
  return { table, places, values: choice.values, header };
}

const listOf = (header: readonly string[]): string => header.map((name) => shown(name)).join(', ');

function tableOf(header: readonly string[]): TableName {
  const names = new Set(header.map(plain));
  const has = (aliases: readonly string[]): boolean => aliases.some((alias) => names.has(alias));
  if (has(ALIASES.transactions.amount) && has(ALIASES.transactions.booked_on)) return 'transactions';
  if (has(ALIASES.clients.name) && has(ALIASES.clients.id)) return 'clients';
  throw new ImportFault(
    `The header says neither clients nor transactions: ${listOf(header)}. Add --table clients or --table transactions.`,
  );
}
