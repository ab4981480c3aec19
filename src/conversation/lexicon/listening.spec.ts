import { lexiconFor } from './lexicon-for.js';
import { completeness, isBackchannel, isCalling } from './listening.js';

const clients = { dictation: { after: ['client', 'kunde', 'cliente'], digits: 4 } };

describe('a call for an answer', () => {
  it.each([
    [
      'en',
      ['Hello?', 'hello hello', 'are you there', 'Hello, are you still there?', 'can you hear me', 'anybody there?'],
    ],
    ['de', ['Hallo?', 'sind Sie noch da?', 'hören Sie mich', 'können Sie mich hören', 'haben Sie mich verstanden']],
    ['es', ['¿Hola?', '¿sigue ahí?', '¿me oye?', 'hola, ¿me escucha?', '¿hay alguien ahí?']],
  ] as const)('in %s', (language, texts) => {
    for (const text of texts) expect([text, isCalling(text, lexiconFor(language))]).toEqual([text, true]);
  });

  it.each([
    [
      'en',
      ['', 'to ben', 'hello kitty', 'are you there in march', 'you', 'can you hear me out on the refund of march'],
    ],
    ['de', ['an Ben', 'hallo ich möchte', 'sind Sie']],
    ['es', ['para Ben', 'hola quiero pagar']],
    ['fr', ['allô', 'hello']],
  ] as const)('not in %s', (language, texts) => {
    for (const text of texts) expect([text, isCalling(text, lexiconFor(language))]).toEqual([text, false]);
  });

  it('may name the agent, whose name alone is none', () => {
    const lexicon = lexiconFor('en', { name: 'Julia', dictation: { after: [], digits: 4 } });
    expect(isCalling('hello Julia, can you hear me?', lexicon)).toBe(true);
    expect(isCalling('Julia', lexicon)).toBe(false);
  });
});

describe('a backchannel', () => {
  it.each([
    [
      'en',
      ['uh-huh', 'Uh huh.', 'mhm', 'okay', 'Okay, okay', 'yeah', 'right', 'I see', 'oh i see', 'got it', 'yeah got it'],
    ],
    ['de', ['mhm', 'ja', 'ach so', 'genau', 'aha, okay', 'ich verstehe', 'alles klar']],
    ['es', ['ajá', 'aja', 'ya veo', 'vale', 'sí sí', 'claro', 'de acuerdo', 'entiendo']],
  ] as const)('in %s', (language, texts) => {
    for (const text of texts) expect([text, isBackchannel(text, lexiconFor(language))]).toEqual([text, true]);
  });

  it.each([
    [
      'en',
      [
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
        'constructor',
      ],
    ],
    ['de', ['nein', 'stopp', 'ja aber', 'genau das nicht', 'verstehe ich nicht']],
    ['es', ['no', 'pare', 'vale pero', 'no entiendo', 'sí']],
    // Nothing is known of the language: every sound may be meant.
    ['fr', ['oui', 'mhm', 'okay', 'hm']],
  ] as const)('not in %s', (language, texts) => {
    for (const text of texts) expect([text, isBackchannel(text, lexiconFor(language))]).toEqual([text, false]);
  });
});

describe('completeness', () => {
  it.each([
    ['', 0],
    ['what transactions does client', 0],
    ['send it to', 0],
    ['show me march and', 0],
    ['first,', 0.3],
    ['client five', 0.3],
    ['client five zero zero', 0.3],
    ['client 50', 0.3],
    ['five zero', 0.3],
    ['client five double zero', 0.3],
    ['client five double zero one', 1],
    ['client five double', 0.3],
    ['client five zero zero one', 1],
    ['client 5001', 1],
    ['what is the refund policy', 1],
    ['john at gmail', 0.5],
    ['my name is s', 0.3],
    // Counts, times and dates are no halves of anything.
    ['a table for three', 1],
    ['a table for three at seven', 1],
    ['show me the last two', 1],
    ['on march 5', 1],
    ['room 12', 1],
  ])('of %j is %d where clients have four digits', (text, expected) => {
    expect(completeness(text, lexiconFor('en-US', clients))).toBe(expected);
  });

  it.each([
    ['en', 'client five', 1],
    ['en', 'what transactions does client', 1],
    ['en', 'it is five zero', 0.3],
    ['de', 'ein Tisch für drei', 1],
    ['de', 'schicken Sie es an', 0],
    ['de', 'fünf null', 0.3],
    ['de', 'wie ist das Wetter', 1],
    ['es', 'una mesa para tres', 1],
    ['es', 'envíelo a', 0],
    ['es', 'cinco cero', 0.3],
    ['es', 'qué tiempo hace', 1],
    ['fr', "quel temps fait-il aujourd'hui", 0.6],
    ['fr', 'le', 0.6],
    ['', 'whatever', 0.6],
  ])('%s: %j is %d where nothing is said about numbers', (language, text, expected) => {
    expect(completeness(text, lexiconFor(language))).toBe(expected);
  });

  it('knows longer numbers where the agent has them', () => {
    const orders = lexiconFor('de', { dictation: { after: ['bestellung'], digits: 6 } });
    expect(completeness('Bestellung vier zwei sieben eins', orders)).toBe(0.3);
    expect(completeness('Bestellung 427105', orders)).toBe(1);
  });
});
