import * as fc from 'fast-check';
import { SentenceChunker } from './sentence-chunker.js';
import { speakable } from './speakable.js';

const en = (text: string): string => speakable(text, 'en-US');

type Cases = readonly (readonly [written: string, said: string])[];

describe('speakable in English', () => {
  describe.each<[string, Cases]>([
    [
      'money',
      [
        ['$1,234.50', 'one thousand two hundred thirty-four dollars and fifty cents'],
        ['It is -$20.', 'It is minus twenty dollars.'],
        ['$-20', 'minus twenty dollars'],
        ['−$20', 'minus twenty dollars'],
        ['$1 and $1.01', 'one dollar and one dollar and one cent'],
        ['$0.05', 'five cents'],
        ['$0', 'zero dollars'],
        ['$3.5', 'three dollars and fifty cents'],
        ['$12.345', 'twelve point three four five dollars'],
        ['€5, 5 €, 5€, EUR 5, 5 EUR', 'five euros, five euros, five euros, five euros, five euros'],
        ['£3.01', 'three pounds and one penny'],
        ['USD 5 or USD -5', 'five dollars or minus five dollars'],
        ['CA$5 and ¥500', 'five Canadian dollars and five hundred yen'],
        ['$3.5M, $5k, $2 billion', 'three point five million dollars, five thousand dollars, two billion dollars'],
        [
          '$5-10 or $5-$10 or $5k-10k',
          'five to ten dollars or five to ten dollars or five thousand to ten thousand dollars',
        ],
        ['$5/month', 'five dollars per month'],
        ['$1.50/lb', 'one dollar and fifty cents per pound'],
        ['($20.00)', '(twenty dollars)'],
        ['50¢', 'fifty cents'],
      ],
    ],
    [
      'dates',
      [
        ['2026-03-05', 'March fifth, twenty twenty-six'],
        ['2026-03-01 to 2026-03-31', 'March first, twenty twenty-six to March thirty-first, twenty twenty-six'],
        ['2026-03-01 – 2026-03-02', 'March first, twenty twenty-six to March second, twenty twenty-six'],
        ['2026-03-05T14:30:00Z', 'March fifth, twenty twenty-six at two thirty P M UTC'],
        ['2026-03', 'March twenty twenty-six'],
        ['2026-13-45', 'two zero two six, one three, four five'],
        ['March 3rd', 'March third'],
        ['March 3, 2026, was', 'March third, twenty twenty-six, was'],
        ['Mar. 5 and Dec 25', 'March fifth and December twenty-fifth'],
        ['March 3-5', 'March third to fifth'],
        ['on 5 March 2026', 'on the fifth of March, twenty twenty-six'],
        ['the 4th of July', 'the fourth of July'],
        ['3 May payments', 'three May payments'],
        ['You may 5 times.', 'You may five times.'],
        ['March 2026', 'March twenty twenty-six'],
        ['3/5/2026', 'March fifth, twenty twenty-six'],
        ['13/5/2026', 'May thirteenth, twenty twenty-six'],
        ['05.03.2026', 'March fifth, twenty twenty-six'],
        ['on 3/14', 'on March fourteenth'],
        ['1/32/2026', 'one slash thirty-two slash two thousand twenty-six'],
        ['in 2026 and since 1905', 'in twenty twenty-six and since nineteen oh five'],
        ['from 2024-2025', 'from twenty twenty-four to twenty twenty-five'],
        ['in 2000, in 2007, in 1900', 'in two thousand, in two thousand seven, in nineteen hundred'],
        ['the 1990s and the ’80s', 'the nineteen nineties and the eighties'],
        [
          'Mon-Fri; Jan-Mar 2026; Tue, Mar 3',
          'Monday to Friday; January to March twenty twenty-six; Tuesday, March third',
        ],
        ['The cat sat. Sun is out.', 'The cat sat. Sun is out.'],
      ],
    ],
    [
      'times',
      [
        ['14:30', 'two thirty P M'],
        ['3 pm, 3pm and 3 p.m. today', 'three P M, three P M and three P M today'],
        ['It closes at 3 p.m.', 'It closes at three P M.'],
        ['9:05 am', 'nine oh five A M'],
        ['10:00', "ten o'clock"],
        ['00:00 and 00:15', 'midnight and twelve fifteen A M'],
        ['9am-5pm', 'nine A M to five P M'],
        ['5-7pm', 'five to seven P M'],
        ['9:00-17:30', "nine o'clock to five thirty P M"],
        ['16:9', 'sixteen to nine'],
      ],
    ],
    [
      'numbers that name something',
      [
        ['client 5001. Next', 'client five zero zero one. Next'],
        ['Client 5001’s total', "Client five zero zero one's total"],
        ['clients 5001, 5002 and 5003', 'clients five zero zero one, five zero zero two and five zero zero three'],
        ['clients 5001-5003', 'clients five zero zero one to five zero zero three'],
        ['Client ID: 5001', 'Client ID: five zero zero one'],
        ['customer #5001', 'customer five zero zero one'],
        ['order no. 12345', 'order number one two three four five'],
        ['order 12', 'order twelve'],
        ['card ending in 4242', 'card ending in four two four two'],
        ['PIN 0420', 'PIN zero four two zero'],
        ['invoice INV-2041', 'invoice INV two zero four one'],
        ['#5 and #5001', 'number five and number five zero zero one'],
        ['4242 4242 4242 4242', 'four two four two, four two four two, four two four two, four two four two'],
        ['123-45-6789', 'one two three, four five, six seven eight nine'],
        ['agent 007', 'agent zero zero seven'],
      ],
    ],
    [
      'phone numbers',
      [
        ['555-123-4567', 'five five five, one two three, four five six seven'],
        ['+1 (555) 123-4567', 'plus one, five five five, one two three, four five six seven'],
        ['1-800-555-0199', 'one, eight zero zero, five five five, zero one nine nine'],
        ['+44 20 7946 0958', 'plus four four, two zero, seven nine four six, zero nine five eight'],
        ['555-0199', 'five five five, zero one nine nine'],
        ['500-1000 units', 'five hundred to one thousand units'],
      ],
    ],
    [
      'digits that are dictated, as a stranger writes them',
      [
        ['Call us at 8005550199.', 'Call us at eight zero zero, five five five, zero one nine nine.'],
        ['18005550199', 'one, eight zero zero, five five five, zero one nine nine'],
        ['Your code is 482913.', 'Your code is four eight two nine one three.'],
        ['The verification code: 482-913', 'The verification code: four eight two, nine one three'],
        ['You are in seat 14B.', 'You are in seat fourteen B.'],
        ['Seats 14A, 14B and 2M', 'Seats fourteen A, fourteen B and two M'],
        ['New York, NY 10118', 'New York, NY one zero one one eight'],
        ['Austin, TX 78701-4321', 'Austin, TX seven eight seven zero one, four three two one'],
        ['Call 911 now.', 'Call nine one one now.'],
        ['In an emergency, 911 is free.', 'In an emergency, nine one one is free.'],
        ['Dial 999 or 112', 'Dial nine nine nine or one one two'],
        ['Text STOP to 88788.', 'Text STOP to eight eight seven eight eight.'],
        ['020 7946 0958', 'zero two zero, seven nine four six, zero nine five eight'],
        ['Ring 07700 900123', 'Ring zero seven seven zero zero, nine zero zero one two three'],
        ['Flight BA 2490 leaves from gate 22.', 'Flight BA two four nine zero leaves from gate twenty-two.'],
        ['room 1204', 'room one two zero four'],
        ['Your PIN is 0042.', 'Your PIN is zero zero four two.'],
        [
          'IBAN DE89 3704 0044 0532 0130 00',
          'IBAN D E eight nine, three seven zero four, zero zero four four, zero five three two, zero one three zero, zero zero',
        ],
        ['reference 7F3K92', 'reference seven F three K nine two'],
        ['Update to version 2.10 or v1.2.', 'Update to version two point ten or v one point two.'],
        ['10-4, over.', 'ten four, over.'],
        ['Tax ID 12-3456789', 'Tax ID one two, three four five six seven eight nine'],
        ['zip 94103', 'zip nine four one zero three'],
        ['area code 212, extension 204', 'area code two one two, extension two zero four'],
        ['Your order number is 20418.', 'Your order number is two zero four one eight.'],
        ['Call 5551234 or 1-800-FLOWERS', 'Call five five five one two three four or one, eight zero zero, FLOWERS'],
        ['Sort code 20-00-00', 'Sort code two zero, zero zero, zero zero'],
      ],
    ],
    [
      'quantities that only look like codes',
      [
        ['There are 482913 rows.', 'There are four hundred eighty-two thousand nine hundred thirteen rows.'],
        ['14B parameters', 'fourteen billion parameters'],
        ['1,000,000 rows', 'one million rows'],
        [
          '4294967296 bytes',
          'four billion two hundred ninety-four million nine hundred sixty-seven thousand two hundred ninety-six bytes',
        ],
        ['We call 300 customers a day.', 'We call three hundred customers a day.'],
        ['There were 911 calls.', 'There were nine hundred eleven calls.'],
        ['It opened in 1998 at 18:05.', 'It opened in nineteen ninety-eight at six oh five P M.'],
        ['version 3 of 10', 'version three of ten'],
        ['I am 45 and weigh 70kg', 'I am forty-five and weigh seventy kilograms'],
        ['pages 12-14, open 9-5', 'pages twelve to fourteen, open nine to five'],
        ['8005550199 people', 'eight billion five million five hundred fifty thousand one hundred ninety-nine people'],
        ['It scored 2.10 points', 'It scored two point one zero points'],
      ],
    ],
    [
      'lakh and crore',
      [
        ['₹2,50,000.75', 'two lakh fifty thousand rupees and seventy-five paise'],
        ['Rs. 1,50,000', 'one lakh fifty thousand rupees'],
        ['It costs Rs 999.', 'It costs nine hundred ninety-nine rupees.'],
        ['Rs.500/- only', 'five hundred rupees only'],
        ['₹5 lakh', 'five lakh rupees'],
        ['₹1.5 crore and ₹2Cr', 'one point five crore rupees and two crore rupees'],
        ['INR 10,00,000', 'ten lakh rupees'],
        ['12,34,567 people', 'twelve lakh thirty-four thousand five hundred sixty-seven people'],
        ['3,00,00,000', 'three crore'],
        ['₹250000', 'two hundred fifty thousand rupees'],
        ['1,2,34', 'one,two,thirty-four'],
      ],
    ],
    [
      'figures of other places',
      [
        ["CHF 1'250.50", 'one thousand two hundred fifty Swiss francs and fifty centimes'],
        ['1’250’000 rows', 'one million two hundred fifty thousand rows'],
        ['CHF 12’500.– a month', 'twelve thousand five hundred Swiss francs a month'],
        ["It's 5 o'clock, it's the '90s", "It's five o'clock, it's the nineties"],
        ['a dose of 1e-6', 'a dose of one times ten to the minus six'],
        ['2.5E+10', 'two point five times ten to the ten'],
        ['1E5 and E10', 'one E five and E ten'],
        ['00:1B:44:11:3A:B7', 'zero zero one B four four one one three A B seven'],
        ['at 10:30, 11:45', 'at ten thirty, eleven forty-five'],
      ],
    ],
    [
      'other numbers',
      [
        [
          '0, 1,234,567 and 10000',
          'zero, one million two hundred thirty-four thousand five hundred sixty-seven and ten thousand',
        ],
        ['3.14 and 0.5 and .5', 'three point one four and zero point five and point five'],
        ['-5 and -3.5', 'minus five and minus three point five'],
        ['1,2,3', 'one,two,three'],
        [
          '12345678901234567890',
          'one two three four five six seven eight nine zero one two three four five six seven eight nine zero',
        ],
        ['5%, 5.5 %, 10–20%', 'five percent, five point five percent, ten to twenty percent'],
        ['1st 2nd 3rd 4th 12th 21st 100th', 'first second third fourth twelfth twenty-first one hundredth'],
        ['3-5 days, 3–5, 10 - 12', 'three to five days, three to five, ten to twelve'],
        ['1/2 cup, 2 1/2, ½, 2½', 'one half cup, two and a half, one half, two and a half'],
        ['3/5 and 24/7', 'three slash five and twenty-four seven'],
        [
          'v1.2.3 on 192.168.1.1',
          'v one point two point three on one hundred ninety-two dot one hundred sixty-eight dot one dot one',
        ],
        ['Q3, B2B, MP3, COVID-19, 4K, 5G', 'Q three, B two B, MP three, COVID nineteen, four K, five G'],
        ['10k users, 2M rows', 'ten thousand users, two million rows'],
        [
          '10x and 2x4 and 1920×1080',
          'ten times and two by four and one thousand nine hundred twenty by one thousand eighty',
        ],
      ],
    ],
    [
      'units',
      [
        ['5 km, 10kg, 1 lb', 'five kilometers, ten kilograms, one pound'],
        ['72°F, -5 °C, 90°', 'seventy-two degrees Fahrenheit, minus five degrees Celsius, ninety degrees'],
        ['6 ft and 1 ft', 'six feet and one foot'],
        [
          '100 km/h, 20 req/s, 5 miles/hour',
          'one hundred kilometers per hour, twenty req per second, five miles per hour',
        ],
        ['3-5 GB', 'three to five gigabytes'],
        ['5 m² of 5²', 'five square meters of five squared'],
      ],
    ],
    [
      'abbreviations',
      [
        ['Dr. Smith vs. Mrs. Jones and Ms. Li', 'Doctor Smith versus Missus Jones and Miz Li'],
        ['e.g. apples, i.e., fruit, etc.', 'for example apples, that is, fruit, et cetera.'],
        ['Rent, etc. The rest', 'Rent, et cetera. The rest'],
        ['approx. 5 (max. 7)', 'approximately five (maximum seven)'],
        ['No. 5, p. 7, Fig. 3', 'Number five, page seven, Figure three'],
        ['No. We do not.', 'No. We do not.'],
        ['123 Main St. in St. Louis', 'one hundred twenty-three Main Street in Saint Louis'],
        ['the U.S. Government', 'the U S Government'],
        ['NASA and the FBI', 'NASA and the FBI'],
        ['w/ milk, w/o sugar, N/A', 'with milk, without sugar, not applicable'],
      ],
    ],
    [
      'signs',
      [
        ['AT&T & co', 'AT and T and co'],
        ['he/she and/or they', 'he or she and or they'],
        ['TCP/IP', 'TCP IP'],
        ['/usr/bin', 'slash usr slash bin'],
        ['C++ and C#', 'C plus plus and C sharp'],
        ['5 + 3 = 8, 5 - 3 = 2', 'five plus three equals eight, five minus three equals two'],
        ['3 * 4 × 5 ÷ 2', 'three times four times five divided by two'],
        ['A -> B → C', 'A to B to C'],
        ['a < b, <5, >= 3, ~20', 'a is less than b, less than five, at least three, about twenty'],
        ['Hold — please -- now - ok…', 'Hold, please, now, ok...'],
        ['2 @ $3', 'two at three dollars'],
      ],
    ],
    [
      'addresses',
      [
        ['john@example.com.', 'john at example dot com.'],
        ['john_doe-1+x.y@mail.example.org', 'john underscore doe dash one plus x dot y at mail dot example dot org'],
        ['maria99@example.com', 'maria nine nine at example dot com'],
        ['**john_d@example.com**', 'john underscore d at example dot com'],
        ['https://www.example.com/docs/refunds?x=1#y.', 'example dot com slash docs slash refunds.'],
        ['https://example.com/a/b/c/d/e/0f9a8b7c6d5e', 'example dot com'],
        ['(see http://user:pw@my-site.example.com:8080/)', '(see my dash site dot example dot com)'],
        ['example.co.uk and docs.example.io/a.', 'example dot co dot u k and docs dot example dot i o slash a.'],
        ['Node.js, file.ts, done.Next', 'Node.js, file.ts, done.Next'],
      ],
    ],
    [
      'markdown',
      [
        ['**bold** *it* __b__ _i_ ~~no~~ `code` ***x***', 'bold it b i no code x'],
        ['**Open bold', 'Open bold'],
        ['snake_case_name', 'snake case name'],
        ['# Title\nText', 'Title. Text'],
        ['- one\n- two!\n  - three\n* [x] four', 'one. two! three. four'],
        ['1. Open\n2) Close', 'one. Open. two. Close'],
        ['A line\nthat is wrapped.\nNew', 'A line that is wrapped. New'],
        ['> quoted\n\n---\n\nEnd', 'quoted. End'],
        ['[text](https://example.com/x_(y) "t") ![alt](a.png) [ref][1]', 'text alt ref'],
        ['[cut link](https://exam', 'cut link'],
        ['<https://example.com> <b>x</b><br/>y &amp; z', 'example dot com x y and z'],
        ['It is so [1], [2, 3].[^4]', 'It is so.'],
        [
          '| Date | Sum |\n|:--|--:|\n| 2026-03-05 | $5.00 |\n| | $7 |',
          'Date: March fifth, twenty twenty-six, Sum: five dollars. Sum: seven dollars',
        ],
        ['A | B\n--- | ---\nx | y', 'A: x, B: y'],
        ['| only | cells \\| bars |', 'only, cells, bars'],
        ['| A | B |\n|---|---|', 'A, B'],
        ['Run:\n```js\nconst a = 1;\n```\nDone', 'Run: Done'],
        ['```npm i``` it', 'npm i it'],
        ['\\*not bold\\* 5\\$', 'not bold five dollars'],
      ],
    ],
    [
      'pictures',
      [
        ['Great! 🎉 You 👩‍👩‍👧 did 👍🏽 it 🇫🇷 :)', 'Great! You did it'],
        ['✅ Done ✓ ★ 1️⃣', 'Done one'],
        ['zero\u200bwidth \ud800half', 'zerowidth half'],
        ['“Curly” and ‘single’ it’s', "\"Curly\" and 'single' it's"],
      ],
    ],
  ])('%s', (_, cases) => {
    it.each(cases)('%j', (written, said) => {
      expect(en(written)).toBe(said);
    });

    it('does not change what it has said', () => {
      for (const [, said] of cases) expect(en(said)).toBe(said);
    });
  });

  it('reads numeric dates by the custom of the country', () => {
    expect(speakable('3/5/2026', 'en-GB')).toBe('May third, twenty twenty-six');
    expect(speakable('3/15/2026', 'en-GB')).toBe('March fifteenth, twenty twenty-six');
    expect(speakable('3/5/2026', 'en')).toBe('March fifth, twenty twenty-six');
  });

  it('makes a whole reply heard, piece by piece', () => {
    const reply =
      'Sure! I found **3 transactions** for client 5001, the newest first.\n\n' +
      '| Date | Amount |\n|---|---|\n| 2026-03-05 | $42.50 |\n| 2026-03-04 | -$7.00 |\n\n' +
      '```json\n{"a": 1}\n```\n🎉\nShall I e-mail it to john@example.com? See [the docs](https://example.com/a?b).';
    const chunker = new SentenceChunker();
    const pieces = [...reply.split('').flatMap((char) => chunker.add(char)), ...chunker.flush()];
    expect(pieces.map(en).filter((said) => said !== '')).toEqual([
      'Sure!',
      'I found three transactions for client five zero zero one, the newest first.',
      'Date: March fifth, twenty twenty-six, Amount: forty-two dollars and fifty cents',
      'March fourth, twenty twenty-six, minus seven dollars',
      'Shall I e-mail it to john at example dot com?',
      'See the docs.',
    ]);
  });
});

