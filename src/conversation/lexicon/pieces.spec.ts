import { defaultChunkerOptions, SentenceChunker } from '../sentence-chunker.js';
import { lexiconFor } from './lexicon-for.js';

const pieces = (text: string, language: string): string[] => {
  const chunker = new SentenceChunker(defaultChunkerOptions, lexiconFor(language).pieces);
  return [...chunker.add(text), ...chunker.flush()];
};

describe('abbreviations by language', () => {
  it.each([
    ['en', 'Ask Mrs. Lee about it. She knows.', ['Ask Mrs. Lee about it.', 'She knows.']],
    ['en', 'It is in room no. 5 today. Come in.', ['It is in room no. 5 today.', 'Come in.']],
    // "Hr." is German, and "so." the end of an English sentence.
    ['en', 'I really do think so. But it rains.', ['I really do think so.', 'But it rains.']],
    ['de', 'Fragen Sie Hr. Lee danach. Er weiß es.', ['Fragen Sie Hr. Lee danach.', 'Er weiß es.']],
    ['de', 'Wir treffen uns am 5. März um acht. Bis dann!', ['Wir treffen uns am 5. März um acht.', 'Bis dann!']],
    ['de', 'Das kostet inkl. Versand nichts. Gut so.', ['Das kostet inkl. Versand nichts.', 'Gut so.']],
    ['es', 'Pregunte a la Sra. Lee por eso. Ella sabe.', ['Pregunte a la Sra. Lee por eso.', 'Ella sabe.']],
    ['es', 'Está en la pág. 5 del libro. Mírelo.', ['Está en la pág. 5 del libro.', 'Mírelo.']],
    ['fr', 'Demandez à Mme. Lee, ou à Mrs. Park. Elle sait.', ['Demandez à Mme. Lee, ou à Mrs. Park.', 'Elle sait.']],
  ])('%s: %s', (language, text, expected) => {
    expect(pieces(text, language).join(' | ')).toBe(expected.join(' | '));
  });
});
