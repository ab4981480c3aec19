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
    ['john at example dot calm', 'john@example.com'],
    ['send client five thousand and four transactions to bob at example dot com', 'bob@example.com'],
  ])('%s', (text, expected) => {
    expect(addresses(text)).toEqual([expected]);
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
