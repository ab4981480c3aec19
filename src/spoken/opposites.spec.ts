import { areOpposite } from './opposites.js';

const CANCELLING = 'You can cancel a standing order at any time.';

it.each([
  ['How do I set up a standing order?', CANCELLING, true],
  ['Can I start one today', CANCELLING, true],
  ['How do I quit?', 'Sign up with your passport.', true],
  ['How do I stop a standing order?', CANCELLING, false],
  ['I set up a payment, how do I cancel it?', CANCELLING, false],
  ['What does a standing order cost?', CANCELLING, false],
  ['When do you start on Saturdays?', 'On Sundays we are closed.', false],
  ['When does the month start?', 'It comes at the end of January.', false],
  ['How do I set up a standing order?', 'You can start one, and cancel it, at any time.', false],
])('"%s" and "%s": %s', (question, text, opposite) => {
  expect(areOpposite(question, text)).toBe(opposite);
});
