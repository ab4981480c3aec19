/** Text that PostgreSQL can take: without NUL, and without halves of surrogate pairs. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

/**
 * JSON that PostgreSQL can take: it has neither NUL in text nor halves of surrogate pairs, which JSON.stringify writes as
 * escapes. (An escaped backslash before a "u0000" is text, so backslashes are read in pairs.)
 */
export const storableJson = (value: object): string =>
  JSON.stringify(value).replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escape) =>
    escape === '\\\\' ? escape : '\\ufffd',
  );
