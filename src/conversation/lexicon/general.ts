// A language without a lexicon of its own: silence alone decides, no sound passes for a backchannel, and only a bare yes
// in the language's own word is one.
import type { LanguageWords, PieceWords } from './lexicon.js';
import { hidden, stock, transfer } from './en/stock.js';
import { phrases, type Words, words } from './word-lists.js';

/** Yes, no and please or thanks, by language (ISO 639-1). */
const ANSWERS: Readonly<Record<string, readonly [yes: string, no: string, courtesy: string]>> = {
  ar: ['نعم أجل', 'لا', 'شكرا شكراً'],
  bg: ['да', 'не', 'моля благодаря'],
  ca: ['sí', 'no', 'si us plau gràcies'],
  cs: ['ano', 'ne', 'prosím děkuji'],
  da: ['ja jo', 'nej', 'tak'],
  el: ['ναι', 'όχι', 'παρακαλώ ευχαριστώ'],
  et: ['jah jaa', 'ei', 'palun aitäh'],
  fi: ['kyllä joo', 'ei', 'kiitos'],
  fr: ['oui ouais', 'non', "s'il vous te plaît merci"],
  he: ['כן', 'לא', 'בבקשה תודה'],
  hi: ['हाँ हां जी', 'नहीं', 'कृपया धन्यवाद'],
  hr: ['da', 'ne', 'molim hvala'],
  hu: ['igen', 'nem', 'kérem köszönöm'],
  id: ['ya iya', 'tidak', 'terima kasih'],
  it: ['sì', 'no', 'grazie per favore'],
  ja: ['はい ええ', 'いいえ', 'お願いします'],
  ko: ['네 예', '아니요', '감사합니다'],
  lt: ['taip', 'ne', 'prašau ačiū'],
  lv: ['jā', 'nē', 'lūdzu paldies'],
  nb: ['ja jo', 'nei', 'takk'],
  nl: ['ja', 'nee', 'graag alstublieft alsjeblieft dank u je'],
  no: ['ja jo', 'nei', 'takk'],
  pl: ['tak', 'nie', 'proszę dziękuję'],
  pt: ['sim', 'não', 'por favor obrigado obrigada'],
  ro: ['da', 'nu', 'mulțumesc'],
  ru: ['да', 'нет', 'пожалуйста спасибо'],
  sk: ['áno', 'nie', 'prosím ďakujem'],
  sl: ['da', 'ne', 'prosim hvala'],
  sv: ['ja jo', 'nej', 'tack'],
  th: ['ใช่ ครับ ค่ะ', 'ไม่', 'ขอบคุณ'],
  tr: ['evet', 'hayır', 'lütfen teşekkürler'],
  uk: ['так', 'ні', 'будь ласка дякую'],
  vi: ['vâng có dạ', 'không', 'cảm ơn'],
  zh: ['是 是的 好 好的 对', '不 不是', '谢谢 请'],
};

const NONE = words('');
const NO_PHRASES = phrases('');

/** French ones, which no lexicon has yet. */
const FRENCH = words('mme mlle mm');

/** Abbreviations look alike in many languages: a text in an unknown one is cut by those of all. */
export function unionOf(all: readonly PieceWords[]): PieceWords {
  const every = (list: (words: PieceWords) => Words): Words => new Set(all.flatMap((one) => [...list(one)]));
  return {
    abbreviations: {
      neverLast: new Set([...every(({ abbreviations }) => abbreviations.neverLast), ...FRENCH]),
      beforeNumbers: every(({ abbreviations }) => abbreviations.beforeNumbers),
      maybeLast: every(({ abbreviations }) => abbreviations.maybeLast),
      months: every(({ abbreviations }) => abbreviations.months),
    },
    leadIns: every(({ leadIns }) => leadIns),
  };
}

/** `language` is a primary tag, "fr". One that is in no list is answered with "okay", "yes" and "no". */
export function general(language: string, pieces: PieceWords): LanguageWords {
  const [yes, no, courtesy] = ANSWERS[language] ?? ['yes', 'no', ''];
  return {
    answers: {
      yes: words(`${yes} ok okay`),
      yesPhrases: NO_PHRASES,
      praise: NONE,
      no: words(no),
      noPhrases: NO_PHRASES,
      neutralPhrases: NO_PHRASES,
      spoilingPhrases: NO_PHRASES,
      harmless: words(courtesy),
      openings: words(courtesy),
      please: NONE,
      turns: words(no),
      asks: NONE,
      asksFirst: NONE,
      pointers: NONE,
      prepositions: NONE,
      directions: NONE,
      parties: { speaker: NONE, others: NONE },
      addressed: NONE,
      picks: NONE,
      choices: NONE,
      contrasts: NO_PHRASES,
      ironicPhrases: NO_PHRASES,
      emphasis: NONE,
      usual: { yes: [...words(yes)], no: [...words(no)] },
    },
    listening: { backchannels: NONE, backchannelPhrases: NO_PHRASES, callingPhrases: NO_PHRASES },
    dangling: undefined,
    numbers: { digits: {}, repeats: {}, joints: NONE, words: NONE, cardinal: String },
    signs: {},
    // Nobody has translated them: English, as far as the voice can.
    stock,
    disclosure: undefined,
    hidden,
    transfer,
    cards: ['visa', 'mastercard', 'cvc', 'cvv'],
    pieces,
    say: (text) => text,
  };
}
