import type { Columns } from './columns.js';
import type { CsvRow } from './csv-file.js';
import { readAmount, readDay, shown } from './values.js';
import type { Read, Reading } from './values.js';

export interface ReadOptions extends Reading {
  /** `sub` of the user whose clients these are. */
  readonly owner?: string | undefined;
  /** The file writes money spent with a minus. */
  readonly negate?: boolean | undefined;
  /** Makes references for rows without one: what names the file. */
  readonly fileId: string;
}

/** A row of the table, by column; numbers as decimal text. */
export type TableRow = Readonly<Record<string, string | null>> & { readonly line: string };

export interface BadCell {
  readonly line: number;
  /** Null when it is the row itself. */
  readonly column: string | null;
  readonly problem: string;
}

/** Longest text, characters. */
const MOST_TEXT = 2_000;

/** What a row holds, or everything that is wrong with it. */
export function readRow(row: CsvRow, columns: Columns, options: ReadOptions): { row: TableRow } | { bad: BadCell[] } {
  const { line, cells } = row;
  const { header, places, values, table } = columns;
  const extra = cells.slice(header.length).filter((cell) => cell.trim() !== '');
  if (extra.length > 0 || cells.length < header.length) {
    const problem = `has ${cells.length} cells where the header has ${header.length}: a text with the delimiter or a line break in it needs quotes`;
    return { bad: [{ line, column: null, problem }] };
  }
  const bad: BadCell[] = [];
  const cell = (field: string): string => (values.get(field) ?? cells[places.get(field) ?? -1] ?? '').trim();
  const take = <T>(field: string, read: (text: string) => Read<T>): T | null => {
    const text = cell(field);
    const result = text.includes('\0') ? { problem: 'holds a NUL character: export the file again' } : read(text);
    if ('value' in result) return result.value;
    const place = places.get(field);
    bad.push({ line, column: place === undefined ? field : (header[place] ?? field), problem: result.problem });
    return null;
  };
  const taken =
    table === 'clients'
      ? {
          id: take('id', readClientId),
          name: take('name', readText),
          email: take('email', readEmail),
          currency: take('currency', readCurrency),
          owner_id: take('owner', (text) => readOwner(text, options.owner)),
        }
      : {
          reference: take('reference', (text) => readReference(text, line, places.has('reference'), options.fileId)),
          client_id: take('client_id', readClientId),
          booked_on: take('booked_on', (text) => (text === '' ? empty : readDay(text, options))),
          description: take('description', readText),
          category: take('category', readText),
          amount: take('amount', (text) => (text === '' ? empty : signed(readAmount(text, options), options.negate))),
          currency: take('currency', readCurrency),
        };
  return bad.length > 0 ? { bad } : { row: { ...taken, line: String(line) } };
}

const empty = { problem: 'is empty, and must not be' } as const;

const signed = (read: Read<string>, negate = false): Read<string> => {
  if (!negate || !('value' in read) || !/[1-9]/.test(read.value)) return read;
  return { value: read.value.startsWith('-') ? read.value.slice(1) : `-${read.value}` };
};

function readText(text: string): Read<string> {
  if (text === '') return empty;
  return text.length <= MOST_TEXT ? { value: text } : { problem: `is longer than ${MOST_TEXT} characters: shorten it` };
}

function readClientId(text: string): Read<string> {
  if (text === '') return empty;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647 || Number(text) === 0) {
    return { problem: `${shown(text)} is not a client’s number: a whole number that callers can say, such as 5001` };
  }
  return { value: String(Number(text)) };
}

function readReference(text: string, line: number, hasColumn: boolean, fileId: string): Read<string> {
  if (!hasColumn && text === '') return { value: `csv-${fileId}-${line}` };
  if (/^\d[.,]\d+E\+\d+$/i.test(text)) {
    return { problem: `${shown(text)} was shortened by a spreadsheet: format the column as text and export it again` };
  }
  return readText(text);
}

/** Without one, what the client has, or USD for a new one. */
function readCurrency(text: string): Read<string | null> {
  if (text === '') return { value: null };
  const code = text.toUpperCase();
  return /^[A-Z]{3}$/.test(code)
    ? { value: code }
    : { problem: `${shown(text)} is not a currency: a code such as EUR` };
}

function readEmail(text: string): Read<string | null> {
  if (text === '') return { value: null };
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) && text.length <= 254
    ? { value: text }
    : { problem: `${shown(text)} is not an e-mail address: leave it empty if there is none` };
}

function readOwner(text: string, owner: string | undefined): Read<string> {
  if (text !== '' && owner !== undefined && text !== owner) {
    return { problem: `${shown(text)} is not ${shown(owner)}: leave --owner out, or take the row out` };
  }
  const found = text || owner;
  return found === undefined ? { problem: 'is empty: say whose clients these are with --owner USER' } : readText(found);
}
