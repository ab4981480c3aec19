// Session timers (RFC 4028): whoever has called says again and again that the call is still there, or it is over.
import { listItems, withParams } from './header-values.js';
import type { HeaderLines, SipRequest } from './message.js';

/** Shorter ones are refused, s (section 5). */
export const MIN_INTERVAL_S = 90;
const MAX_INTERVAL_S = 86_400;

export interface Refresh {
  /** How long the call may go on without being refreshed, ms; undefined: no matter how long. */
  readonly withinMs: number | undefined;
  /** For the 200. */
  readonly headers: HeaderLines;
}

const NONE: Refresh = { withinMs: undefined, headers: [] };

/**
 * What an INVITE or an UPDATE asks for. The caller is to refresh: one who wants us to is told of no timer, and the limits of
 * the call are what ends it. `too small`: it is to be refused with 422.
 */
export function refreshOf({ headers }: SipRequest): Refresh | 'too small' {
  const asked = headers.get('session-expires');
  const knowsTimers = listItems(headers.all('supported')).some((option) => option.toLowerCase() === 'timer');
  if (asked === undefined || !knowsTimers) return NONE;
  const { main, params } = withParams(asked);
  const seconds = /^\d{1,9}$/.test(main) ? Number(main) : Number.NaN;
  if (seconds < MIN_INTERVAL_S) return 'too small';
  if (Number.isNaN(seconds) || seconds > MAX_INTERVAL_S || params.get('refresher')?.toLowerCase() === 'uas')
    return NONE;
  return {
    withinMs: seconds * 1000,
    headers: [
      ['Require', 'timer'],
      ['Session-Expires', `${seconds};refresher=uac`],
    ],
  };
}
