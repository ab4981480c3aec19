import fc from 'fast-check';
import { speller } from './spelling.js';
import { wordsOf } from './words.js';

const LISTENED =
  'biggest spend spent transactions received category restaurants charge chart client table cost user much which total shopping';
const spelled = speller(LISTENED.split(' '));
const read = (text: string, names: readonly string[] = []) => spelled(wordsOf(text), names).join(' ');

it.each([
  ['how muhc was recieved', 'how much was received'],
  ['wich catagory', 'which category'],
  ['restaraunts in febuary', 'restaurants in february'],
  ['the bigest of this yr', 'the biggest of this year'],
  ['what did u spend last mth n this wk', 'what did you spend last month and this week'],
  ['totl transactons of clinet 5001 yesteday', 'total transactions of client 5001 yesterday'],
])('reads %s', (text, expected) => {
  expect(read(text)).toBe(expected);
});

it.each([
  ['change the shipping of the mouth piece'],
  ['costumer charter spendthrift returned refuses nearest differently'],
  ['zzyzx qwrt taxable uber costco user'],
])('leaves alone what is a word, or like none: %s', (text) => {
  expect(read(text)).toBe(text);
});

it('leaves names alone, and what is as near to one', () => {
  expect(read('marhc')).toBe('march');
  expect(read('marhc', ['marhc'])).toBe('marhc');
  expect(read('clint')).toBe('clint');
  expect(read('chatr')).toBe('chart');
  expect(read('chatr', ['chata'])).toBe('chatr');
});

it('leaves alone who is called by a title', () => {
  expect(read('the restaraunts of Ms Restaraunts')).toBe('the restaurants of ms restaraunts');
});

it('leaves addresses alone', () => {
  expect(read('to spendt dot clinet at exampel dot com')).toBe('to spendt dot clinet at exampel dot com');
});

it('keeps every word in its place, and reads what it has read as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { maxLength: 20 }), (words) => {
      const once = spelled(words, []);
      expect(once).toHaveLength(words.length);
      expect(spelled(once, [])).toEqual(once);
    }),
  );
});
