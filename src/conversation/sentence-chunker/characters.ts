// Kinds of characters that matter for cutting.
import { LOOK_AHEAD, type Pending } from './pending.js';

/** Latin, Arabic (؟ ۔), Armenian (։) and Ethiopic (። ፧) marks, and the ellipsis: a space must follow. */
export const isTerminator = (char: string): boolean => '.!?…؟۔։።፧'.includes(char) && char !== '';

/** Chinese and Japanese marks, danda of the Indic scripts, Burmese and Khmer ends: no space is needed after them. */
export const isWideTerminator = (char: string): boolean => '。！？｡．।॥။៕។'.includes(char) && char !== '';

/** Ends of clauses after which a space must follow. */
export const isClauseEnd = (char: string): boolean => ',;:—–،؛'.includes(char) && char !== '';

/** Ends of clauses in scripts that do not use spaces. */
export const isWideClauseEnd = (char: string): boolean => '、，；：'.includes(char) && char !== '';

const TAIL = /^["'”’)\]»›」』】）》*_~`\p{M}\u200d]$/u;
/**
 * Belongs to the sentence that ends before it: what closes a quotation or a bracket, markdown's emphasis, or a mark that
 * combines with the character before it.
 */
export const isTail = (char: string): boolean => TAIL.test(char);

export const isSpace = (char: string): boolean => /^\s$/u.test(char);
export const isDigit = (char: string): boolean => char >= '0' && char <= '9';
export const isLower = (char: string): boolean => /^\p{Ll}$/u.test(char);
export const isLowSurrogate = (char: string): boolean => char >= '\udc00' && char <= '\udfff';

/** Scripts that put a space between phrases, not between words: Thai, Lao, Burmese, Khmer. */
export const isPhraseSpaced = (char: string): boolean => /^[\p{sc=Thai}\p{sc=Lao}\p{sc=Mymr}\p{sc=Khmr}]$/u.test(char);

const WIDE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]/gu;
/** Length in characters; a Chinese, Japanese or Korean one takes about as long to say as two letters. */
export const weight = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

/**
 * The first visible character at or after `from`; '' when there is none within reach, undefined when it has not come
 * yet.
 */
export function nextVisible({ text, final }: Pending, from: number): string | undefined {
  for (let i = from; i < from + LOOK_AHEAD; i += 1) {
    const char = text[i];
    if (char === undefined) return final ? '' : undefined;
    if (!isSpace(char)) return char;
  }
  return '';
}
