import { CLOSE, type CloseEvent } from '../src/protocol/constants.js';

const CLOSE_EVENTS = new Map<number, CloseEvent>(Object.values(CLOSE).map((event) => [event.code, event]));

/**
 * What a close code means and whether connecting again may help. A code that is not in the protocol's table is the
 * network's (1005, 1006), where another attempt may do.
 */
export function closeEventOf(code: number, reason: string): Pick<CloseEvent, 'meaning' | 'retry'> {
  return CLOSE_EVENTS.get(code) ?? { meaning: reason === '' ? 'The connection broke.' : reason, retry: true };
}
