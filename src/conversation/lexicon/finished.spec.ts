// Whether a turn sounds finished, judged by whole sentences: written as callers say them, before the lists were.
import { completeness } from './listening.js';
import { lexiconFor } from './lexicon-for.js';

/** Below this a recogniser that ends turns by silence waits longer; see Ears. */
const PATIENCE = 0.5;

const finished: Readonly<Record<string, readonly string[]>> = {
  en: [
    'yes I do',
    'yes it was',
    'No, I think it is',
    'of course you can',
    'I hope they will',
    'turn it on',
    'please switch the heating on',
    'hold on',
    'come in',
    'I cannot log in',
    'what is it for',
    'where is it from',
    'where is it from?',
    'Is this the number I should write to?',
    'what is this about',
    'who am I talking to',
    'who did you send it to',
    'what are you waiting for',
    "no I don't want to",
    'as soon as you can',
    'I think so',
    'I do not know what that is',
    'tell me what my balance is',
    'can you show me how',
    'okay then',
    'I would like that',
    'please do that',
    'what is this',
    'please call her',
    'I do',
    'so what',
    'what was that for',
    'that is what it was',
    'not that I know of',
  ],
  de: [
    'Ja, das bin ich',
    'rufen Sie mich morgen an',
    'schalten Sie es ein',
    'was ist das',
    'was kostet das',
    'ich möchte wissen, wie hoch mein Kontostand ist',
    'das weiß ich',
    'passen Sie auf',
    'weil es zu teuer war',
    'wer denn',
    'Sind Sie sicher, dass ich das bin oder?',
    'wenn das möglich ist',
  ],
  es: [
    'así es',
    'nada más',
    'no sé por qué',
    'ya está',
    'no sé quién es',
    'sí, claro que puede',
    'para qué',
    'quiero esta',
    'creo que si',
    '¿De dónde es?',
    'no sé dónde está',
    'eso era',
  ],
};

const unfinished: Readonly<Record<string, readonly string[]>> = {
  en: [
    'I want',
    "I'd like",
    'okay could you please',
    'send it to',
    'please book a table for',
    'my number is',
    'the total was',
    'what is the',
    'what is the price for',
    'what can you tell me about',
    'when did you send it to',
    'what transactions does',
    'what payments were',
    'how much is',
    'I would like to',
    'I want to',
    'I think that',
    'I was told that',
    'the problem is that',
    'can you',
    'could you tell me if',
    'because',
    'and then',
    'Yes I do. And',
    'yes but',
    'show me the payments from',
    'it is between march and',
    'I live on',
    'I want the one that',
    'what I need is',
    'yes please, in',
    'I am calling about',
    'my name is um',
    'who is the',
    'is it in',
    'do you know if your',
  ],
  de: [
    'schicken Sie es an',
    'ich möchte einen Tisch für',
    'meine Nummer ist',
    'wie hoch ist',
    'welche Zahlungen sind',
    'ich brauche eine',
    'was kann ich',
    'ja, aber',
    'das ist mein',
    'ich wohne in',
    'können Sie mir sagen, ob',
    'und dann kommt der',
  ],
  es: [
    'envíelo a',
    'mi número es',
    'quiero una mesa para',
    'cuánto es la',
    'sí, pero',
    'me gustaría saber si',
    'vivo en',
    'el problema es que',
    'necesito más de',
    'dígame qué',
    'cuáles son',
    'mi cuenta está',
  ],
};

const rows = (table: Readonly<Record<string, readonly string[]>>): [string, string][] =>
  Object.entries(table).flatMap(([language, texts]) => texts.map((text): [string, string] => [language, text]));

describe('a turn', () => {
  it.each(rows(finished))('in %s sounds finished: %s', (language, text) => {
    expect(completeness(text, lexiconFor(language))).toBeGreaterThanOrEqual(PATIENCE);
  });

  it.each(rows(unfinished))('in %s goes on: %s', (language, text) => {
    expect(completeness(text, lexiconFor(language))).toBeLessThan(PATIENCE);
  });

  it('is judged by its last sentence, in time that does not depend on the others', () => {
    const lexicon = lexiconFor('en');
    const long = 'what is it for and '.repeat(400);
    const started = performance.now();
    for (let n = 0; n < 20; n += 1) completeness(long, lexicon);
    expect(performance.now() - started).toBeLessThan(400);
    expect(completeness('Where is it from. Send it to', lexicon)).toBeLessThan(PATIENCE);
    expect(completeness('Send it to. Yes I do', lexicon)).toBe(1);
  });
});
