import type { Question } from '../../llm/plan.port.js';
import { isContentWord, wordsOf } from '../../spoken/words.js';
import { answering } from './answer.js';

const { isRelevant, bestSentences } = answering([
  'refund money back reimburse reimbursement return',
  'fee charge cost price',
  'pay payment paid',
]);

const ask = (question: string, own?: string): Question => {
  const topic = wordsOf(question).filter(isContentWord);
  return { topic, own: own === undefined ? topic : wordsOf(own).filter(isContentWord), question };
};
const passage = (title: string, content: string) => ({ title, content, excerpt: '' });

const FEES = passage(
  'Fees and charges',
  'A standard account costs 4 dollars a month. Payments inside the country are free. A wire abroad costs 12 dollars. ' +
    'A late payment costs 25 dollars, and the first one in a year is waived when you ask.',
);
const OFFICE = passage('San Francisco office', 'Our office in San Francisco is open from 9 to 5. The city is lovely.');
const REFUNDS = passage(
  'Refund policy',
  'You can ask for a refund within 30 days of a purchase. Shipping is not refunded.',
);

describe('isRelevant', () => {
  it.each([
    ['how do refunds work', REFUNDS],
    ['can i get my money back', REFUNDS],
    ['what is our refund policy', REFUNDS],
    ['is the policy on refunds different in california', REFUNDS],
    ['what is the late payment fee', FEES],
    ['what happens if i pay late', FEES],
    ['how much is a wire abroad', FEES],
    ['where is your office in san francisco', OFFICE],
  ])('%s', (question, text) => {
    expect(isRelevant(ask(question), text)).toBe(true);
  });

  it.each([
    ['what is the weather in san francisco', OFFICE],
    ['san francisco weather', OFFICE],
    ['what is the warranty policy', REFUNDS],
    ['who won the world cup', REFUNDS],
    ['how do rewards work', FEES],
  ])('not %s', (question, text) => {
    expect(isRelevant(ask(question), text)).toBe(false);
  });

  it('wants a follow-up to be covered by what it adds', () => {
    expect(isRelevant(ask('what about los angeles refunds', 'los angeles'), REFUNDS)).toBe(false);
    expect(isRelevant(ask('and the shipping refunds', 'shipping'), REFUNDS)).toBe(true);
  });
});

describe('bestSentences', () => {
  it('gives the one sentence that a precise question is about', () => {
    expect(bestSentences(ask('what is the late payment fee'), FEES.title, FEES.content)).toBe(
      'A late payment costs 25 dollars, and the first one in a year is waived when you ask.',
    );
    expect(bestSentences(ask('how much is a wire abroad'), FEES.title, FEES.content)).toBe(
      'A wire abroad costs 12 dollars.',
    );
  });

  it('begins at the beginning for a general question, and leaves out what was heard', () => {
    const question = ask('what are your fees');
    const first = bestSentences(question, FEES.title, FEES.content);
    expect(first).toMatch(/^A standard account costs 4 dollars a month\./);
    expect(first.split('. ').length).toBeLessThanOrEqual(3);
    const more = bestSentences(question, FEES.title, FEES.content, first);
    expect(more).not.toBe('');
    expect(first).not.toContain(more);
    expect(bestSentences(question, FEES.title, FEES.content, `${first} ${more}`)).toBe('');
  });

  it('reads lists and markup as plain sentences', () => {
    const text =
      '# Refunds\n\n- Refunds take **5 days**.\n- See [the form](https://example.com/form).\n1. Write to us.';
    expect(bestSentences(ask('how do refunds work'), 'Refunds', text)).toBe(
      'Refunds Refunds take 5 days . See the form.',
    );
  });

  it('stays quick on text made to be slow', () => {
    const question = ask(`refund in ${'a'.repeat(900)} ${'b'.repeat(900)} ${'c'.repeat(900)} d e f`);
    for (const text of ['a.'.repeat(50_000), '['.repeat(100_000), 'a'.repeat(100_000), '<'.repeat(100_000)]) {
      expect(isRelevant(question, passage(text, text))).toBe(false);
      expect(bestSentences(question, text, text).length).toBeLessThan(10_000);
    }
  });
});
