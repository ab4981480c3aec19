// What services leave out, or write as null, as a text or as no number at all, costs nobody the words beside it: a part that
// says less than it should is read as missing. The words themselves must be there.
import { z } from 'zod';

/** A finite number, or the text of one; undefined for whatever else stands in its place. */
export const lenientNumber = z
  .unknown()
  .transform((value): number | undefined => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  })
  .optional();

/** True only where it says so. */
export const lenientFlag = z
  .unknown()
  .optional()
  .transform((value) => value === true);

export const lenientText = z
  .unknown()
  .transform((value) => (typeof value === 'string' ? value : undefined))
  .optional();

/** The items that have the right shape; none where there is no list. */
export const lenientList = <T>(item: z.ZodType<T>) =>
  z
    .unknown()
    .optional()
    .transform((value): T[] =>
      Array.isArray(value)
        ? value.flatMap((entry: unknown) => {
            const parsed = item.safeParse(entry);
            return parsed.success ? [parsed.data] : [];
          })
        : [],
    );
