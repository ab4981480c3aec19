// What an agent says by itself in German, politely.
import type { DisclosureWords, HiddenWords, StockPhrases, TransferWords } from '../lexicon.js';

export const stock: StockPhrases = {
  idlePrompt: 'Sind Sie noch da?',
  goodbye: 'Auf Wiederhören!',
  apology: 'Es tut mir leid, da ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.',
  unheard:
    'Es tut mir leid, ich kann Sie gerade nicht hören. Ich versuche es weiter; bitte warten Sie einen Moment, oder schreiben Sie mir.',
  wordless: 'Es tut mir leid, das konnte ich nicht in Worte fassen. Bitte fragen Sie noch einmal.',
  cutShort: 'Mehr kann ich auf einmal nicht sagen. Soll ich weitermachen?',
  withheld: 'Es tut mir leid, mehr kann ich dazu nicht sagen.',
  fillers: ['Einen Moment, bitte.', 'Das dauert etwas länger als sonst.', 'Ich bin noch dabei.'],
};

export const disclosure: DisclosureWords = {
  ai: 'Sie sprechen mit einer KI.',
  recorded: 'Dieses Gespräch wird aufgezeichnet.',
};

export const hidden: HiddenWords = {
  card: 'Ihre Karte mit der Endung {end}',
  phone: 'Ihre Nummer mit der Endung {end}',
  iban: 'Ihr Konto mit der Endung {end}',
  email: 'Ihre Adresse bei {end}',
  other: 'Ihre Angabe',
};

export const transfer: TransferWords = {
  statement: 'Ich verbinde Sie mit {to}.',
  tell: 'Ich sage dort: {about}',
  ask: 'Soll ich?',
  press: 'Drücken Sie die 1, um den Anruf anzunehmen, oder die 2, wenn Sie ihn nicht annehmen können.',
  gone: 'Der Anrufer hat aufgelegt. Auf Wiederhören.',
};

export const cards: readonly string[] = [
  'karte',
  'kreditkarte',
  'bankkarte',
  'debitkarte',
  'girokarte',
  'ec-karte',
  'prüfziffer',
  'prüfnummer',
  'sicherheitscode',
  'cvc',
  'cvv',
  'ablaufdatum',
];
