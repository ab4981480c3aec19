import { wordings } from './wording.js';

const CLOSING = ['How long does closing take?', 'You can close an account at any time.'];
const CARDS = ['How long does a new card take?', 'A card arrives within 5 business days.'];

describe('wordings', () => {
  it('are nearest for the passage with lines worded alike, whatever the endings of the words', () => {
    const [closing = 0, cards = 0] = wordings('how long do new cards take', [CLOSING, CARDS]);
    expect(cards).toBeGreaterThan(closing);
    expect(closing).toBeGreaterThan(0);
  });

  it('count neighbours: the same words in another order are less near', () => {
    const [inOrder = 0, mixed = 0] = wordings('a new card take', [['a new card take'], ['take card new a']]);
    expect(inOrder).toBeGreaterThan(mixed);
  });

  it('count rare words for more', () => {
    const [shop = 0, lost = 0] = wordings('shop lost', [['my shop'], ['my card lost'], ['your shop'], ['a shop']]);
    expect(lost).toBeGreaterThan(shop);
  });

  it('are 0 without a word in common, without lines, and without a question', () => {
    expect(wordings('zebra', [CLOSING, []])).toEqual([0, 0]);
    expect(wordings('', [CLOSING, ['?']])).toEqual([0, 0]);
    expect(wordings('anything', [])).toEqual([]);
  });

  it('stay between 0 and 1', () => {
    const [same = 0] = wordings('How long does closing take?', [
      [...CLOSING.slice(0, 1), ...CLOSING.slice(0, 1)],
      CARDS,
    ]);
    expect(same).toBeCloseTo(1, 5);
  });
});
