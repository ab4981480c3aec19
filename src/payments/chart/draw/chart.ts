// What a chart is before it is drawn: its words and its points. Pure data.

/** How it is drawn. */
export const CHART_KINDS = ['bar', 'line', 'pie', 'table'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** What its points are; `balance` is the running sum of the days. */
export const CHART_BYS = ['day', 'month', 'category', 'merchant', 'balance'] as const;
export type ChartBy = (typeof CHART_BYS)[number];

export interface ChartPoint {
  /** A day (YYYY-MM-DD), a month (YYYY-MM), or the name of a category or merchant. */
  readonly key: string;
  /** Positive for money spent, negative where more came back; of a balance, the sum up to this day. */
  readonly total: number;
  /** Transactions; 0 of a day or month without any. */
  readonly count: number;
  /** Of a point that stands for several names: how many. */
  readonly stands?: number;
}

export interface Chart {
  readonly title: string;
  readonly subtitle: string;
  /** The one thing that it shows, as a sentence that can be spoken. */
  readonly summary: string;
  /** What those who cannot see it are told. */
  readonly alt: string;
  readonly kind: ChartKind;
  readonly by: ChartBy;
  /** ISO 4217, or whatever the records say. */
  readonly currency: string;
  /** Days and months by time, without gaps; names with the largest first. */
  readonly points: readonly ChartPoint[];
  /** How it is otherwise than asked for: sentences that are to be spoken, too. */
  readonly remarks: readonly string[];
  /** Sentences under the picture: the remarks, and what is left out or stands for what. */
  readonly notes: readonly string[];
}

export const isOverTime = (by: ChartBy): boolean => by === 'day' || by === 'month' || by === 'balance';