describe('speakable in other languages', () => {
  it.each<[string, string, string]>([
    [
      'es',
      '**Hola** 🎉: son $5.00, ver https://www.ejemplo.com/a?b=1.',
      'Hola: son cinco dólares, ver ejemplo punto com barra a.',
    ],
    ['de-DE', 'Am 5. März, z. B. 3-5 Tage & mehr', 'Am fünften März, zum Beispiel drei bis fünf Tage und mehr'],
    ['de', 'Wählen Sie 112, Flug LH 2490.', 'Wählen Sie eins eins zwei, Flug LH zwei vier neun null.'],
    ['de', 'IBAN DE89 3704 0044', 'IBAN D E acht neun, drei sieben null vier, null null vier vier'],
    ['de', 'Es gibt 482 Zeilen', 'Es gibt vierhundertzweiundachtzig Zeilen'],
    ['es', 'Llame al 112, vuelo IB 3170.', 'Llame al uno uno dos, vuelo IB tres uno siete cero.'],
    ['es', 'IBAN ES91 2100 0418', 'IBAN E S nueve uno, dos uno cero cero, cero cuatro uno ocho'],
    ['fr', '- un\n- deux : a_b@ex.com', 'un. deux: a_b@ex.com'],
    ['zh', '- 苹果 **100元**\n- 香蕉', '苹果 100元。香蕉'],
    ['fr', '| A | B |\n|---|---|\n| 1 | -5 °C |', 'A: 1, B: -5 °C'],
    ['hi', 'क्‍ष ठीक है। 👍', 'क्‍ष ठीक है।'],
    ['', '**5** → 6', '5, 6'],
    ['enx', '$5', '$5'],
  ])('%s: %j', (language, written, said) => {
    expect(speakable(written, language)).toBe(said);
  });
});

