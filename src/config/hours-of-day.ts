/** Minutes since midnight. `to` is exclusive, and later than `from`. */
export interface HoursOfDay {
  readonly from: number;
  readonly to: number;
}

const HOURS = /^(\d\d):([0-5]\d)-(\d\d):([0-5]\d)$/;

/** Reads `09:00-20:00`, `00:00-24:00`; undefined for what are no hours of one day. */
export function readHours(written: string): HoursOfDay | undefined {
  const [from = 0, fromMinute = 0, to = 0, toMinute = 0] = HOURS.exec(written)?.slice(1).map(Number) ?? [];
  const hours = { from: from * 60 + fromMinute, to: to * 60 + toMinute };
  return hours.from < hours.to && hours.to <= 24 * 60 ? hours : undefined;
}
