// Signs that stand for words in English.

const RULES: readonly (readonly [RegExp, string])[] = [
  [/(?<=\d) - (?=\d[\d.,]{0,20} ?=)/gu, ' minus '],
  [/(?<!\d)(\d)'(\d{1,2})"/gu, '$1 foot $2'],
  [/\b([CF])#(?!\w)/gu, '$1 sharp'],
  [/(?<=\p{L})\+\+/gu, ' plus plus'],
  [/ ?(?:->|=>|→) ?/gu, ' to '],
  [/ ?& ?/gu, ' and '],
  [/\band\/or\b/giu, 'and or'],
  [/ ?≈ ?|~(?=\d|[$€£])/gu, ' about '],
  [/ ?± ?/gu, ' plus or minus '],
  [/ ?(?:≤|<=) ?/gu, ' at most '],
  [/ ?(?:≥|>=) ?/gu, ' at least '],
  [/(?<=\w) ?< ?(?=\w)/gu, ' is less than '],
  [/(?<=\w) ?> ?(?=\w)/gu, ' is greater than '],
  [/<(?= ?[\d$€£])/gu, ' less than '],
  [/>(?= ?[\d$€£])/gu, ' more than '],
  [/ ?[=＝]+ ?/gu, ' equals '],
  [/ [×*] /gu, ' times '],
  [/ ?÷ ?/gu, ' divided by '],
  [/(?<=\d)\^(?=\d)/gu, ' to the power of '],
  [/ ?\+ ?/gu, ' plus '],
  [/ ?§ ?/gu, ' section '],
  [/ ?@ ?/gu, ' at '],
];

/** After the numbers have become words. */
const LEFT_OVER: readonly (readonly [RegExp, string])[] = [
  [/ ?(?:—|–|-{2,10}) ?| - /gu, ', '],
  [/(?<=\w)²/gu, ' squared'],
  [/(?<=\w)³/gu, ' cubed'],
  [/ ?× ?/gu, ' times '],
  [/°/gu, ' degrees'],
  [/%/gu, ' percent'],
  [/€/gu, ' euros '],
  [/£/gu, ' pounds '],
  [/\$/gu, ' dollars '],
  // "/usr/bin" is a path, "he/she" a choice.
  [/\/(?=\w)(?<=(?:^|[^\w/])(?:\/[\w.-]{1,40}){0,8}\/)/gu, ' slash '],
  [/(?<=\p{Ll}) ?\/ ?(?=\p{Ll})/gu, ' or '],
  [/ ?\/ ?/gu, ' '],
  [/[#<>^~{}]/gu, ' '],
  [/\(\s*\)/gu, ' '],
];

const apply = (text: string, rules: readonly (readonly [RegExp, string])[]): string =>
  rules.reduce((so, [pattern, words]) => so.replace(pattern, words), text);

/** Most sentences have none of the signs; one look is cheaper than twenty. */
const ANY_MARK = /[#+'=\-→&/≈~±≤≥<>=＝×÷^§@]/u;
const ANY_LEFT = /[—–×²³°%€£$/#<>^~{}(]|--| - /u;

/** Signs between numbers or words: before the numbers become words. */
export const sayMarks = (text: string): string => (ANY_MARK.test(text) ? apply(text, RULES) : text);

/** Signs that no rule has taken. */
export const sayLeftOvers = (text: string): string => (ANY_LEFT.test(text) ? apply(text, LEFT_OVER) : text);
