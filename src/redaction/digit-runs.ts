// Numbers that are dictated: digits in words ("four two, double oh"), in pairs ("forty-two"), in figures, or mixed.
import type { NumberWords } from '../conversation/lexicon/lexicon.js';

/** Some digits, and the stretch of the text that they were said in. */
interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

/** Groups that follow one another with nothing between them. */
export type DigitRun = readonly Group[];

interface Token {
  /** In small letters. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\p{N}+|[\p{L}\p{M}'’]+/gu;
/** What stands between the groups of one number: spaces, a few marks. */
const GAP = /^[\s,.()\-–—/+]{0,4}$/u;
/** Longest name of a number below a hundred, words: "cuarenta y dos". */
const MAX_WORDS = 3;

export interface DictationWords {
  readonly numbers: NumberWords;
  /** Sounds that a speaker makes in between: "uh". */
  readonly fillers: ReadonlySet<string>;
}

/** Finds runs in a language. What is made of its words is made once. */
export function digitRuns({ numbers, fillers }: DictationWords): (text: string) => readonly DigitRun[] {
  const named = new Map<string, string>();
  for (let n = 99; n >= 0; n -= 1) named.set(wordsOf(numbers.cardinal(n)).join(' '), String(n));
  for (const [word, digit] of Object.entries(numbers.digits)) named.set(word, digit);
  const repeats = new Map(Object.entries(numbers.repeats));

  const groupAt = (
    tokens: readonly Token[],
    at: number,
  ): { readonly digits: string; readonly next: number } | undefined => {
    const word = tokens[at]?.text ?? '';
    if (/^\d+$/.test(word)) return { digits: word, next: at + 1 };
    const times = repeats.get(word);
    const repeated = times === undefined ? undefined : groupAt(tokens, at + 1);
    if (times !== undefined) {
      return repeated?.digits.length === 1 ? { digits: repeated.digits.repeat(times), next: repeated.next } : undefined;
    }
    for (let length = MAX_WORDS; length > 0; length -= 1) {
      const words = tokens.slice(at, at + length).map(({ text }) => text);
      const digits = words.length === length ? named.get(words.join(' ')) : undefined;
      if (digits !== undefined) return { digits, next: at + length };
    }
    return undefined;
  };

  return (text) => {
    const tokens = tokensOf(text);
    const runs: DigitRun[] = [];
    let run: Group[] = [];
    const close = (): void => {
      if (run.length > 0) runs.push(run);
      run = [];
    };
    for (let at = 0; at < tokens.length;) {
      const token = tokens[at];
      const group = groupAt(tokens, at);
      if (group === undefined || token === undefined) {
        if (token === undefined || !fillers.has(token.text)) close();
        at += 1;
        continue;
      }
      if (run.length > 0 && !isGap(text, tokens, at, fillers)) close();
      run.push({ digits: group.digits, start: token.start, end: tokens[group.next - 1]?.end ?? token.end });
      at = group.next;
    }
    close();
    return runs;
  };
}

const tokensOf = (text: string): readonly Token[] =>
  [...text.matchAll(TOKEN)].map(({ 0: word, index }) => ({
    text: word.toLowerCase(),
    start: index,
    end: index + word.length,
  }));

const wordsOf = (text: string): readonly string[] => tokensOf(text).map((token) => token.text);

/** Whether nothing but marks and fillers stands before the token since the last one that is none. */
function isGap(text: string, tokens: readonly Token[], at: number, fillers: ReadonlySet<string>): boolean {
  const token = tokens[at];
  const before = tokens[at - 1];
  if (token === undefined || before === undefined || !GAP.test(text.slice(before.end, token.start))) return false;
  return !fillers.has(before.text) || isGap(text, tokens, at - 1, fillers);
}
