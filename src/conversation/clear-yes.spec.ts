import { isClearYes, isNo } from './clear-yes.js';

describe('a clear yes', () => {
  it.each([
    'yes',
    'Yes, please.',
    'yeah go ahead',
    'sure',
    'okay do it',
    'please send it',
    'that is right',
    'Yep!',
    'yes send that email',
    'yes thank you julia',
  ])('is %j', (text) => {
    expect(isClearYes(text)).toBe(true);
  });

  it.each([
    '',
    'no',
    'yes but not to him',
    'yes wait',
    "don't",
    'yes actually send it to maria instead',
    'what did you say',
    'hm',
    'i am not sure',
    'is that correct',
    'is that right?',
    'yes to mary',
    'please who is it',
    'okay what about march',

    'stop',
    'cancel that please',
  ])('is not %j', (text) => {
    expect(isClearYes(text)).toBe(false);
  });
});

describe('a no', () => {
  it.each(['no', 'No thanks.', 'no, please don’t', "don't send it", 'nope', 'stop', 'cancel that please'])(
    'is %j',
    (text) => {
      expect(isNo(text)).toBe(true);
    },
  );

  it.each(['', 'yes', 'no to whom', 'no send it to mary', 'no?', 'not bad what is the weather'])(
    'is not %j',
    (text) => {
      expect(isNo(text)).toBe(false);
    },
  );
});
