import type { Answers } from '../../../test/answers/answers.js';
import { choices, praise } from '../../../test/answers/choices.js';
import { german, germanNo } from '../../../test/answers/de.js';
import { english, englishNo } from '../../../test/answers/en.js';
import { spanish, spanishNo } from '../../../test/answers/es.js';
import { second } from '../../../test/answers/second.js';
import { isClearYes, isNo } from './answers.js';
import { lexiconFor } from './lexicon-for.js';

const MAIL = 'I will send 12 transactions of client 5001 to anna.lee@example.com. Shall I send it?';

describe.each<[string, readonly Answers[]]>([
  ['en', [...english, ...second.en]],
  ['de', [...german, ...second.de]],
  ['es', [...spanish, ...second.es]],
])('what callers answer in %s', (language, table) => {
  const lexicon = lexiconFor(language);
  describe.each(table)('$question', ({ question, yes, other, missed = [] }) => {
    it.each(yes)('yes: %s', (text) => {
      expect(isClearYes(text, lexicon, question)).toBe(true);
      expect(isNo(text, lexicon, question)).toBe(false);
    });

    it.each([...other, ...missed])('not a clear yes: %s', (text) => {
      expect(isClearYes(text, lexicon, question)).toBe(false);
    });
  });
});

describe.each([
  ['en', english, englishNo],
  ['de', german, germanNo],
  ['es', spanish, spanishNo],
])('a refusal in %s', (language, table, { no, other }) => {
  const question = table[0]?.question;
  const lexicon = lexiconFor(language);
  it.each(no)('is %j', (text) => {
    expect([isNo(text, lexicon, question), isClearYes(text, lexicon, question)]).toEqual([true, false]);
  });

  it.each(other)('is not %j', (text) => {
    expect(isNo(text, lexicon, question)).toBe(false);
  });
});

describe.each(['en', 'de', 'es'] as const)('a question with a choice, in %s', (language) => {
  const lexicon = lexiconFor(language);
  describe.each(choices[language])('$question', ({ question, yes, other, no = [] }) => {
    it.each(yes)('agrees: %s', (text) => expect(isClearYes(text, lexicon, question)).toBe(true));
    it.each([...other, ...no])('agrees to nothing: %s', (text) =>
      expect(isClearYes(text, lexicon, question)).toBe(false),
    );
    if (no.length > 0) it.each(no)('refuses: %s', (text) => expect(isNo(text, lexicon, question)).toBe(true));
  });

  it.each(praise[language].yes)('is praise: %s', (text) => expect(isClearYes(text, lexicon, MAIL)).toBe(true));
  it.each(praise[language].other)('is scorn as likely: %s', (text) => {
    expect(isClearYes(text, lexicon, MAIL)).toBe(false);
    expect(isNo(text, lexicon, MAIL)).toBe(false);
  });
});

// Brought by somebody who had not read the code.
describe.each<[string, string, readonly string[], readonly string[]]>([
  [
    'en',
    'I will send the report to ada@example.com. Shall I?',
    ['Yes, send it to ada', 'Yes, please send them', 'Yes, fine with me', 'Sounds good to me', 'Yes, do that for me'],
    [
      'Yes, send it to me',
      'Yes, send it to him',
      'Yes, to her',
      'Yes, please send it to them',
      'Yes, to all of them',
      'Yes send it to us all',
      'Yes and send it to me',
      'Yes, send her the report',
      'Sure, send her',
      "It's fine as it is",
      'Just fine as it is',
      'yeah right',
      'Sure you will',
      'Great for you',
    ],
  ],
  ['en', 'I will send the report to you. Shall I?', ['Yes, send it to me', 'yes to me please'], ['Yes, to her']],
  [
    'en',
    'I will transfer 500 dollars from savings to Bob. Is that right?',
    ['Yes, from savings to Bob', 'Yes, 500 to Bob', 'Yes, five hundred dollars'],
    ['Yes, 500 from Bob to savings', 'Yes, transfer from Bob', 'Yes, 500 to savings', 'Yes, 500 to me'],
  ],
  [
    'en',
    'The table is for 4 people at 7 on May 5th. Shall I book it?',
    ['Yes, for four people at seven', 'Yes, book it for 4', 'Yes, at 7', 'yes on May 5th'],
    ['Yes, for 7 people at 4', 'Yes, for 5 at 7', 'Yes 7 people', 'Yes book it for 7', 'yes for seven'],
  ],
  [
    'de',
    'Ich sende den Bericht an ada@example.com. Soll ich?',
    ['Ja, sende ihn an ada', 'Ja, bitte senden'],
    ['Ja, an mich', 'Ja, sende ihn an ihn', 'Ja, an uns alle'],
  ],
  [
    'es',
    'Enviaré el informe a ada@example.com. ¿Lo hago?',
    ['Sí, a ada', 'Sí, por favor'],
    ['Sí, envíalo a él', 'Sí, a mí', 'Sí, a todos ellos'],
  ],
])('%s: %s', (language, question, yes, other) => {
  const lexicon = lexiconFor(language);
  it.each(yes)('yes: %s', (text) => expect(isClearYes(text, lexicon, question)).toBe(true));
  it.each(other)('names another party or place: %s', (text) => expect(isClearYes(text, lexicon, question)).toBe(false));
});

