// The files that a recogniser needs: the acoustic model, dictionary and general language model of Debian's
// pocketsphinx-en-us, and a language model of this deployment's own domain, estimated once and kept.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProviderError } from '../../provider/provider.port.js';
import { domainSentences, type SpeechDomain } from './language/domain.js';
import { trigramArpa } from './language/trigram-model.js';

/** Arguments of the worker. */
export interface ModelFiles {
  readonly library: string;
  readonly baseLibrary: string;
  readonly acousticModel: string;
  readonly dictionary: string;
  readonly domainModel: string;
  readonly generalModel: string;
  readonly domainWeight: number;
}

export interface ModelOptions {
  /** Folder of the English model. */
  readonly modelDir: string;
  /** Where the estimated language model is kept. */
  readonly dataDir: string;
  readonly domain: SpeechDomain;
}

export const DEFAULT_MODEL_DIR = '/usr/share/pocketsphinx/model/en-us';
/**
 * Most of the probability goes to the domain, the rest to general English, so that what lies outside is still heard.
 * Measured over 52 sentences in three voices; see docs/speech.md.
 */
const DOMAIN_WEIGHT = 0.8;
/** Changes whenever the templates or the estimation do, so that an older file is not used again. */
const FORMAT = 1;

/**
 * Finds the models, estimating the domain's when there is no file of it yet (about a second, once).
 * Throws a ProviderError that says what to install.
 */
export function modelFiles({ modelDir, dataDir, domain }: ModelOptions): ModelFiles {
  const acousticModel = join(modelDir, 'en-us');
  const dictionary = join(modelDir, 'cmudict-en-us.dict');
  const generalModel = join(modelDir, 'en-us.lm.bin');
  if (![acousticModel, dictionary, generalModel].every((path) => existsSync(path))) {
    throw new ProviderError(
      `there is no English speech model in ${modelDir}: sudo apt-get install pocketsphinx pocketsphinx-en-us`,
      { provider: 'pocketsphinx', code: 'unavailable', retryable: false },
    );
  }
  return {
    library: 'libpocketsphinx.so.3',
    baseLibrary: 'libsphinxbase.so.3',
    acousticModel,
    dictionary,
    domainModel: domainModel(dataDir, domain),
    generalModel,
    domainWeight: DOMAIN_WEIGHT,
  };
}

function domainModel(dataDir: string, domain: SpeechDomain): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([FORMAT, domain]))
    .digest('hex')
    .slice(0, 16);
  const folder = join(dataDir, 'speech');
  const file = join(folder, `domain-${hash}.lm`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  // Written aside and moved, so that a process that starts meanwhile never reads half a model.
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, trigramArpa(domainSentences(domain)));
  renameSync(unfinished, file);
  return file;
}
