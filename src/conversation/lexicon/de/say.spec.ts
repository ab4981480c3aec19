import * as fc from 'fast-check';
import { speakable } from '../../speakable.js';
import { cardinal, ordinal, year } from './numbers.js';

const de = (text: string, language = 'de-DE') => speakable(text, language);

describe('German numbers', () => {
  it.each([
    [0, 'null'],
    [1, 'eins'],
    [16, 'sechzehn'],
    [21, 'einundzwanzig'],
    [77, 'siebenundsiebzig'],
    [100, 'einhundert'],
    [101, 'einhunderteins'],
    [1000, 'eintausend'],
    [1234, 'eintausendzweihundertvierunddreißig'],
    [21_000, 'einundzwanzigtausend'],
    [101_001, 'einhunderteintausendeins'],
    [1_000_000, 'eine Million'],
    [2_500_000, 'zwei Millionen fünfhunderttausend'],
    [1_000_000_001, 'eine Milliarde eins'],
  ])('%d is %s', (n, words) => expect(cardinal(n)).toBe(words));

  it.each([
    [1, 'erste'],
    [3, 'dritte'],
    [7, 'siebte'],
    [8, 'achte'],
    [11, 'elfte'],
    [19, 'neunzehnte'],
    [20, 'zwanzigste'],
    [31, 'einunddreißigste'],
    [100, 'einhundertste'],
    [103, 'einhundertdritte'],
  ])('%d. is %s', (n, words) => expect(ordinal(n)).toBe(words));

  it.each([
    [1905, 'neunzehnhundertfünf'],
    [2000, 'zweitausend'],
    [2026, 'zweitausendsechsundzwanzig'],
  ])('the year %d is %s', (n, words) => expect(year(n)).toBe(words));
});

