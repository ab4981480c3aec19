/** Where an address may stand; RFC 5321's quoted local parts are not said aloud by anybody. */
const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/** How people read the signs of an address aloud. */
const SIGNS: Readonly<Record<string, string>> = {
  '@': ' at ',
  '.': ' dot ',
  '-': ' dash ',
  _: ' underscore ',
  '+': ' plus ',
};

/** Written text as a caller would say it: "john@example.com" becomes "john at example dot com". */
export function speakable(text: string): string {
  return text
    .replaceAll(ADDRESS, (address) => address.replaceAll(/[@.\-_+]/g, (sign) => SIGNS[sign] ?? sign))
    .replaceAll(/\s+/g, ' ')
    .trim();
}
