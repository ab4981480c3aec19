import { markdownTable } from '../report/render.js';
import type { Row } from './measure.js';

const ms = (value: number): string => String(Math.round(value));

/** Medians and p95 with and without speculation, and what lies between. */
export function speculationMarkdown(rows: readonly Row[]): string {
  return markdownTable(
    [
      'Recogniser',
      'Turns',
      'Off, median ms',
      'On, median ms',
      'Saved',
      'Off, p95 ms',
      'On, p95 ms',
      'Saved at p95',
      'Requests a turn',
    ],
    rows.map(({ ears, turns, off, on }) => [
      ears,
      String(turns),
      ms(off.medianMs),
      ms(on.medianMs),
      ms(off.medianMs - on.medianMs),
      ms(off.p95Ms),
      ms(on.p95Ms),
      ms(off.p95Ms - on.p95Ms),
      `${off.requestsPerTurn.toFixed(2)} / ${on.requestsPerTurn.toFixed(2)}`,
    ]),
  );
}
