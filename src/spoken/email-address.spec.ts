import { assert, property, stringMatching } from 'fast-check';
import { findAddresses } from './email-address.js';
import { wordsOf } from './words.js';

const addresses = (text: string): string[] => findAddresses(wordsOf(text)).map((slot) => slot.value);

describe('findAddresses', () => {
  it.each<[string, string]>([
    ['Send it to John.Smith@Example.com, please.', 'john.smith@example.com'],
    ['send those transactions to john at example dot com', 'john@example.com'],
    ['send those transactions to john an example dot com', 'john@example.com'],
    ['send those transactions to john and example dot com', 'john@example.com'],
    ['she and those transactions to john that example dot com', 'john@example.com'],
    ['send those transactions to joe not example dot com', 'joe@example.com'],
    ['send it to john example dot com', 'john@example.com'],
    ['send it to john at example dotcom', 'john@example.com'],
    ['send it to john at example.com', 'john@example.com'],
    ['email that to maria at example dot org', 'maria@example.org'],
    ['email maria at example dot org the report', 'maria@example.org'],
    ['mail the report to anna dot berg at parley dot io', 'anna.berg@parley.io'],
    ['to bob underscore smith at example dot com', 'bob_smith@example.com'],
    ['to bob dash smith at big company dot net', 'bob-smith@bigcompany.net'],
    ['to bob at big dash company dot co dot uk', 'bob@big-company.co.uk'],
    ['to bob at mail dot example dot com', 'bob@mail.example.com'],
    ['the address is j o h n at example dot com', 'john@example.com'],
    ['the addresses j o h in that example dot com', 'joh@example.com'],
    ['it is a l i c e at example dot com', 'alice@example.com'],
    ['m a r i a at example dot org', 'maria@example.org'],
    ['agent double oh seven at example dot com', 'agent007@example.com'],
    ['john twenty five at example dot com', 'john25@example.com'],
    ['x as in xray dot jones at example dot com', 'x.jones@example.com'],
    ['send it to my colleague maria at example dot org', 'maria@example.org'],
    ['send it to mail at example dot com', 'mail@example.com'],
    ['send it to peter at a company dot net', 'peter@company.net'],
    ['to patricia dot no anne at example dot com', 'patricia.noanne@example.com'],
    ['to mary underscore the great at example dot com', 'mary_thegreat@example.com'],
    ['for the period to mary at example dot com', 'mary@example.com'],
    ['send it, dot, to bob at example dot com', 'bob@example.com'],
    ['john smith at example dot com', 'johnsmith@example.com'],
    ['john at example point com', 'john@example.com'],
    ['t a r a dot q u i l l at example dot com', 'tara.quill@example.com'],
    ['tara dot q u i double l at example dot com', 'tara.quill@example.com'],
    ['it is tango alpha romeo alpha at example dot com', 'tara@example.com'],
    ['t as in tango a for alpha r like romeo a at e as in echo x dot com', 'tara@ex.com'],
    ['victor dot oscar at example dot com', 'victor.oscar@example.com'],
    ['jane smith all one word at example dot com', 'janesmith@example.com'],
    ['will at example dot com', 'will@example.com'],
    [
      'what she bought at corner grocer until the end of may by mail to clara bennett dot example',
      'clara@bennett.example',
    ],
    ['clara at bennett dot example', 'clara@bennett.example'],
    ['to maria dot me at stone dot family dot edu', 'maria.me@stone.family.edu'],
    ['mail it to anna at mail dot example dot de', 'anna@mail.example.de'],
    ['john at example dot calm', 'john@example.com'],
    ['send client five thousand and four transactions to bob at example dot com', 'bob@example.com'],
  ])('%s', (text, expected) => {
    expect(addresses(text)).toEqual([expected]);
  });

  it('takes the name before the "at" from the address before it', () => {
    expect(addresses('to tom underscore reed at example dot net sorry at example dot com')).toEqual([
      'tom_reed@example.net',
      'tom_reed@example.com',
    ]);
  });

  it('finds several', () => {
    expect(addresses('not john at example dot com but maria at example dot org')).toEqual([
      'john@example.com',
      'maria@example.org',
    ]);
  });

  it.each([
    'what transactions does client five thousand and one have',
    'send it to john',
    'look at that',
    'at example dot com',
    'i am at the office dot the end',
    'it is version 2.5 at most',
    'how much did ada park spend at amazon dot com',
    'all that you have male do we have of elena at example dot org',
    'report of that to the accent read house dot example',
    '',
  ])('finds none in "%s"', (text) => {
    expect(addresses(text)).toEqual([]);
  });

  const letters = (word: string): string => word.split('').join(' ');

  it('understands spelled addresses letter by letter', () => {
    const word = stringMatching(/^[a-z]{2,8}$/);
    assert(
      property(word, word, (local, domain) => {
        const text = `the address is ${letters(local)} at ${letters(domain)} dot com`;
        expect(addresses(text)).toEqual([`${local}@${domain}.com`]);
      }),
    );
  });
});
