/** A token stands for about so many bytes of UTF-8, at least: 4.5 in English, 3.5 in German, 3 in CJK, 2.5 to 3 in JSON. */
const BYTES_PER_TOKEN = 3;

/**
 * About how many tokens a text is. An estimate on the safe side, the same for every model: their vocabularies differ, and
 * that of a server of one's own is not known here.
 */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
