import { domainSentences } from '../../src/stt/pocketsphinx/language/domain.js';
import { DEMO, FRESH, OTHERS, spokenWords } from './corpus.js';
import { DOMAIN } from './domain.js';
import { Grammar } from './grammar.js';

describe('what recognition is measured with', () => {
  const grammar = new Grammar(DOMAIN);

  it('can tell what the templates make', () => {
    const made = [...domainSentences(DOMAIN, 300)];
    expect(made.filter((sentence) => grammar.sourceOf(sentence) === undefined)).toEqual([]);
    expect(grammar.sourceOf('somebody has nicked my wallet')).toBeUndefined();
  });

  it.each(FRESH)('$say: none of the templates makes it', (utterance) => {
    expect(grammar.sourceOf(spokenWords(utterance))).toBeUndefined();
  });

  it('does not take the familiar sentences for fresh: the templates make most of them', () => {
    const made = [...DEMO, ...OTHERS].filter((utterance) => grammar.sourceOf(spokenWords(utterance)) !== undefined);
    // The number stands in docs/speech.md.
    expect(`${made.length} of ${DEMO.length + OTHERS.length}`).toBe('47 of 55');
  });
});
