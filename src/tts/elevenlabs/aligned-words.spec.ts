import { AlignedWords } from './aligned-words.js';
import type { Alignment } from './aligned-words.js';

/** 50 ms a character from `startMs`. */
const aligned = (text: string, startMs: number): Alignment => ({
  characters: Array.from(text),
  startSeconds: Array.from(text).map((_, at) => (startMs + at * 50) / 1000),
  endSeconds: Array.from(text).map((_, at) => (startMs + (at + 1) * 50) / 1000),
});

describe('the words of aligned characters', () => {
  it('are what stands between blanks', () => {
    expect(new AlignedWords().add(aligned('Hi,  you.', 0), 0)).toEqual([
      { text: 'Hi,', startMs: 0, endMs: 150 },
      { text: 'you.', startMs: 250, endMs: 450 },
    ]);
  });

  it.each([
    ['the segment', 400],
    ['the part', 0],
  ])('may be split between two parts whose times count from %s', (_from, secondStart) => {
    const words = new AlignedWords();
    words.add(aligned('Good mor', 0), 0);
    expect(words.add(aligned('ning all', secondStart), 400)).toEqual([
      { text: 'Good', startMs: 0, endMs: 200 },
      { text: 'morning', startMs: 250, endMs: 600 },
      { text: 'all', startMs: 650, endMs: 800 },
    ]);
  });

  it('are told whole each time, and never changed afterwards', () => {
    const words = new AlignedWords();
    const first = words.add(aligned('One', 0), 0);
    words.add(aligned('s two', 150), 150);
    expect(first).toEqual([{ text: 'One', startMs: 0, endMs: 150 }]);
  });

  it('are none without characters', () => {
    expect(new AlignedWords().add(aligned('', 0), 0)).toEqual([]);
  });
});
