import { excerpt } from './excerpt.js';

const POLICY =
  'You can ask for a full refund within 30 days. Refunds go back to the card that paid. Fees of 4.50 dollars are ' +
  'refunded as well. A parcel has a tracking number.';

describe('excerpt', () => {
  it('begins with the sentence that answers and goes on as far as it fits', () => {
    expect(excerpt(POLICY, 'where is the tracking number of my parcel')).toBe('A parcel has a tracking number.');
    expect(excerpt(POLICY, 'refund')).toBe(POLICY);
  });

  it('does not cut a number in two', () => {
    expect(excerpt(POLICY, 'what about my fees')).toMatch(/^Fees of 4\.50 dollars are refunded as well\./);
  });

  it('begins at the beginning when no sentence stands out', () => {
    expect(excerpt(POLICY, 'zebra')).toMatch(/^You can ask/);
  });

  it('cuts at a word what is longer than can be spoken', () => {
    const text = excerpt(`${'word '.repeat(500)}end.`, 'word');
    expect(text.length).toBeLessThanOrEqual(323);
    expect(text).toMatch(/word\.\.\.$/);
    expect(excerpt('', 'word')).toBe('');
  });
});