describe('speakable in German', () => {
  it.each([
    ['1.234,50 €', 'eintausendzweihundertvierunddreißig Euro fünfzig'],
    ['Es kostet 5,30 €.', 'Es kostet fünf Euro dreißig.'],
    ['€ 5 und 5 EUR und EUR 1', 'fünf Euro und fünf Euro und ein Euro'],
    ['0,50 €, 0,01 €', 'fünfzig Cent, ein Cent'],
    ['101 €', 'einhundertein Euro'],
    ['-20 € oder −20 €', 'minus zwanzig Euro oder minus zwanzig Euro'],
    ['$42.50 und 42.50 $', 'zweiundvierzig Dollar fünfzig und zweiundvierzig Dollar fünfzig'],
    ['5-10 €', 'fünf bis zehn Euro'],
    ['3,5 Mio. €', 'drei Komma fünf Millionen Euro'],
    ['12,345 €', 'zwölf Komma drei vier fünf Euro'],
    ['1.000 Kunden', 'eintausend Kunden'],
    ['am 3. März 2026', 'am dritten März zweitausendsechsundzwanzig'],
    ['Der 5. März', 'Der fünfte März'],
    ['der 5. März', 'der fünfte März'],
    ['5. März', 'fünfter März'],
    ['am 05.03.2026.', 'am fünften März zweitausendsechsundzwanzig.'],
    ['2026-03-05', 'fünfter März zweitausendsechsundzwanzig'],
    ['am 2026-03-05T14:30:00Z', 'am fünften März zweitausendsechsundzwanzig um vierzehn Uhr dreißig'],
    ['vom 1. bis 5. März', 'vom ersten bis fünften März'],
    ['vom 1.-5. März', 'vom ersten bis fünften März'],
    ['bis zum 31.12.26', 'bis zum einunddreißigsten Dezember zweitausendsechsundzwanzig'],
    ['am 24. Dez. um 18 Uhr', 'am vierundzwanzigsten Dezember um achtzehn Uhr'],
    ['im März 2026', 'im März zweitausendsechsundzwanzig'],
    ['seit 1985', 'seit neunzehnhundertfünfundachtzig'],
    ['im 3. Stock', 'im dritten Stock'],
    ['14:30 Uhr, 9:05, 14.30 Uhr', 'vierzehn Uhr dreißig, neun Uhr fünf, vierzehn Uhr dreißig'],
    ['um 1 Uhr', 'um ein Uhr'],
    ['9:00-17:30 Uhr', 'neun Uhr bis siebzehn Uhr dreißig'],
    ['Kunde 5001', 'Kunde fünf null null eins'],
    ['Kunden 5001 und 5002', 'Kunden fünf null null eins und fünf null null zwei'],
    ['Bestellnummer: 12345', 'Bestellnummer: eins zwei drei vier fünf'],
    ['Tisch 12', 'Tisch zwölf'],
    ['#5001 und #5', 'Nummer fünf null null eins und Nummer fünf'],
    ['Rechnung RE-2041', 'Rechnung RE zwei null vier eins'],
    ['+49 30 1234567', 'plus vier neun, drei null, eins zwei drei vier fünf sechs sieben'],
    ['030 1234567', 'null drei null, eins zwei drei vier fünf sechs sieben'],
    ['4242 4242 4242 4242', 'vier zwei vier zwei, vier zwei vier zwei, vier zwei vier zwei, vier zwei vier zwei'],
    ['5 %, 5,5 %', 'fünf Prozent, fünf Komma fünf Prozent'],
    ['3-5 Tage', 'drei bis fünf Tage'],
    ['1 Tisch, 1 Buchung', 'ein Tisch, eine Buchung'],
    [
      '5 km, 1 h, 20 °C, 100 km/h',
      'fünf Kilometer, eine Stunde, zwanzig Grad Celsius, einhundert Kilometer pro Stunde',
    ],
    ['z. B. heute, d.h. jetzt, usw.', 'zum Beispiel heute, das heißt jetzt, und so weiter.'],
    ['ca. 5 (inkl. MwSt.)', 'circa fünf (inklusive Mehrwertsteuer)'],
    ['Dr. Moreno & Co', 'Doktor Moreno und Co'],
    ['Mo.-Fr.', 'Montag bis Freitag'],
    ['Nr. 5', 'Nummer fünf'],
    ['anna_lee@example.de', 'anna unterstrich lee at example punkt d e'],
    ['Version 1.2.3', 'Version eins Punkt zwei Punkt drei'],
  ])('%j', (written, said) => {
    expect(de(written)).toBe(said);
    expect(de(said)).toBe(said);
  });

  it('reads Swiss figures', () => {
    expect(de("CHF 1'234.50", 'de-CH')).toBe('eintausendzweihundertvierunddreißig Franken fünfzig');
  });
});

const bits = [
  '5',
  '1.234,50',
  '€',
  '$',
  '-',
  ' ',
  '.',
  ',',
  '/',
  ':',
  '14',
  'Uhr',
  'März',
  '3.',
  'z. B.',
  '2026',
  'Kunde',
  '#',
  '%',
  'am ',
  '(',
  '1',
  '0',
];

describe.each(['de', 'de-CH', 'es', 'es-MX'])('whatever the text, in %s', (language) => {
  it('leaves no figure unsaid', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 30 }), (parts) => {
        const said = speakable(parts.join(''), language);
        expect(said).not.toMatch(/\d/u);
      }),
      { numRuns: 500 },
    );
  });

  it('takes time that grows with its length only', () => {
    const time = (text: string) => {
      const started = performance.now();
      speakable(text, language);
      return performance.now() - started;
    };
    for (const bit of [...bits, '1.', '12 ', '0 ', '5001, ', 'etc. ', '1-', 'a/', '5 de ']) {
      const short = Math.min(...[1, 2, 3].map(() => time(bit.repeat(2000))));
      const long = Math.min(time(bit.repeat(16_000)), time(bit.repeat(16_000)));
      // Eight times the text: a rule that looks back over all of it would take 64 times as long.
      expect(long).toBeLessThan(Math.max(short * 32, 1500));
    }
  });
});
