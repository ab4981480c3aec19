import { readFile } from 'node:fs/promises';
import type { DoNotCallList } from '../database/outbound/do-not-call.port.js';
import { readPhoneNumber } from './phone-number.js';

export const DO_NOT_CALL_USAGE = `Usage: npm run data -- do-not-call add NUMBER|FILE [--reason TEXT]
       npm run data -- do-not-call remove NUMBER|FILE
       npm run data -- do-not-call list
Numbers are written with their country, +4930123456; a file has one a line, and after a comma, if you like, the reason.`;

/** What somebody at the terminal has done wrong: the message says what to do. */
export class DoNotCallFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DoNotCallFault';
  }
}

interface Entry {
  readonly number: string;
  readonly reason: string | undefined;
}

/** Numbers of one page. */
const PAGE = 500;
const MAX_REASON = 500;

/** Adds, removes and lists numbers that are not called. Returns the exit code. Throws DoNotCallFault and DataError. */
export async function doNotCallCommand(
  args: readonly string[],
  list: DoNotCallList,
  print: (line: string) => unknown,
): Promise<number> {
  const [command, what, flag, reason, ...rest] = args;
  if (command === 'list' && what === undefined) return printAll(list, print);
  const hasReason = command === 'add' && flag === '--reason' && reason !== undefined;
  const isWhole = rest.length === 0 && (flag === undefined || hasReason);
  if ((command !== 'add' && command !== 'remove') || what === undefined || !isWhole) {
    throw new DoNotCallFault(DO_NOT_CALL_USAGE);
  }
  // All are read before the first is written: a file with a mistake changes nothing.
  const entries = await entriesOf(what, hasReason ? reason : undefined);
  let missing = 0;
  for (const { number, reason: why } of entries) {
    if (command === 'add') await list.add(number, why);
    else if (!(await list.remove(number))) missing += 1;
  }
  const done = entries.length - missing;
  print(command === 'add' ? `Not called from now on: ${done}.` : `Taken off the list: ${done}; not on it: ${missing}.`);
  return 0;
}

async function printAll(list: DoNotCallList, print: (line: string) => unknown): Promise<number> {
  let after: string | undefined;
  for (;;) {
    const page = await list.list(after, PAGE);
    for (const { number, reason, addedAt } of page) print([number, addedAt, reason ?? ''].join('\t').trimEnd());
    after = page.at(-1)?.number;
    if (page.length < PAGE) return 0;
  }
}

async function entriesOf(what: string, reason: string | undefined): Promise<readonly Entry[]> {
  const known = readPhoneNumber(what);
  if (known !== undefined) return [entryOf(known.e164, reason)];
  if (/^[+\d\s()/-]+$/.test(what))
    throw new DoNotCallFault(`${what} is no telephone number with its country, +4930123456.`);
  const text = await readFile(what, 'utf8').catch(() => {
    throw new DoNotCallFault(`${what} is neither a telephone number nor a file that can be read.`);
  });
  return text.split(/\r?\n/).flatMap((line, at) => {
    const [written = '', ...why] = line.split(',');
    if (written.trim() === '' || written.startsWith('#')) return [];
    const number = readPhoneNumber(written.trim());
    if (number === undefined) {
      throw new DoNotCallFault(
        `${what}, line ${at + 1}: this is no telephone number with its country. Nothing was changed.`,
      );
    }
    return [entryOf(number.e164, why.join(',').trim() || reason)];
  });
}

function entryOf(number: string, reason: string | undefined): Entry {
  if (reason !== undefined && reason.length > MAX_REASON) {
    throw new DoNotCallFault(`The reason for ${number} is longer than ${MAX_REASON} characters.`);
  }
  return { number, reason };
}
