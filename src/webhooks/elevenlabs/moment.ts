import { z } from 'zod';

/** A number below this is of seconds: in ms it would be the year 1973. */
const MS_FROM = 1e11;
const EARLIEST = Date.UTC(2000, 0, 1);
/** Clocks of callers may be ahead of ours, ms. */
const MAX_AHEAD_MS = 24 * 3_600_000;

const unix = (value: number): Date => new Date(value < MS_FROM ? value * 1000 : value);
const hasZone = (value: string): boolean => /(?:z|[+-]\d\d(?::?\d\d)?)$/i.test(value);

/** When something was said: ISO 8601 (in UTC, where it names no zone), or seconds or ms since 1970. */
export const moment = z
  .union([
    z.number().transform(unix),
    z
      .string()
      .regex(/^\d{1,14}(\.\d{1,9})?$/)
      .transform((value) => unix(Number(value))),
    z.iso.datetime({ offset: true, local: true }).transform((value) => new Date(hasZone(value) ? value : `${value}Z`)),
  ])
  .refine((date) => date.getTime() >= EARLIEST && date.getTime() <= Date.now() + MAX_AHEAD_MS);
