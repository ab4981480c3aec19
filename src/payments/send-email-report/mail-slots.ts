// What callers want a report to have besides the list: a file, a chart. For the keyless planner.
import type { SlotPlan } from '../../llm/plan.port.js';
import type { Slot } from '../../spoken/words.js';
import { phraseReader } from '../../spoken/phrases.js';

const readFile = phraseReader<true>([
  [
    true,
    '(?:(?:as|in|with|and|plus|attach|attached) )?(?:a |an |the )?(?:csv|c s v|spreadsheet|excel)(?: (?:file|sheet|format|attachment|attached|too|as well))*',
  ],
]);

export const mailFile: SlotPlan<true> = {
  name: 'file',
  read: readFile,
  toArguments: () => ({ csv: true }),
  fromArguments: ({ csv }) => (csv === true ? true : undefined),
  carry: 'corrected',
  isWeak: () => false,
};

type By = 'month' | 'category';
const PICTURE =
  '(?:chart|graph|diagram|plot|picture)(?: (?:of (?:it|them|that|this)|attached|as an image|in it|too|as well))*';
const readChart = phraseReader<By>([
  ['category', `(?:with|including|include|plus|and) (?:a |an |the |its )?(?:pie )?${PICTURE} (?:by|per) category`],
  ['month', `(?:with|including|include|plus|and) (?:a |an |the |its )?${PICTURE}(?: (?:by|per) month)?`],
]);
const MAILING = /^(?:send|sending|mail|mailed|email|emailed|forward|#email)$/;

/** "... with a chart by category": in a request for a mail, and of no chart for the screen. */
export const mailChart: SlotPlan<By> = {
  name: 'picture',
  read(words) {
    if (!words.some((word) => MAILING.test(word))) return [];
    const found: Slot<By>[] = readChart(words);
    return found.filter((slot) =>
      found.every((other) => other === slot || other.start !== slot.start || other.end < slot.end),
    );
  },
  toArguments: (by) => ({ chart_by: by }),
  fromArguments: ({ chart_by: by }) => (by === 'month' || by === 'category' ? by : undefined),
  carry: 'corrected',
  isWeak: () => false,
};
