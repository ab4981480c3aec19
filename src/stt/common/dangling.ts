/** Words that a turn does not end with: whoever pauses there goes on. */
const DANGLING = new Set(
  'a an and the to of for from in on at by with or but so my our your their what which is does client number dot about between'.split(
    ' ',
  ),
);
const DIGITS = new Set('zero oh one two three four five six seven eight nine double'.split(' '));
/** Digits in a client number that is dictated one by one. */
const CLIENT_NUMBER_DIGITS = 4;

/** Whether the words sound unfinished: "send it to", "client five zero", "Client 50." Marks and capitals do not matter. */
export function dangles(text: string): boolean {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}' ]+/gu, ' ')
    .trim();
  const words = plain.split(/ +/);
  const last = words.at(-1) ?? '';
  if (DANGLING.has(last)) return true;
  return endsInNumerals(plain) || endsInSpokenDigits(words, words.join(' '));
}

/** "client 50": written numerals of a client number that has more. */
function endsInNumerals(text: string): boolean {
  return /\b(client|customer|account|number) \d{1,3}$/.test(text);
}

function endsInSpokenDigits(words: readonly string[], text: string): boolean {
  const before = words.toReversed().findIndex((word) => !DIGITS.has(word));
  const digits = before < 0 ? words.length : before;
  return (
    digits > 0 &&
    digits < CLIENT_NUMBER_DIGITS &&
    /\b(client|customer|account|number) (zero|oh|one|two|three|four|five|six|seven|eight|nine)( (zero|oh|one|two|three|four|five|six|seven|eight|nine|double)){0,2}$/.test(
      text,
    )
  );
}
