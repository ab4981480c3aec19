import { z } from 'zod';

// Arguments that several tools share. Models write numbers as text and leave things null or empty; that is forgiven. What
// cannot be forgiven has a message that can be spoken to the caller as it stands.

const DAY = 'I did not understand the date. Please tell me the day, the month and the year.';

const day = (what: string) => z.iso.date({ error: DAY }).optional().describe(`${what}, YYYY-MM-DD`);

export const period = () => ({
  from: day('first day of the period'),
  to: day('last day of the period'),
});

/** For `.refine` on an object with a period; ISO days compare as text. */
export const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean =>
  from === undefined || to === undefined || from <= to;

export const IN_ORDER = { error: 'That period ends before it begins. Please tell me the two dates again.' };

/** Most entries that a tool lists at once. */
export const MOST_ENTRIES = 50;

/** How many entries to list: `fallback` when the model does not say, the nearest that is possible when it says nonsense. */
export const limit = (fallback: number) =>
  z.coerce
    .number()
    .catch(fallback)
    .transform((count) => Math.min(MOST_ENTRIES, Math.max(1, Math.round(count))))
    .default(fallback)
    .describe(`most entries to list, 1 to ${MOST_ENTRIES}`);

export const query = (question: string) => {
  const error = { error: question };
  return z.string(error).trim().min(2, error).max(500, { error: 'That is too long. Please ask it in fewer words.' });
};
