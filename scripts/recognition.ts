// Measures the keyless recogniser: every sentence of test/speech/corpus.ts in three voices, each in a call of its own.
//   npm run build && node dist/scripts/recognition.js [--all] [--familiar | --fresh] [--telephone] [--noise DB] [--rnnoise]
//     [voice ...]
// Prints what was misheard, and a table. Without --all only the sentences that were misheard are listed. With --telephone
// they come over a telephone line: mu-law, 8 kHz. With --noise there is pink noise (sox makes it) DB below the voice, and with
// --rnnoise it is taken out before the recogniser.
import { parseArgs } from 'node:util';
import { PocketsphinxStt } from '../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { denoised } from '../src/stt/noise/denoised-stt.js';
import { DEMO, FRESH, OTHERS, VOICES, spokenWords } from '../test/speech/corpus.js';
import { DOMAIN } from '../test/speech/domain.js';
import { hear, synthesise } from '../test/speech/hear.js';
import { NoiseBed } from '../test/speech/noise-bed.js';
import { fromLine, toLine } from '../test/support/telephone-speech.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean' },
    familiar: { type: 'boolean' },
    fresh: { type: 'boolean' },
    telephone: { type: 'boolean' },
    noise: { type: 'string' },
    rnnoise: { type: 'boolean' },
  },
});
/** Familiar: of the kind that the templates of the language model make. Fresh: that none of them makes. */
const CORPORA = {
  ...(values.fresh === true ? {} : { familiar: [...DEMO, ...OTHERS] }),
  ...(values.familiar === true ? {} : { fresh: FRESH }),
};
const voices = positionals.length > 0 ? VOICES.filter((voice) => positionals.includes(voice)) : VOICES;

/** Words that must be inserted, deleted or replaced to turn `heard` into `spoken` (Levenshtein). */
function wordErrors(spoken: readonly string[], heard: readonly string[]): number {
  let row = heard.map((_, at) => at + 1);
  spoken.forEach((word, line) => {
    let diagonal = line;
    row = row.map((above, at) => {
      const left = at === 0 ? line + 1 : (row[at - 1] ?? 0);
      const cost = Math.min(above + 1, left + 1, diagonal + (heard[at] === word ? 0 : 1));
      diagonal = above;
      row[at] = cost;
      return cost;
    });
  });
  return row.at(-1) ?? spoken.length;
}

/** On a machine that does other things besides the words of a sentence come late, and are waited for, ms. */
const PATIENCE_MS = 50_000;
const plain = new PocketsphinxStt({
  dataDir: '.parley',
  domain: DOMAIN,
  warmProcesses: 2,
  finalTimeoutMs: PATIENCE_MS,
});
const stt = values.rnnoise === true ? denoised(plain) : plain;
const noise = values.noise === undefined ? undefined : new NoiseBed(Number(values.noise));
// Spare processes alone do not keep a program running.
const running = setInterval(() => undefined, 60_000);
await plain.warmUp();
const table: Record<string, Record<string, string | number>> = {};
const rounds = Object.entries(CORPORA).flatMap(([corpus, sentences]) =>
  voices.map((voice) => ({ corpus, sentences, voice })),
);
for (const { corpus, sentences, voice } of rounds) {
  let exact = 0;
  let meant = 0;
  let errors = 0;
  let words = 0;
  for (const utterance of sentences) {
    const spoken = spokenWords(utterance);
    const clean = await synthesise(utterance.say, voice);
    const speech = noise === undefined ? clean : noise.under(clean);
    const line = (pcm: Uint8Array) => (values.telephone === true ? fromLine(toLine(pcm)) : pcm);
    const heard = await hear(stt, line(speech), undefined, (bytes) =>
      line(noise?.alone(bytes) ?? new Uint8Array(bytes)),
    );
    const kept = utterance.means.test(heard);
    exact += heard === spoken ? 1 : 0;
    meant += kept ? 1 : 0;
    errors += wordErrors(spoken.split(' '), heard === '' ? [] : heard.split(' '));
    words += spoken.split(' ').length;
    const verdict = heard === spoken ? 'ok   ' : kept ? 'near ' : 'WRONG';
    if (values.all === true || heard !== spoken) console.log(`${voice} ${verdict} ${spoken}\n          ${heard}`);
  }
  table[`${corpus}, ${voice}`] = {
    sentences: sentences.length,
    'word for word': exact,
    'meaning kept': meant,
    'word errors, %': Number(((100 * errors) / words).toFixed(1)),
  };
  // After each voice: what is measured is not lost when the rest cannot be.
  console.table(table);
}
plain.close();
clearInterval(running);
