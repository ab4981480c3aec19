import { formatMoney } from '../spoken/money.js';
import type { ToolErrorCode, ToolFailure } from './tool.port.js';

// Words for the ear: days and periods as they are spoken, and the sentences that every tool can end with.

/** A failure whose message is spoken as it stands. */
export const failure = (code: ToolErrorCode, message: string): ToolFailure => ({ ok: false, code, message });

/** The same, thrown: for failures whose cause operators should hear of too. */
export class SpokenFailure extends Error {
  /** Nobody can say whether what was to be done has happened; otherwise it certainly has not. */
  readonly uncertain: boolean;

  constructor(
    readonly code: ToolErrorCode,
    message: string,
    options: { readonly cause: unknown; readonly uncertain?: boolean },
  ) {
    super(message, options);
    this.name = 'SpokenFailure';
    this.uncertain = options.uncertain ?? false;
  }
}

/** `2026-03-01` as "March 1, 2026". */
export const sayDay = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString('en-US', { timeZone: 'UTC', dateStyle: 'long' });

/** "from March 1 to March 31, 2026"; empty when the period is open at both ends. */
export function sayPeriod(from: string | null | undefined, to: string | null | undefined): string {
  if (from && to) {
    if (from === to) return `on ${sayDay(from)}`;
    const start = from.slice(0, 4) === to.slice(0, 4) ? sayDay(from).replace(/, \d{4}$/, '') : sayDay(from);
    return `from ${start} to ${sayDay(to)}`;
  }
  if (from) return `since ${sayDay(from)}`;
  return to ? `until ${sayDay(to)}` : '';
}

/** `1234.5` in USD as "$1,234.50". */
export const sayMoney = formatMoney;

/** "1 transaction", "24 transactions". */
export const sayCount = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

/** Letter by letter, for the ear: "j.smith2" as "J, dot, S, M, I, T, H, 2". */
export const sayLetters = (text: string): string =>
  Array.from(text, (letter) => LETTER_NAMES[letter] ?? letter.toUpperCase()).join(', ');

const LETTER_NAMES: Readonly<Record<string, string>> = { '.': 'dot', _: 'underscore', '-': 'dash', '+': 'plus' };

/** Joins what is not empty by blanks: for sentences with optional parts. */
export const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
