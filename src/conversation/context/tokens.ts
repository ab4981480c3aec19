/** A token stands for about so many bytes of UTF-8, at least: 4.5 in English, 3.5 in German, 3 in CJK, 2.5 to 3 in JSON. */
const BYTES_PER_TOKEN = 3;

/**
 * About how many tokens a text is. An estimate on the safe side, the same for every model: their vocabularies differ, and
 * that of a server of one's own is not known here.
 */
export function estimateTokens(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // The halves of a character beyond the first 65,536 have two bytes each.
    if (code > 0x7ff && (code < 0xd800 || code > 0xdfff)) bytes += 2;
    else if (code > 0x7f) bytes += 1;
  }
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}
