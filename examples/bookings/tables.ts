// The restaurant's tables and who has booked them, in memory: it forgets when the server ends.

export interface Wish {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** HH:MM. */
  readonly time: string;
  readonly guests: number;
}

export interface Booking extends Wish {
  readonly name: string;
  /** `sub` of the caller who made it. */
  readonly owner: string;
}

/** Seats of each table, the smallest first. */
const SEATS = [2, 2, 2, 2, 4, 4, 4, 6, 6, 8];
export const MOST_GUESTS = 8;
/** Guests arrive on the half hour, from the first to the last of these, minutes of the day. */
const OPENS = 17 * 60;
const LAST_ARRIVAL = 21 * 60 + 30;
const STEP = 30;
/** How long a table is taken, minutes. */
const STAY = 120;
/** How far ahead is booked, days: it bounds what is kept, at most a booking for each table and half hour. */
export const DAYS_AHEAD = 90;
const DAY_MS = 86_400_000;

export class Tables {
  /** By day; each booking with the table it has. */
  private readonly days = new Map<string, { readonly booking: Booking; readonly table: number }[]>();

  constructor(private readonly today: () => string = localToday) {}

  /** Why this cannot be booked at all, as a sentence; undefined when it can. */
  refusal({ date, time, guests }: Wish): string | undefined {
    const today = this.today();
    if (date < today) return 'That day has passed. For which day shall I look?';
    if (Date.parse(date) - Date.parse(today) > DAYS_AHEAD * DAY_MS) {
      return `We take bookings for the next ${DAYS_AHEAD} days only. For which day shall I look?`;
    }
    if (guests > MOST_GUESTS) return `Our largest table has ${MOST_GUESTS} seats. For how many people shall I look?`;
    const minutes = minutesOf(time);
    if (minutes < OPENS || minutes > LAST_ARRIVAL) {
      return 'Our guests arrive between 5 and half past 9 in the evening. At what time would you like to come?';
    }
    return undefined;
  }

  isFree(wish: Wish): boolean {
    return this.tableFor(wish) !== undefined;
  }

  /** The free arrival times of that evening that are nearest to the time wanted, at most `most`, in their order. */
  nearby(wish: Wish, most = 3): readonly string[] {
    const wanted = minutesOf(wish.time);
    const times: number[] = [];
    for (let at = OPENS; at <= LAST_ARRIVAL; at += STEP) {
      if (this.isFree({ ...wish, time: timeOf(at) })) times.push(at);
    }
    return times
      .toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))
      .slice(0, most)
      .toSorted((a, b) => a - b)
      .map(timeOf);
  }

  /** False when no table is free. The same booking again is the one that stands. */
  book(booking: Booking): boolean {
    this.forgetPast();
    const taken = this.days.get(booking.date) ?? [];
    if (taken.some((other) => isSame(other.booking, booking))) return true;
    const table = this.tableFor(booking);
    if (table === undefined) return false;
    this.days.set(booking.date, [...taken, { booking, table }]);
    return true;
  }

  /** The smallest table that is free and large enough. */
  private tableFor({ date, time, guests }: Wish): number | undefined {
    const from = minutesOf(time);
    const taken = (this.days.get(date) ?? []).filter(({ booking }) => Math.abs(minutesOf(booking.time) - from) < STAY);
    const table = SEATS.findIndex((seats, n) => seats >= guests && taken.every((other) => other.table !== n));
    return table < 0 ? undefined : table;
  }

  private forgetPast(): void {
    const today = this.today();
    for (const date of this.days.keys()) if (date < today) this.days.delete(date);
  }
}

const isSame = (a: Booking, b: Booking): boolean =>
  a.owner === b.owner && a.time === b.time && a.guests === b.guests && a.name.toLowerCase() === b.name.toLowerCase();

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function localToday(): string {
  const now = new Date();
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}-${part(now.getMonth() + 1)}-${part(now.getDate())}`;
}
