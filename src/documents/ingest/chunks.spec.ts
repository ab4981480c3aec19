import fc from 'fast-check';
import { chunksOf, MAX_CHUNKS } from './chunks.js';

const sentence = 'A refund takes five business days to arrive. ';

describe('chunks', () => {
  it('keep the path of their headings, and never mix two sections', () => {
    expect(
      chunksOf([
        { headings: [], text: 'What we do.' },
        { headings: ['Refunds', 'How long'], text: 'Five days.\nOr a week.' },
        { headings: ['Fees'], text: 'None.' },
      ]),
    ).toEqual([
      { heading: '', body: 'What we do.' },
      { heading: 'Refunds > How long', body: 'Five days.\nOr a week.' },
      { heading: 'Fees', body: 'None.' },
    ]);
  });

  it('cut a long paragraph at its sentences, and words without blanks where they must', () => {
    const chunks = chunksOf([{ headings: ['Refunds'], text: `${sentence.repeat(60)}\n${'x'.repeat(5000)}` }]);
    expect(chunks.length).toBeGreaterThan(4);
    for (const { heading, body } of chunks) {
      expect(heading).toBe('Refunds');
      expect(body.length).toBeLessThanOrEqual(1200);
    }
    expect(chunks[0]?.body).toMatch(/arrive\.$/);
  });

  it('are bounded in number, and none for a document without words', () => {
    expect(chunksOf([{ headings: [], text: ' \n\t ' }])).toEqual([]);
    const endless = Array.from({ length: MAX_CHUNKS + 10 }, () => ({ headings: [], text: sentence }));
    expect(chunksOf(endless)).toHaveLength(MAX_CHUNKS);
  });

  it('lose no word, whatever the text', () => {
    const sections = fc.array(fc.record({ headings: fc.constant([]), text: fc.string({ maxLength: 4000 }) }), {
      maxLength: 4,
    });
    const lettersOf = (texts: readonly string[]) => texts.join('').replace(/\s+/g, '');
    fc.assert(
      fc.property(sections, (given) => {
        const chunks = chunksOf(given).map(({ body }) => body);
        expect(lettersOf(chunks)).toBe(lettersOf(given.map(({ text }) => text)));
      }),
    );
  });
});
