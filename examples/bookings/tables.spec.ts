import { Tables } from './tables.js';

const booking = (guests: number, time = '19:00', name = 'Garcia') => ({
  date: '2026-12-04',
  time,
  guests,
  name,
  owner: 'demo',
});
const open = (): Tables => new Tables(() => '2026-11-28');

describe('Tables', () => {
  it('gives each party the smallest table that is free, until there is none', () => {
    const tables = open();
    for (let n = 0; n < 10; n += 1) expect(tables.book(booking(2, '19:00', `Guest ${n}`))).toBe(true);
    expect(tables.isFree(booking(2))).toBe(false);
    expect(tables.book(booking(2, '19:00', 'Late'))).toBe(false);
    // A table is taken for two hours.
    expect(tables.isFree(booking(2, '20:30'))).toBe(false);
    expect(tables.isFree(booking(2, '21:00'))).toBe(true);
    expect(tables.nearby(booking(2))).toEqual(['17:00', '21:00', '21:30']);
  });

  it('books once what is booked twice', () => {
    const tables = open();
    for (let n = 0; n < 20; n += 1) expect(tables.book(booking(8))).toBe(true);
    expect(tables.book(booking(8, '19:00', 'Moreno'))).toBe(false);
  });

  it.each([
    [{ ...booking(2), date: '2026-11-27' }, /has passed/],
    [{ ...booking(2), date: '2027-11-27' }, /next 90 days/],
    [booking(9), /largest table/],
    [booking(2, '11:00'), /evening/],
    [booking(2, '22:00'), /evening/],
  ])('says why not: %j', (wish, reason) => {
    expect(open().refusal(wish)).toMatch(reason);
  });
});
