import { causeOf, textOf } from '../database/error-code.js';
import { DialError } from './dialler.port.js';
import type { DialFault } from './dialler.port.js';

/** How long a vendor has to answer, ms. ElevenLabs answers when it has dialled. */
export const VENDOR_MS = 15_000;

/** No connection came about, so that nothing was asked. Whatever else breaks may have been heard. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** A request that has no answer: `unreachable` when it was certainly not heard, else `unanswered`. */
export function brokenOff(vendor: string, error: unknown): DialError {
  const code = codeOf(error);
  const fault: DialFault = code !== undefined && NOT_SENT.has(code) ? 'unreachable' : 'unanswered';
  const what = fault === 'unreachable' ? 'cannot be reached' : 'did not answer';
  return new DialError(fault, `${vendor} ${what}${code === undefined ? '' : ` (${code})`}.`, { cause: error });
}

/** An answer that says no. 5xx may come from a gateway on the way back. `word` is the vendor's own code of the fault. */
export function refusedWith(vendor: string, status: number, word: string | undefined): DialError {
  const fault = status === 429 ? 'busy' : status >= 500 || status === 408 ? 'unanswered' : 'refused';
  const message = `${vendor} answered ${status}${word === undefined ? '' : ` (${word})`}.`;
  return new DialError(fault, message, { status, code: word });
}

/** A vendor's word, short and in one line. */
export const wordOf = (text: unknown): string | undefined =>
  typeof text === 'string' || typeof text === 'number'
    ? String(text)
        .replaceAll(/[^\x20-\x7e]+/g, ' ')
        .slice(0, 200)
    : undefined;

function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at !== undefined && depth < 5; at = causeOf(at), depth += 1) {
    const code = textOf(at, 'code') ?? (textOf(at, 'name') === 'TimeoutError' ? 'TimeoutError' : undefined);
    if (code !== undefined) return code;
  }
  return undefined;
}
