// The files that a recogniser needs: the acoustic model and the general language model of Debian's pocketsphinx-en-us,
// and two of this deployment's own, made once and kept: a language model of its domain, and the dictionary of the words
// that are worth listening for.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProviderError } from '../../provider/provider.port.js';
import { breathing } from './language/breath.js';
import type { Breath } from './language/breath.js';
import { pronunciationsOf } from './language/dictionary.js';
import type { SpeechDomain } from '../domain.port.js';
import { domainKey, domainSentences, isClassTag } from './language/domain.js';
import { frequentWords } from './language/general-model.js';
import { pronounce } from './language/pronounce.js';
import { trigramArpa } from './language/trigram-model.js';

/** Arguments of the worker: paths, and a number. */
export interface ModelFiles {
  readonly acousticModel: string;
  readonly dictionary: string;
  readonly domainModel: string;
  readonly generalModel: string;
  /** Every word that the model's makers know, in CMUdict's format. */
  readonly pronunciations: string;
  /** Weight of the domain model against the general one, 0 to 1. */
  readonly domainWeight: number;
}

export interface ModelOptions {
  /** Folder of the English model; where Debian and Homebrew put it when absent. */
  readonly modelDir?: string;
  /** Where the files that are made here are kept. */
  readonly dataDir: string;
  readonly domain: SpeechDomain;
  /** Gives up the making. */
  readonly signal: AbortSignal;
}

const MODEL_DIRS = [
  '/usr/share/pocketsphinx/model/en-us',
  '/usr/share/pocketsphinx/en-us',
  '/usr/local/share/pocketsphinx/en-us',
  '/opt/homebrew/share/pocketsphinx/en-us',
];
const ACOUSTIC_MODEL = 'en-us';
const DICTIONARY = 'cmudict-en-us.dict';
const GENERAL_MODEL = 'en-us.lm.bin';

/**
 * Most of the probability goes to the domain, the rest to general English, so that what lies outside is still heard.
 * Between 0.8 and 0.97 hardly any of 156 test sentences changes; see docs/speech.md.
 */
const DOMAIN_WEIGHT = 0.95;
/**
 * General words that are listened for besides the domain's, the most frequent first. The model knows 72,500; leaving the
 * rest out halves the time of decoding, takes a third off the memory, and mishears less.
 */
const GENERAL_WORDS = 12_000;
/** Changes whenever the way of making the files does (what they are made from is part of their name anyway). */
const FORMAT = 3;

const missingModel = (where: string): ProviderError =>
  new ProviderError(
    `there is no English speech model in ${where}: sudo apt-get install pocketsphinx pocketsphinx-en-us (npm run demo does it too)`,
    { provider: 'pocketsphinx', code: 'unavailable', retryable: false },
  );

function findModel(modelDir: string | undefined): string {
  const candidates = modelDir === undefined ? MODEL_DIRS : [modelDir];
  const complete = (folder: string): boolean =>
    [ACOUSTIC_MODEL, DICTIONARY, GENERAL_MODEL].every((file) => existsSync(join(folder, file)));
  const found = candidates.find(complete);
  if (found === undefined) throw missingModel(candidates[0] ?? '');
  return found;
}

/**
 * Finds the models, making the domain's when there are no files of it yet (about a second of work, once, in small pieces).
 * Rejects with a ProviderError that says what to install, with the file system's error, or with an AbortError.
 */
export async function modelFiles({ modelDir, dataDir, domain, signal }: ModelOptions): Promise<ModelFiles> {
  const model = findModel(modelDir);
  const name = createHash('sha256')
    .update(JSON.stringify([FORMAT, GENERAL_WORDS, model]))
    .update(domainKey(domain))
    .digest('hex')
    .slice(0, 16);
  const folder = join(dataDir, 'speech', name);
  const files = {
    acousticModel: join(model, ACOUSTIC_MODEL),
    dictionary: join(folder, 'words.dict'),
    domainModel: join(folder, 'domain.lm'),
    generalModel: join(model, GENERAL_MODEL),
    pronunciations: join(model, DICTIONARY),
    domainWeight: DOMAIN_WEIGHT,
  };
  if (!existsSync(folder)) await make(folder, model, domain, breathing(signal));
  return files;
}

/** The words that a recogniser with these files can hear. */
export async function vocabulary({ dictionary }: ModelFiles): Promise<ReadonlySet<string>> {
  const lines = (await readFile(dictionary, 'utf8')).split('\n');
  return new Set(lines.map((line) => line.slice(0, line.search(/[( ]|$/u))));
}

async function make(folder: string, model: string, domain: SpeechDomain, breath: Breath): Promise<void> {
  const general = frequentWords(await readFile(join(model, GENERAL_MODEL)), GENERAL_WORDS);
  const dictionary = await readFile(join(model, DICTIONARY), 'utf8');
  const spoken = new Set<string>();
  const noted = function* (): Generator<string> {
    for (const sentence of domainSentences(domain)) {
      for (const word of sentence.split(' ')) if (!isClassTag(word)) spoken.add(word);
      yield sentence;
    }
  };
  const languageModel = await trigramArpa(noted(), breath);
  const own = await pronunciationsOf(spoken, dictionary, breath);
  // A general model in a format that is not understood: then every word of the dictionary stays.
  const others =
    general === undefined
      ? dictionary.trimEnd().split('\n')
      : (
          await pronunciationsOf(
            general.filter((word) => !spoken.has(word)),
            dictionary,
            breath,
          )
        ).lines;
  const unknown = await pronounce(own.missing);
  const words = general === undefined ? [...others, ...unknown] : [...own.lines, ...unknown, ...others];

  // Written aside and moved, so that a process that starts meanwhile never reads half a model.
  const unfinished = `${folder}.${process.pid}.${Math.trunc(performance.now())}`;
  await mkdir(unfinished, { recursive: true });
  await writeFile(join(unfinished, 'domain.lm'), languageModel);
  await writeFile(join(unfinished, 'words.dict'), `${words.join('\n')}\n`);
  try {
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was faster: its files are the same.
    if (!existsSync(folder)) throw error;
  }
}
