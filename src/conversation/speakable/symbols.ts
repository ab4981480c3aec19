// Characters that no voice should see: emoji, invisible ones, typographic variants of plain ones.

/**
 * Zero-width spaces, soft hyphens, joiners that join no letters, direction marks, byte order marks, halves of
 * surrogate pairs, and control characters.
 */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\p{Cs}]|[^\P{Cc}\t\n\r]/gu;
const SPACE = /[^\S\n]+/gu;

/** An emoji with all that belongs to it: skin, joined emoji, flags, keycaps' frames. */
const EMOJI =
  /[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\ufe0e\ufe0f\u20e3\u{e0020}-\u{e007f}]|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d/gu;
/** Check marks, stars, boxes, arrows other than the plain ones, and other pictures. Degrees are a unit. */
const PICTURE = /(?!°)\p{So}|[\u2190-\u2191\u2193-\u21ff\u2500-\u25ff]/gu;
/** ":)", ";-)", ":D", "<3", "^^", standing alone. */
const EMOTICON = /(?<=^|\s)(?:[:;=][-']?[)(DPpo/|*]{1,3}|<3+|\^_?\^|[xX]D)(?=[\s.,!?]|$)/gu;

/** Line ends as "\n", other white space as single spaces, quotes and minus signs as their plain forms. */
export function plainCharacters(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(INVISIBLE, '')
    .replace(SPACE, ' ')
    .replace(/[‘’‛ʼ]/gu, "'")
    .replace(/[“”„‟]/gu, '"')
    .replace(/−/gu, '-')
    .replace(/…/gu, '...');
}

/** Drops what only the eye understands. */
export function withoutPictures(text: string): string {
  return text.replace(EMOTICON, ' ').replace(EMOJI, '').replace(PICTURE, ' ');
}
