import { dangles } from './dangling.js';

describe('dangles', () => {
  it.each(['send it to', 'Send it to.', 'client five zero', 'Client 50.', 'what is', 'the account number'])(
    'hears that "%s" goes on',
    (text) => {
      expect(dangles(text)).toBe(true);
    },
  );

  it.each([
    'send it to john',
    'client five zero zero one',
    'Client 5001.',
    'Show me client 5001, please.',
    'How much did I spend?',
    'I have 12.',
    '',
  ])('hears that "%s" is complete', (text) => {
    expect(dangles(text)).toBe(false);
  });
});