describe('what the question has named', () => {
  const lexicon = lexiconFor('en-US', { name: 'Julia' });
  it.each([
    'yes to anna lee at example dot com',
    'yes anna dot lee at example dot com',
    'yes to anna.lee@example.com',
    'Yes, 5001.',
    'yes client five double zero one',
    'yes, five thousand and one',
    'yes twelve',
    'yes, send those transactions',
    'Yes, Julia.',
    'julia yes please',
  ])('may be said again: %s', (text) => {
    expect(isClearYes(text, lexicon, MAIL)).toBe(true);
  });

  it.each([
    'yes to lee anna at example dot com',
    'yes to anna.lee@example.com.evil.org',
    'yes to ann.lee@example.com',
    'Yes, 500.',
    'yes 50010',
    'yes client zero zero one',
    'yes twelve twelve',
    'yes, twenty',
    'yes to maria',
    'yes, Julia Moreno',
  ])('may not be changed: %s', (text) => {
    expect(isClearYes(text, lexicon, MAIL)).toBe(false);
  });

  it('takes no name for a form of another', () => {
    const question = 'I will send it to Mario. Shall I?';
    expect(isClearYes('yes to mario', lexicon, question)).toBe(true);
    expect(isClearYes('yes to maria', lexicon, question)).toBe(false);
  });

  it('hears a yes beside an address that has one in it', () => {
    const question = 'I will send it to yes-one@example.com. Shall I send it?';
    expect(isClearYes('yes please', lexicon, question)).toBe(true);
    expect(isClearYes('yes', lexicon, question)).toBe(true);
    expect(isClearYes('to yes one at example dot com', lexicon, question)).toBe(false);
  });

  it('does not guess which of two addresses is meant', () => {
    const question = 'I will send it to ann@example.com and bob@example.com. Shall I?';
    expect(isClearYes('yes to both', lexicon, question)).toBe(true);
    expect(isClearYes('yes to ann', lexicon, question)).toBe(false);
  });

  it('is the agent named otherwise, and its name is nobody', () => {
    expect(isClearYes('yes julia', lexiconFor('en-US', { name: 'Bob' }), MAIL)).toBe(false);
  });
});

describe('a language without a lexicon of its own', () => {
  it.each([
    ['fr-FR', 'Oui.'],
    ['fr', 'oui merci'],
    ['pt-BR', 'sim, por favor'],
    ['nl', 'okay'],
    ['xx', 'yes'],
    ['', 'ok'],
  ])('%s: a bare yes is one: %s', (language, text) => {
    expect(isClearYes(text, lexiconFor(language), MAIL)).toBe(true);
  });

  it.each([
    ['fr', 'non'],
    ['fr', 'oui mais demain'],
    ['fr', 'oui à Paul'],
    ['pt', 'sim não'],
    ['xx', 'ja'],
  ])('%s: whatever else is said is none: %s', (language, text) => {
    expect(isClearYes(text, lexiconFor(language), MAIL)).toBe(false);
  });

  it('knows a plain no', () => {
    expect(isNo('non merci', lexiconFor('fr'))).toBe(true);
  });
});

it.each(['en', 'de', 'es', 'fr', 'xx'])('the usual answers in %s are read as what they are', (language) => {
  const lexicon = lexiconFor(language);
  const { yes, no } = lexicon.answers.usual;
  expect(yes.filter((text) => !isClearYes(text, lexicon, MAIL))).toEqual([]);
  expect(no.filter((text) => !isNo(text, lexicon, MAIL))).toEqual([]);
});

it('reads no further than an answer can go', () => {
  const lexicon = lexiconFor('en-US');
  const started = performance.now();
  for (const word of ['yes ', 'five ', 'anna ', 'so very really ', 'please can you '])
    expect(isClearYes(word.repeat(50_000), lexicon, MAIL)).toBe(false);
  expect(performance.now() - started).toBeLessThan(3000);
});

it.each(['yes', 'Yes, please.', 'sure'])('an address that has a yes in it takes none away: %s', (text) => {
  const question = 'I will send 12 transactions to yes-one@example.com. Shall I send it?';
  expect(isClearYes(text, lexiconFor('en'), question)).toBe(true);
  expect(isClearYes(`${text} to no-one@example.com`, lexiconFor('en'), question)).toBe(false);
});
