// What an agent says by itself in English, politely.
import type { DisclosureWords, HiddenWords, StockPhrases, TransferWords } from '../lexicon.js';

export const stock: StockPhrases = {
  idlePrompt: 'Are you still there?',
  goodbye: 'Goodbye!',
  apology: 'I am sorry, something went wrong. Please try again.',
  unheard: 'I am sorry, I cannot hear you just now. I am trying again; please wait a moment, or write to me.',
  wordless: 'I am sorry, I could not put that into words. Please ask me again.',
  cutShort: 'That is as much as I can say at once. Shall I go on?',
  withheld: 'I am sorry, I cannot say any more about that.',
  fillers: ['One moment, please.', 'This takes a little longer than usual.', 'I am still on it.'],
};

export const disclosure: DisclosureWords = {
  ai: 'You are talking to an AI.',
  recorded: 'This call is recorded.',
};

export const hidden: HiddenWords = {
  card: 'your card ending in {end}',
  phone: 'your number ending in {end}',
  iban: 'your account ending in {end}',
  email: 'your address at {end}',
  other: 'what you gave me',
};

export const transfer: TransferWords = {
  statement: 'I will put you through to {to}.',
  tell: 'I will tell them: {about}',
  ask: 'Shall I?',
  press: 'Press 1 to take the call, or 2 if you cannot take it.',
  gone: 'The caller has hung up. Goodbye.',
};

export const cards: readonly string[] = [
  'card',
  'creditcard',
  'debitcard',
  'security code',
  'cvc',
  'cvv',
  'expiry date',
  'expiration date',
];
