// What an agent says by itself in Spanish, politely.
import type { DisclosureWords, HiddenWords, StockPhrases, TransferWords } from '../lexicon.js';

export const stock: StockPhrases = {
  idlePrompt: '¿Sigue ahí?',
  goodbye: '¡Hasta luego!',
  apology: 'Lo siento, algo ha salido mal. Inténtelo de nuevo, por favor.',
  unheard: 'Lo siento, ahora mismo no puedo oírle. Lo sigo intentando; espere un momento, por favor, o escríbame.',
  wordless: 'Lo siento, no he sabido decirlo con palabras. Pregúnteme otra vez, por favor.',
  cutShort: 'Esto es todo lo que puedo decir de una vez. ¿Quiere que siga?',
  withheld: 'Lo siento, no puedo decir nada más sobre eso.',
  fillers: ['Un momento, por favor.', 'Esto tarda un poco más de lo normal.', 'Sigo con ello.'],
};

export const disclosure: DisclosureWords = {
  ai: 'Está hablando con una inteligencia artificial.',
  recorded: 'Esta llamada se graba.',
};

export const hidden: HiddenWords = {
  card: 'su tarjeta terminada en {end}',
  phone: 'su línea telefónica terminada en {end}',
  iban: 'su cuenta terminada en {end}',
  email: 'su dirección en {end}',
  other: 'el dato que me dio',
};

export const transfer: TransferWords = {
  statement: 'Le paso con {to}.',
  tell: 'Les diré: {about}',
  ask: '¿Lo hago?',
  press: 'Pulse 1 para atender la llamada, o 2 si no puede.',
  gone: 'La persona que llamaba ha colgado. Adiós.',
};

export const cards: readonly string[] = [
  'tarjeta',
  'código de seguridad',
  'cvc',
  'cvv',
  'fecha de caducidad',
  'fecha de vencimiento',
];
