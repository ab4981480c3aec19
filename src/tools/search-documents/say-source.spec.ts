import { saySource, sayTitle } from './say-source.js';

const today = { year: 2026, month: 11, day: 20 };

describe('documents in a sentence', () => {
  it.each([
    ['Refund policy', '2026-05-04', 'our refund policy, updated in May'],
    ['Refund policy', '2025-12-31', 'our refund policy, updated in December 2025'],
    ['Opening hours and contact', '2026-10-05', 'our page on opening hours and contact, updated in October'],
    ['FAQ', undefined, 'our page on FAQ'],
    ['Terms', 'soon', 'our terms'],
    ['', undefined, 'our documents'],
  ])('names "%s" of %s', (title, updated, said) => {
    expect(saySource({ title, updated }, today)).toBe(said);
  });

  it('begins an answer with them', () => {
    expect(sayTitle({ title: 'Refund policy', updated: '2026-05-04' }, today)).toBe(
      'Our refund policy, updated in May, says: ',
    );
    expect(sayTitle({ title: 'Refund policy' }, today)).toBe('Our refund policy says: ');
    expect(sayTitle({ title: 'Fees and charges', updated: '2025-01-12' }, today)).toBe(
      'About fees and charges, updated in January 2025: ',
    );
    expect(sayTitle({ title: '' }, today)).toBe('');
  });

  it('reads no marks aloud', () => {
    expect(saySource({ title: '# **Refund** policy' }, today)).toBe('our refund policy');
  });
});
