import { completeness, isBackchannel, sameWords, wordsOf } from './words.js';

describe('a backchannel', () => {
  it.each(['uh-huh', 'Uh huh.', 'mhm', 'okay', 'Okay, okay', 'yeah', 'right', 'I see', 'oh i see', 'got it'])(
    'is %j',
    (text) => {
      expect(isBackchannel(text)).toBe(true);
    },
  );

  it.each([
    '',
    'yes',
    'no',
    'stop',
    'okay stop',
    'i',
    'see it',
    'what',
    'right now please',
    'uh huh but what about may',
  ])('is not %j', (text) => {
    expect(isBackchannel(text)).toBe(false);
  });
});

describe('completeness', () => {
  it.each([
    ['', 0],
    ['what transactions does client', 0],
    ['send it to', 0],
    ['show me march and', 0],
    ['five zero', 0.3],
    ['client five zero zero', 0.3],
    ['client five zero zero one', 1],
    ['what is the refund policy', 1],
    ['first,', 0.3],
  ])('of %j is %d', (text, expected) => {
    expect(completeness(text)).toBe(expected);
  });
});

it('knows words by letters and digits, in any language', () => {
  expect(wordsOf("Don't send 5001 to john@example.com, s'il vous plaît!")).toEqual([
    "don't",
    'send',
    '5001',
    'to',
    'john@example.com',
    "s'il",
    'vous',
    'plaît',
  ]);
});

it('compares words, not punctuation', () => {
  expect(sameWords('What time is it?', 'what time is it')).toBe(true);
  expect(sameWords('what time is it', 'what time was it')).toBe(false);
});
