// Abbreviations in Spanish. A period that also ends the sentence is kept.

const WORDS: Readonly<Record<string, string>> = {
  Sr: 'señor',
  Sra: 'señora',
  Srta: 'señorita',
  Sres: 'señores',
  Dr: 'doctor',
  Dra: 'doctora',
  Dña: 'doña',
  Ud: 'usted',
  Uds: 'ustedes',
  aprox: 'aproximadamente',
  núm: 'número',
  tel: 'teléfono',
  Avda: 'avenida',
  Av: 'avenida',
  pág: 'página',
  págs: 'páginas',
  máx: 'máximo',
  mín: 'mínimo',
  dpto: 'departamento',
  Prof: 'profesor',
  ene: 'enero',
  feb: 'febrero',
  abr: 'abril',
  ago: 'agosto',
  sept: 'septiembre',
  oct: 'octubre',
  nov: 'noviembre',
  dic: 'diciembre',
};
const WORD = new RegExp(String.raw`(?<![\p{L}\p{N}])(${Object.keys(WORDS).join('|')})\.`, 'giu');
const BY_SMALL = new Map(Object.entries(WORDS).map(([short, word]) => [short.toLowerCase(), word]));

const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/\bp\. ?ej\./gu, 'por ejemplo'],
  [/\bEE\. ?UU\./gu, 'Estados Unidos'],
  [/(?<![\p{L}\p{N}])n(?:\.º|º|\.°|°|ro\.)(?= ?\d)/giu, 'número'],
  [/\bc\/ ?(?=\p{Lu})/gu, 'calle '],
  [/(?<=\d ?)p\. ?m\./giu, 'pm'],
  [/(?<=\d ?)a\. ?m\./giu, 'am'],
  [/\bD\. (?=\p{Lu})/gu, 'don '],
];
const ETC = /\betc\./gu;

export function sayAbbreviations(text: string): string {
  return LETTERS.reduce((so, [pattern, words]) => so.replace(pattern, words), text)
    .replace(WORD, (_, word: string) => BY_SMALL.get(word.toLowerCase()) ?? word)
    .replace(ETC, (found, at: number, whole: string) => {
      const ends = /^(?:$|["')]?\s[\p{Lu}¿¡])/u.test(whole.slice(at + found.length, at + found.length + 3));
      return `etcétera${ends ? '.' : ''}`;
    });
}