describe('speakable with nothing to say', () => {
  it.each([
    '',
    ' \n',
    '🎉🎉 👍🏽',
    '```js\nconst a = 1;\n```',
    '```\nunclosed',
    '---',
    '***',
    '...',
    '$',
    '& % #',
    '|---|---|',
  ])('%j', (text) => {
    expect(en(text)).toBe('');
    expect(speakable(text, 'de')).toBe('');
  });
});

describe('speakable, whatever the text', () => {
  const fragments = [
    [
      'client',
      '5001',
      '#',
      '$',
      '€',
      '1,234.50',
      '-',
      '–',
      '—',
      '/',
      '.',
      ',',
      ':',
      ' ',
      ' ',
      ' ',
      '\n',
      '%',
      '°C',
      '+',
      '=',
    ],
    [
      '2026',
      '03',
      '05',
      'T',
      'March',
      '5th',
      'am',
      'p.m.',
      'Dr',
      'e.g.',
      'etc.',
      'No.',
      'St.',
      'in',
      'k',
      'km',
      'USD',
      'x',
    ],
    [
      '**',
      '_',
      '`',
      '```',
      '~~',
      '[',
      ']',
      '(',
      ')',
      '|',
      '|---|',
      '>',
      '<',
      '<b>',
      '&amp;',
      '\\',
      '- ',
      '1. ',
      '# ',
      '!',
    ],
    [
      'john',
      '@',
      'example.com',
      'https://',
      'www.',
      '?q=',
      '👍',
      '\u200d',
      '\ufe0f',
      'é',
      '字',
      '।',
      '½',
      '×',
      '\ud83d',
      '\u0000',
    ],
  ].flat();
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.array(fc.constantFrom(...fragments), { maxLength: 40 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  );

  it('it is one clean line', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('en-US', 'en-GB', 'de', 'zh', ''), (written, language) => {
        const said = speakable(written, language);
        expect(said).toBe(said.trim());
        expect(said).not.toMatch(/[*`|\n\r\t]| {2}|\p{Cs}|\p{Cc}/u);
        expect(said === '' || /[\p{L}\p{N}]/u.test(said)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('no digit is left in English', () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(en(written)).not.toMatch(/\d/u);
      }),
      { numRuns: 500 },
    );
  });

  it('its time grows with its length only', () => {
    // Patterns that backtrack would need far longer than the test may take; each of these takes about 0.1 s.
    const units = [
      'a',
      '1',
      'A1',
      '0 12 ',
      'Call 911 or ',
      'AB12 CD34 ',
      '2,50,',
      'seat 14B, ',
      'v2.1',
      '1,',
      'a.',
      'A',
      '[](',
      '<a b=',
      '_',
      '\n-',
      '```\n',
      '5001, ',
      '555-',
      '5 A ',
      ', ',
    ];
    for (const unit of units) {
      const long = unit.repeat(100_000 / unit.length);
      expect(typeof en(long)).toBe('string');
    }
  });
});
