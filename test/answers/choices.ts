// Questions that name more than they would do: "Shall I cancel it, or keep it?". Only what the question would do is agreed to.
import type { Answers } from './answers.js';

export interface Choices extends Answers {
  /** Refuse, and may say what else is wanted as the question has said it. */
  readonly no?: readonly string[];
}

export const choices: Readonly<Record<'en' | 'de' | 'es', readonly Choices[]>> = {
  en: [
    {
      question: 'Your subscription ends today. Shall I cancel it, or keep it?',
      yes: ['yes cancel it', 'yes please cancel it', 'Sure, cancel the subscription.'],
      other: [
        'yes',
        'okay',
        'Yes, please.',
        'please keep it',
        'keep it please',
        'yes, keep it',
        'Yes please, keep it.',
        'okay keep it',
        'sure, keep the subscription',
        'yes keeping it',
        'yes, cancel it or keep it',
        'kindly keep it',
        'perfect, keep it',
      ],
      no: ['no', 'no, keep it', 'No thanks, please keep it.', "no, don't cancel it"],
    },
    {
      question: 'Shall I cancel your booking for Friday, or move it to Saturday?',
      yes: ['yes, cancel it', 'sure, cancel the booking', 'oh god, yes, please cancel it'],
      other: ['sure', 'yes', 'yes please', 'yes, move it', 'yes, Saturday'],
    },
    {
      question: 'I will restore the account. Shall I reactivate it?',
      yes: ["I don't see why not. Yes.", 'yes reactivate it'],
      other: ['yes, deactivate it', 'deactivate it'],
    },
    {
      question: 'I will publish the album. Should it be published or private?',
      yes: ['yes publish it', 'Yes, published.', 'please publish the album'],
      other: [
        'yes',
        'yes, private',
        'private please',
        'okay, private',
        'private, yes',
        'sure, keep it private',
        'yes please make it private',
      ],
    },
    {
      question: 'I will publish the album. Shall I keep it private or publish it?',
      yes: ['yes, publish it', 'yes publish the album please'],
      other: ['yes', 'yes, private', 'yes keep it private', 'please keep it private', 'okay keep it'],
    },
    {
      question: 'I will cancel your order. You can cancel it or have it delivered later. Shall I cancel it?',
      yes: ['yes', 'yes, cancel it', 'cancel it please, yes', 'yes cancel my order'],
      other: ['yes, delivered later', 'yes, later', 'please deliver it', 'okay have it delivered'],
    },
    {
      question: 'I will delete the draft instead of sending it to Bob. Shall I?',
      yes: ['yes', 'yes delete it', 'please delete the draft'],
      other: ['please send it', 'yes send it', 'yes send it to bob', 'okay, sending', 'yes, to Bob'],
    },
    {
      question: 'I will end the contract. It is not renewed unless you extend it. Is that right?',
      yes: ["that's right", 'yes end the contract', 'Right.'],
      other: ['yes extend it', 'please extend it', 'yes, renewed'],
    },
    {
      question: 'I will book Friday at 7. Shall I book it for Monday, Thursday or Friday?',
      yes: ['yes, friday', 'Yes, Friday at seven.'],
      other: ['yes', 'yes, monday', 'yes thursday', 'Thursday, please, yes'],
    },
    {
      question: 'I will book Monday at 7. Shall I take Monday, Thursday or Friday?',
      yes: ['yes monday', 'Yes, Monday at seven.'],
      other: ['yes', 'yes thursday', 'yes, friday please'],
    },
    {
      question: 'I will send the last 5 transactions. Shall I send all or the last five?',
      yes: ['yes, the last five', 'yes send the transactions'],
      other: ['yes', 'yes, all', 'yes all of them', 'all please, yes'],
    },
    {
      question: 'I will send it tomorrow. Shall I send it now or tomorrow?',
      yes: ['yes tomorrow', 'Yes, send it tomorrow.'],
      other: ['yes', 'yes, now', 'please send it now', 'okay, now'],
    },
    {
      question: 'I will cancel the order. Is it fine as it is, or shall I cancel it?',
      yes: ['yes, cancel it'],
      other: ['yes', 'fine', "it's fine", 'yes, it is fine'],
    },
    {
      question: 'Your plan renews in May and keeps its price. Shall I cancel it?',
      yes: ['yes', 'yes cancel it', 'yes, my plan'],
      other: ['please renew it', 'please keep it'],
    },
    {
      question: 'I will send it to you, if you like. Would you like that?',
      yes: ["yes, I'd like that", 'please send it', 'I would like that'],
      other: ['I like it'],
    },
    {
      question: 'I will not renew the plan but close the account. Shall I close it?',
      yes: ['yes', 'please close it', 'yes, close the account'],
      other: ['please renew it', 'yes, renew the plan'],
    },
    {
      question: 'I will move the table. Shall I move it, or leave it as it is?',
      yes: ['yes move it', 'please move the table'],
      other: ['yes', 'yes, as it is', 'yes, leave it', 'leave it as it is'],
      no: ['leave it', 'please leave it'],
    },
    {
      question: 'I will send the cancelled orders to Ann. Shall I send them?',
      yes: ['yes', 'yes, the cancelled orders', 'please send them'],
      other: ['please cancel them', 'yes, cancel them', 'cancel them', 'Please cancel the orders.'],
    },
    {
      question: 'I will stop the payment. Shall I stop it?',
      yes: ['yes', 'yes, stop it', 'Yes please, stop the payment.'],
      other: ['stop', 'please stop', 'stop it', "don't stop it", 'yes, wait, stop'],
    },
    {
      question: 'I will block the card. Shall I block it? Or just lower the limit?',
      yes: ['yes, block the card', 'please block it'],
      other: ['yes', 'yes, lower the limit', 'please lower it', 'yes, the limit'],
    },
    {
      question: 'I will send the report to Ann. Shall I send it, yes or no?',
      yes: ['yes', 'yes please', 'sure, to Ann'],
      other: ['yes or no'],
      no: ['no'],
    },
    {
      question: 'The table is for 4, not 5, on Friday in the name of Moreno. Shall I book it or not?',
      yes: ['yes', 'yes, for four', 'Yes, Friday, Moreno.', 'please book it'],
      other: ['yes, 5', 'yes for five'],
    },
    {
      question: 'I will pay 42 dollars to Mr. Okafor rather than 50. Shall I?',
      yes: ['yes', 'yes, 42 to Mister Okafor'],
      other: ['yes, 50', 'yes fifty dollars'],
    },
  ],
  de: [
    {
      question: 'Ich überweise 350 Euro an Frau Lindner. Soll ich das so abschicken?',
      yes: ["Äh, jo, passt so, schicken Sie's ab", 'ja, schicken Sie es ab', 'Ja.'],
      other: ['ja, aber schicken Sie es zurück', 'schicken Sie es an Anna'],
    },
    {
      question: 'Ihr Abo endet heute. Soll ich es kündigen oder behalten?',
      yes: ['ja kündigen', 'bitte kündigen Sie es', 'Gern, kündigen Sie das Abo.'],
      other: [
        'ja',
        'Ja, bitte.',
        'bitte behalten',
        'ja, behalten',
        'Ja bitte, behalten Sie es.',
        'okay behalte es',
        'gerne behalten',
        'behalten, ja',
      ],
      no: ['nein', 'nein, behalten', 'Nein, bitte behalten.'],
    },
    {
      question: 'Ich veröffentliche das Album. Soll es privat bleiben oder veröffentlicht werden?',
      yes: ['ja veröffentlichen', 'Ja, bitte das Album veröffentlichen.'],
      other: ['ja', 'ja, privat', 'privat bitte', 'okay privat', 'ja soll privat bleiben'],
    },
    {
      question: 'Ich lösche den Entwurf, statt ihn an Bob zu senden. Soll ich?',
      yes: ['ja', 'ja, löschen', 'bitte den Entwurf löschen, ja'],
      other: ['bitte senden', 'ja senden Sie ihn', 'ja, an Bob'],
    },
    {
      question: 'Ich sperre die Karte. Soll ich sie sperren? Oder nur das Limit senken?',
      yes: ['ja sperren', 'Bitte sperren Sie die Karte.'],
      other: ['ja', 'ja das Limit', 'bitte senken', 'ja, das Limit senken'],
    },
  ],
  es: [
    {
      question: '¿Reservo la mesa para cuatro?',
      yes: ['venga, sí, resérvala', 'sí, resérvela', 'sí, para cuatro'],
      other: ['sí, pero al final somos cinco', 'sí, para cinco', 'resérvala para dos'],
    },
    {
      question: 'Su suscripción termina hoy. ¿La cancelo o la mantengo?',
      yes: ['sí, la cancelo', 'sí, cancélela'],
      other: [
        'vale',
        'sí, por favor',
        'sí',
        'por favor manténgala',
        'sí, mantener',
        'sí, la mantengo',
        'vale, mantenerla',
        'claro, manténgala',
      ],
      no: ['no', 'no, la mantengo'],
    },
    {
      question: 'Publicaré el álbum. ¿Lo dejo privado o lo publico?',
      yes: ['sí, publicar', 'sí, publique el álbum'],
      other: ['sí', 'sí, privado', 'privado por favor', 'vale, privado'],
    },
    {
      question: 'Borraré el borrador en vez de enviarlo a Bob. ¿Lo hago?',
      yes: ['sí', 'sí, el borrador'],
      other: ['sí, envíelo', 'por favor enviarlo', 'sí, a Bob'],
    },
  ],
};

