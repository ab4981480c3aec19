import type { Period } from './calendar.js';
import { findPeriods } from './dates.js';
import { wordsOf } from './words.js';

const TODAY = { year: 2026, month: 11, day: 20 }; // a Friday
const periodsOf = (text: string, today = TODAY): Period[] =>
  findPeriods(wordsOf(text), today).map((slot) => slot.value);
const range = (from: string, to: string): Period => ({ from, to });

describe('findPeriods', () => {
  it.each<[string, Period]>([
    ['today', range('2026-11-20', '2026-11-20')],
    ['what did they buy yesterday', range('2026-11-19', '2026-11-19')],
    ['the day before yesterday', range('2026-11-18', '2026-11-18')],
    ["on valentine's day", range('2026-02-14', '2026-02-14')],
    ["from christmas eve to new year's eve", range('2025-12-24', '2025-12-31')],
    ['since labor day', { from: '2026-09-07' }],
    ['on thanksgiving', range('2025-11-27', '2025-11-27')],
    ['black friday 2024', range('2024-11-29', '2024-11-29')],
    ['on easter monday', range('2026-04-06', '2026-04-06')],
    ['since memorial day', { from: '2026-05-25' }],
    ["on mother's day last year", range('2025-05-11', '2025-05-11')],
    ['in march', range('2026-03-01', '2026-03-31')],
    ['in november', range('2026-11-01', '2026-11-30')],
    ['in december', range('2025-12-01', '2025-12-31')],
    ['last november', range('2025-11-01', '2025-11-30')],
    ['in may', range('2026-05-01', '2026-05-31')],
    ['in february 2024', range('2024-02-01', '2024-02-29')],
    ['march of last year', range('2025-03-01', '2025-03-31')],
    ['march last year', range('2025-03-01', '2025-03-31')],
    ['in march twenty twenty five', range('2025-03-01', '2025-03-31')],
    ['this week', range('2026-11-16', '2026-11-22')],
    ['last week', range('2026-11-09', '2026-11-15')],
    ['this month', range('2026-11-01', '2026-11-30')],
    ['last month', range('2026-10-01', '2026-10-31')],
    ['this year', range('2026-01-01', '2026-12-31')],
    ['last year', range('2025-01-01', '2025-12-31')],
    ['last quarter', range('2026-07-01', '2026-09-30')],
    ['the first quarter', range('2026-01-01', '2026-03-31')],
    ['q4 of 2025', range('2025-10-01', '2025-12-31')],
    ['the past week', range('2026-11-13', '2026-11-20')],
    ['in the last three months', range('2026-08-20', '2026-11-20')],
    ['over the past 30 days', range('2026-10-21', '2026-11-20')],
    ['the last couple of weeks', range('2026-11-06', '2026-11-20')],
    ['two months ago', range('2026-09-01', '2026-09-30')],
    ['a week ago', range('2026-11-09', '2026-11-15')],
    ['three days ago', range('2026-11-17', '2026-11-17')],
    ['on june fifth', range('2026-06-05', '2026-06-05')],
    ['on the fifth of june', range('2026-06-05', '2026-06-05')],
    ['on june the fifth', range('2026-06-05', '2026-06-05')],
    ['june 5th 2025', range('2025-06-05', '2025-06-05')],
    ['june five', range('2026-06-05', '2026-06-05')],
    ['may 1', range('2026-05-01', '2026-05-01')],
    ['on december twenty fourth', range('2025-12-24', '2025-12-24')],
    ['on monday', range('2026-11-16', '2026-11-16')],
    ['last friday', range('2026-11-13', '2026-11-13')],
    ['since january', { from: '2026-01-01' }],
    ['since last tuesday', { from: '2026-11-17' }],
    ['from march on', { from: '2026-03-01' }],
    ['from march up to the end of august', range('2026-03-01', '2026-08-31')],
    ['the week from monday the ninth to sunday the fifteenth', range('2026-11-09', '2026-11-15')],
    ['software payments 2025 to date', range('2025-01-01', '2026-11-20')],
    ['after march', { from: '2026-04-01' }],
    ['before may', { to: '2026-04-30' }],
    ['until the end of may', { to: '2026-05-31' }],
    ['between march and may', range('2026-03-01', '2026-05-31')],
    ['from march to may', range('2026-03-01', '2026-05-31')],
    ['march through may', range('2026-03-01', '2026-05-31')],
    ['from november to february', range('2025-11-01', '2026-02-28')],
    ['between june fifth and june tenth', range('2026-06-05', '2026-06-10')],
    ['from june until now', range('2026-06-01', '2026-11-20')],
    ['in 2025', range('2025-01-01', '2025-12-31')],
    ['in twenty twenty five', range('2025-01-01', '2025-12-31')],
    ['between 2024 and 2025', range('2024-01-01', '2025-12-31')],
    ['since 2025', { from: '2025-01-01' }],
    ['on 2026-03-05', range('2026-03-05', '2026-03-05')],
    ['on february 29', range('2024-02-29', '2024-02-29')],
    ['on february twenty ninth', range('2024-02-29', '2024-02-29')],
    ['february 29 2024', range('2024-02-29', '2024-02-29')],
    ['on 10/31/2026', range('2026-10-31', '2026-10-31')],
    ['from 1/2/2026 to 3-4-2026', range('2026-01-02', '2026-03-04')],
    ['since 31/10/2025', { from: '2025-10-31' }],
    ['am 3.10.2025', range('2025-10-03', '2025-10-03')],
    ['of all time', {}],
    ['altogether', {}],
    ['altogether between january and june', range('2026-01-01', '2026-06-30')],
    ['in march overall', range('2026-03-01', '2026-03-31')],
    ['the total of all time from march to may', range('2026-03-01', '2026-05-31')],
    ['next month', range('2026-12-01', '2026-12-31')],
    ['last weekend', range('2026-11-14', '2026-11-15')],
    ['this weekend', range('2026-11-21', '2026-11-22')],
    ['the weekend before last', range('2026-11-07', '2026-11-08')],
    ['the week before last', range('2026-11-02', '2026-11-08')],
    ['the month before last', range('2026-09-01', '2026-09-30')],
    ['year to date', range('2026-01-01', '2026-11-20')],
    ['ytd', range('2026-01-01', '2026-11-20')],
    ['month to date', range('2026-11-01', '2026-11-20')],
    ['so far this year', range('2026-01-01', '2026-11-20')],
    ['this month so far', range('2026-11-01', '2026-11-20')],
    ['the first half of the year', range('2026-01-01', '2026-06-30')],
    ['the second half of 2025', range('2025-07-01', '2025-12-31')],
    ['h1 2026', range('2026-01-01', '2026-06-30')],
    ['the first half of october', range('2026-10-01', '2026-10-15')],
    ['the second half of october', range('2026-10-16', '2026-10-31')],
    ['the first ten days of august', range('2026-08-01', '2026-08-10')],
    ['the last week of october', range('2026-10-25', '2026-10-31')],
    ['the second week of may', range('2026-05-08', '2026-05-14')],
    ['this summer', range('2026-06-01', '2026-08-31')],
    ['last winter', range('2025-12-01', '2026-02-28')],
    ['in the spring of 2026', range('2026-03-01', '2026-05-31')],
    ['last fall', range('2025-09-01', '2025-11-30')],
    ['the 31st', range('2026-10-31', '2026-10-31')],
    ['on the fifth', range('2026-11-05', '2026-11-05')],
    ['since the 15th', { from: '2026-11-15' }],
    ['between the 5th and the 10th', range('2026-11-05', '2026-11-10')],
    ['from the 1st to the 15th of october', range('2026-10-01', '2026-10-15')],
    ['october 5th to 12th', range('2026-10-05', '2026-10-12')],
    ['from september 28 to 3', range('2026-09-28', '2026-10-03')],
    ['between october 28th and the 3rd', range('2026-10-28', '2026-11-03')],
    ['october 1 to 15', range('2026-10-01', '2026-10-15')],
    ['oct 1-15', range('2026-10-01', '2026-10-15')],
    ['march - may', range('2026-03-01', '2026-05-31')],
    ['31 october', range('2026-10-31', '2026-10-31')],
    ['31.10.2026', range('2026-10-31', '2026-10-31')],
    ['10/31/26', range('2026-10-31', '2026-10-31')],
    ['10/31', range('2026-10-31', '2026-10-31')],
    ['in 2026-10', range('2026-10-01', '2026-10-31')],
    ['after october 15 till now', range('2026-10-16', '2026-11-20')],
    ['since this quarter started', { from: '2026-10-01' }],
    ['since the beginning of the year', { from: '2026-01-01' }],
    ['since the end of may', { from: '2026-05-31' }],
    ['until the beginning of may', { to: '2026-05-01' }],
    ["since new year's day", { from: '2026-01-01' }],
    ['up to october', { to: '2026-10-31' }],
    ['the three full months before this one', range('2026-08-01', '2026-10-31')],
    ['the last three full months', range('2026-08-01', '2026-10-31')],
    ['the last quarter of 2025', range('2025-10-01', '2025-12-31')],
    ['this past october', range('2026-10-01', '2026-10-31')],
    ['from december last year through this february', range('2025-12-01', '2026-02-28')],
  ])('%s', (text, expected) => {
    expect(periodsOf(text)).toEqual([expected]);
  });

  it.each([
    'may i ask you something',
    'that may be wrong',
    'show me the last three transactions',
    'client five thousand and one',
    'client 2024',
    'by month please',
    'on mondays',
    'is support there 24/7',
    'the first transaction',
    'what does that add up to',
    'in october 5 largest purchases',
    'call 10.1.2.2026',
    '',
  ])('finds none in "%s"', (text) => {
    expect(periodsOf(text).filter((period) => period.from === period.to)).toEqual([]);
  });

  it.each([
    ['february thirtieth', '2026-02-30'],
    ['february 29 2025', '2025-02-29'],
    ['the thirty first of september', '2026-09-31'],
    ['2/30/2026', '2026-02-30'],
  ])('leaves a day that there is not as it is, for whoever refuses it: "%s"', (text, day) => {
    expect(periodsOf(text)).toEqual([range(day, day)]);
  });

  it('takes the years that a range needs from its end', () => {
    const spring = { year: 2026, month: 4, day: 10 };
    expect(periodsOf('between march and may', spring)).toEqual([range('2025-03-01', '2025-05-31')]);
  });

  it('gives two months that are only listed as two periods', () => {
    expect(periodsOf('in march and in may')).toHaveLength(2);
    const fifth = range('2026-10-05', '2026-10-05');
    expect(periodsOf('october 5th and the 12th')).toEqual([fifth, range('2026-10-12', '2026-10-12')]);
  });
});
