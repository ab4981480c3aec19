import { speakable } from './speakable.js';
import { spokenWords } from './spoken-words.js';

/** The written words that were heard when so much of what is spoken was. */
const heardAt = (text: string, spoken: string) => {
  const whole = speakable(text, 'en-US');
  expect(whole.startsWith(spoken)).toBe(true);
  return spokenWords(text, whole, 'en-US')
    .filter(({ endMs }) => endMs <= spoken.length)
    .map((word) => word.text)
    .join(' ');
};

describe('written words beside what is spoken for them', () => {
  it.each([
    ['Client 5001 has two.', 'Client five zero zero', 'Client'],
    ['Client 5001 has two.', 'Client five zero zero one', 'Client 5001'],
    ['Client 5001 has two.', 'Client five zero zero one has ', 'Client 5001 has'],
    ['It is $5 million now.', 'It is five', 'It is'],
    ['**Bold** words — and more.', 'Bold words', '**Bold** words —'],
    ['Over.', '', ''],
  ])('%j is heard with %j up to %j', (text, spoken, heard) => {
    expect(heardAt(text, spoken)).toBe(heard);
  });

  it('end with the end of it, in their order', () => {
    for (const text of ['Two 🙂', '$5 million', 'See https://example.com/a/b?c=d for it', '3.5 % of € 20', '— -']) {
      const spoken = speakable(text, 'en-US');
      const ends = spokenWords(text, spoken, 'en-US').map(({ endMs }) => endMs);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
      expect(ends.at(-1)).toBe(spoken.length);
    }
  });
});
