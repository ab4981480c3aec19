// Makes src/payments/speech/said.ts: what strangers have said and typed, as templates of the recogniser's language model.
//   npm run build && node dist/scripts/said.js FILE...     files of eval/fresh; leave out those that are to measure by
// Names and numbers of clients, months and categories become slots. A line with a word that the dictionary does not have is left out: it is
// misspelt, or was never said.
import { readFileSync, writeFileSync } from 'node:fs';
import { readSeedData } from '../src/payments/seed/seed-data.js';
import { speakable } from '../src/stt/pocketsphinx/language/domain.js';
import { ordinal } from '../src/stt/pocketsphinx/language/spoken-number.js';

/** CMUdict, as Debian's pocketsphinx-en-us brings it. */
const DICTIONARY = '/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict';
const { clients, merchants } = await readSeedData();
const SLOTS: readonly (readonly [kind: string, names: string])[] = [
  ['client name', clients.map(({ name }) => name).join('|')],
  [
    'merchant name',
    Object.values(merchants)
      .flatMap((all) => all.map(({ name }) => name))
      .join('|'),
  ],
];
// "May" may be a verb: as a month it has its own sentences.
const MONTH = /\b(?:January|February|March|April|June|July|August|September|October|November|December)\b/gi;
const CATEGORY =
  /\b(?:groceries|dining|travel|transport|shopping|health|entertainment|rent|utilities|software|insurance)\b/gi;
// Sounds, not words: a decoder that does not know the line yet hears its first sentence as one long "hm".
const SOUNDS = /\b(?:hm+|m+|mhm|aw+|o+h|oof|eh|huh|ah|er|erm|uh|um|ha|ugh|shh|psst)\b/gi;
const SLOT = /\{[^}]*\}/g;

const wordsIn = (part: string): string =>
  speakable(
    part
      .replaceAll(/([\w.+-]+)@([\w.-]+)/g, (_all, name: string, host: string) =>
        `${name} at ${host}`.replaceAll('.', ' dot ').replaceAll('-', ' dash ').replaceAll('_', ' underscore '),
      )
      .replaceAll(/\b(\d{1,2})(?:st|nd|rd|th)\b/g, (_all, day: string) => ordinal(Number(day)))
      .replaceAll(/\$ ?(\d[\d,]*)(?:\.\d\d)?/g, '$1 dollars')
      .replaceAll(/(?<=\d),(?=\d{3})/g, '')
      .replaceAll('%', ' percent '),
  ).replaceAll(/(?<![a-z])'+|'+(?![a-z])/g, '');

/** "what did Ada Park spend?" as "what did {client name} spend". */
function template(turn: string): string {
  let line = turn.replaceAll('’', "'").replaceAll(SOUNDS, '');
  for (const [kind, names] of SLOTS) line = line.replaceAll(new RegExp(`\\b(?:${names})\\b`, 'gi'), `{${kind}}`);
  line = line
    .replaceAll(/\b50[012]\d\b/g, '{id}')
    .replaceAll(MONTH, '{month}')
    .replaceAll(CATEGORY, '{category}');
  const slots = line.match(SLOT) ?? [];
  const said = line.split(SLOT).map((part, n) => `${wordsIn(part).replace(/^s\b/, "'s")} ${slots[n] ?? ''}`);
  return said
    .join(' ')
    .replaceAll(/\} +'s/g, "}'s")
    .replaceAll(/ +/g, ' ')
    .trim();
}

const known = new Set(
  readFileSync(DICTIONARY, 'utf8')
    .split('\n')
    .map((line) => line.slice(0, line.search(/[( ]|$/))),
);
const turns = process.argv.slice(2).flatMap((file) => {
  const { requests } = JSON.parse(readFileSync(file, 'utf8')) as { requests: { turns: string[] }[] };
  return requests.flatMap((request) => request.turns);
});
const isSayable = (line: string): boolean => {
  const words = line
    .replaceAll(SLOT, '')
    .split(' ')
    .filter((word) => word !== '' && word !== "'s");
  return line.includes(' ') && words.every((word) => known.has(word));
};
const lines = [...new Set(turns.map(template))].filter(isSayable);
const quoted = lines.map((line) => `  ${line.includes("'") ? `"${line}"` : `'${line}'`},`);
writeFileSync(
  'src/payments/speech/said.ts',
  `// What strangers have said or typed to the agent (eval/fresh), names and numbers of clients as slots: made by scripts/said.ts.\n` +
    `// A file that is to measure the recogniser is left out until it has.\n` +
    `export const SAID: readonly string[] = [\n${quoted.join('\n')}\n];\n`,
);
console.log(`${lines.length} of ${turns.length} turns`);