/** Praise that is meant otherwise as likely as not, and praise that is meant. */
export const praise: Readonly<
  Record<'en' | 'de' | 'es', { readonly yes: readonly string[]; readonly other: readonly string[] }>
> = {
  en: {
    yes: [
      'perfect',
      'Great, thanks.',
      'great great',
      'that would be just perfect',
      'just fine, thanks',
      'good, very good',
      "Yes, that's just perfect.",
      "perfect, yes, that's perfect",
      'Wonderful. That is wonderful.',
      'absolutely perfect',
      'that sounds great',
    ],
    other: [
      'perfect, just perfect',
      'Great, just great.',
      'just great',
      'just wonderful',
      "well that's just great",
      "That's just perfect.",
      "Great. That's just great.",
      'fantastic, simply fantastic',
      'lovely, really lovely',
      'oh great, oh great',
      'yeah, just great',
      'oh yes, just brilliant',
      'how wonderful',
    ],
  },
  de: {
    yes: [
      'perfekt',
      'Super, danke.',
      'toll toll',
      'das wäre einfach perfekt',
      'sehr gut',
      'Ja, das ist einfach perfekt.',
      'ja super',
      'na gut',
    ],
    other: [
      'toll, einfach toll',
      'na toll',
      'na super',
      'Das ist ja toll.',
      'einfach großartig',
      'prima, ganz prima',
      'ja, na wunderbar',
      'klasse, echt klasse',
    ],
  },
  es: {
    yes: [
      'perfecto',
      'Genial, gracias.',
      'muy bien, muy bien',
      'sería simplemente perfecto',
      'Sí, es sencillamente perfecto.',
    ],
    other: [
      'perfecto, simplemente perfecto',
      'genial, sencillamente genial',
      'simplemente maravilloso',
      'qué bien',
      'genial, realmente genial',
    ],
  },
};
