import { z } from 'zod';

/** PostgreSQL has no year 0, and years of more than four digits are written in another form. */
const isStorable = (date: Date): boolean => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999;

const error = 'must be a date or a time in ISO 8601, such as 2026-11-29 or 2026-11-29T10:00:00Z';

/** A point of time that the database can be asked about; a date is where it begins, in UTC. */
export const instant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], { error })
  .transform((text) => new Date(text))
  .refine(isStorable, { error });
