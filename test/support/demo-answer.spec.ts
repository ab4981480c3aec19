import { DEMO_COUNT, DEMO_LATEST } from './demo-answer.js';
import { inWords } from './in-words.js';

describe('what the demo data answers today', () => {
  it('is in words as the local voice says them', () => {
    expect([0, 17, 40, 99, 100, 131, 1450, 25_444].map(inWords)).toEqual([
      'zero',
      'seventeen',
      'forty',
      'ninety nine',
      'one hundred',
      'one hundred thirty one',
      'one thousand four hundred fifty',
      'twenty five thousand four hundred forty four',
    ]);
  });

  it('has a count, and the rows that are read out', () => {
    expect(DEMO_COUNT).toMatch(/hundred/);
    expect(DEMO_LATEST.map(({ sum }) => sum)).toEqual([
      expect.stringMatching(/^(for|refund of) [a-z ]+ dollar$/),
      expect.stringMatching(/^(for|refund of) [a-z ]+ dollar$/),
    ]);
  });
});
