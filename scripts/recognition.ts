// Measures the keyless recogniser: every sentence of test/speech/corpus.ts in three voices, each in a call of its own.
//   npm run build && node dist/scripts/recognition.js [--all] [--familiar | --fresh] [--every N] [--telephone]
//     [--noise DB,...] [--kind pink,babble,hum] [--rnnoise | --both] [voice ...]
// Prints what was misheard, and a table. Without --all only the sentences that were misheard are listed; with --every 3 every
// third is said. With --telephone they come over a telephone line: mu-law, 8 kHz. With --noise there is noise (`pink` unless
// --kind says otherwise: test/speech/noises.ts) so many DB below the voice, and with --rnnoise it is taken out before the
// recogniser; with --both there is a round without it and one with it.
import { parseArgs } from 'node:util';
import { PocketsphinxStt } from '../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { denoised } from '../src/stt/noise/denoised-stt.js';
import { DEMO, FRESH, OTHERS, VOICES, spokenWords, type Utterance } from '../test/speech/corpus.js';
import { DOMAIN } from '../test/speech/domain.js';
import { hear, synthesise } from '../test/speech/hear.js';
import { NoiseBed } from '../test/speech/noise-bed.js';
import { noiseFor, NOISES } from '../test/speech/noises.js';
import { wordErrors } from '../test/speech/word-errors.js';
import { fromLine, toLine } from '../test/support/telephone-speech.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean' },
    familiar: { type: 'boolean' },
    fresh: { type: 'boolean' },
    every: { type: 'string', default: '1' },
    telephone: { type: 'boolean' },
    noise: { type: 'string' },
    kind: { type: 'string', default: 'pink' },
    rnnoise: { type: 'boolean' },
    both: { type: 'boolean' },
  },
});
/** Familiar: of the kind that the templates of the language model make. Fresh: that none of them makes. */
const CORPORA = {
  ...(values.fresh === true ? {} : { familiar: [...DEMO, ...OTHERS] }),
  ...(values.familiar === true ? {} : { fresh: FRESH }),
};
const voices = positionals.length > 0 ? VOICES.filter((voice) => positionals.includes(voice)) : VOICES;
const kinds = NOISES.filter((kind) => values.kind.split(',').includes(kind));
if (kinds.length < values.kind.split(',').length) throw new Error(`--kind: one or more of ${NOISES.join(', ')}`);
const suppressed = values.both === true ? [false, true] : [values.rnnoise === true];
/** What is under the words of a round; undefined for nothing. */
const beds =
  values.noise === undefined
    ? [undefined]
    : kinds.flatMap((kind) => (values.noise ?? '').split(',').map((db) => ({ kind, db: Number(db) })));

interface Round {
  readonly corpus: string;
  readonly sentences: readonly Utterance[];
  readonly voice: (typeof VOICES)[number];
  readonly bed: (typeof beds)[number];
  readonly rnnoise: boolean;
}
interface Result {
  exact: number;
  meant: number;
  /** Of words. */
  errors: number;
  words: number;
  /** Sentences that the recogniser was not done with in time; all of their words are errors. */
  late: number;
}

/** On a machine that does other things besides the words of a sentence come late, and are waited for, ms. */
const PATIENCE_MS = 150_000;
const plain = new PocketsphinxStt({
  dataDir: '.parley',
  domain: DOMAIN,
  warmProcesses: 2,
  finalTimeoutMs: PATIENCE_MS,
});
const quiet = denoised(plain);

async function measure({ sentences, voice, bed, rnnoise }: Round): Promise<Result> {
  const result: Result = { exact: 0, meant: 0, errors: 0, words: 0, late: 0 };
  const noise = bed === undefined ? undefined : new NoiseBed(bed.db, await noiseFor(bed.kind, voice));
  const line = (pcm: Uint8Array): Uint8Array => (values.telephone === true ? fromLine(toLine(pcm)) : pcm);
  for (const utterance of sentences) {
    const spoken = spokenWords(utterance);
    const clean = await synthesise(utterance.say, voice);
    const speech = line(noise === undefined ? clean : noise.under(clean));
    const around = (bytes: number): Uint8Array => line(noise?.alone(bytes) ?? new Uint8Array(bytes));
    const heard = await hear(rnnoise ? quiet : plain, speech, undefined, around, 2 * PATIENCE_MS).catch(
      (error: Error) => {
        console.log(`${voice} LATE  ${spoken}\n          ${error.message}`);
        result.late += 1;
        return '';
      },
    );
    const kept = utterance.means.test(heard);
    result.exact += heard === spoken ? 1 : 0;
    result.meant += kept ? 1 : 0;
    result.errors += wordErrors(spoken.split(' '), heard === '' ? [] : heard.split(' '));
    result.words += spoken.split(' ').length;
    const verdict = heard === spoken ? 'ok   ' : kept ? 'near ' : 'WRONG';
    if (values.all === true || heard !== spoken) console.log(`${voice} ${verdict} ${spoken}\n          ${heard}`);
  }
  return result;
}

const rounds: Round[] = Object.entries(CORPORA).flatMap(([corpus, all]) =>
  beds.flatMap((bed) =>
    suppressed.flatMap((rnnoise) =>
      voices.map((voice) => {
        const sentences = all.filter((_, at) => at % Number(values.every) === 0);
        return { corpus, sentences, voice, bed, rnnoise };
      }),
    ),
  ),
);
// Spare processes alone do not keep a program running.
const running = setInterval(() => undefined, 60_000);
await plain.warmUp();
const table: Record<string, Record<string, string | number>> = {};
for (const round of rounds) {
  const { corpus, sentences, voice, bed, rnnoise } = round;
  const { exact, meant, errors, words, late } = await measure(round);
  const under = bed === undefined ? '' : `, ${bed.kind} ${bed.db} dB`;
  table[`${corpus}, ${voice}${under}${rnnoise ? ', rnnoise' : ''}`] = {
    sentences: sentences.length,
    'word for word': exact,
    'meaning kept': meant,
    words,
    'word errors': errors,
    'word errors, %': Number(((100 * errors) / words).toFixed(1)),
    ...(late === 0 ? {} : { 'not done in time': late }),
  };
  // After each voice: what is measured is not lost when the rest cannot be.
  console.table(table);
}
plain.close();
clearInterval(running);
