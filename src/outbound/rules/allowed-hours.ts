import type { HoursOfDay } from '../../config/hours-of-day.js';
import type { Rule } from './rule.js';

/** By the clock of where the callee is; where that may be several places, by the clocks of all of them. */
export const allowedHours: Rule = ({ now, zones }, { hours }) => {
  if (zones.length === 0) {
    const message = 'It is not known what time it is for this number: say its `timezone`, such as Europe/Berlin.';
    return { rule: 'hours', status: 422, message };
  }
  const late = zones.find((zone) => !isWithin(minuteOfDay(now, zone), hours));
  if (late === undefined) return undefined;
  const where =
    zones.length === 1 ? late : `${late}, where this number may be: say its \`timezone\` if it is elsewhere`;
  const message = `People are called between ${clock(hours.from)} and ${clock(hours.to)}; it is ${clock(minuteOfDay(now, late))} in ${where}.`;
  return { rule: 'hours', status: 422, message };
};

const isWithin = (minute: number, { from, to }: HoursOfDay): boolean => minute >= from && minute < to;

/** Minutes since midnight in a zone. */
function minuteOfDay(now: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', hour: 'numeric', minute: 'numeric' });
  const numbers = Object.fromEntries(parts.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  return (numbers['hour'] ?? 0) * 60 + (numbers['minute'] ?? 0);
}

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
