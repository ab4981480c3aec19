import type { CallStatus } from '../database/calls/call-status.port.js';

/**
 * When something happened of which a vendor says the second alone, ms since 1970: within that second, and at its end as far as
 * that is over, so that nothing seems to have been before the call was dialled. The end of a talk is at the second's beginning:
 * our own stream knows it better, and of two ends the later one counts.
 */
export function withinSecond(second: number, status: CallStatus): Date {
  return new Date(Math.min(Date.now(), status === 'completed' ? second : second + 999));
}
