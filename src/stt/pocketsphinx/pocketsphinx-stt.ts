// Speech to text without an account: PocketSphinx, a process a call, with a language model of the domain.
import { ProviderError } from '../../provider/provider.port.js';
import { EnergyVad } from '../../vad/energy/energy-vad.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import type { SpeechDomain, Vocabulary } from '../domain.port.js';
import { breathing } from './language/breath.js';
import { EVERYDAY, speakable } from './language/domain.js';
import { NameClasses } from './language/names.js';
import { type ModelFiles, modelFiles, vocabulary } from './model-files.js';
import { PocketsphinxStream } from './pocketsphinx-stream.js';
import { RecogniserProcess } from './recogniser-process.js';
import { type EndpointingOptions, defaultEndpointing } from '../common/segmenter.js';

export interface PocketsphinxOptions {
  /** Where the files made from the domain are kept: a language model and a dictionary. */
  readonly dataDir: string;
  /** Folder of the English model; where Debian puts it when absent. */
  readonly modelDir?: string;
  /** What its callers talk about; everyday talk alone when absent. */
  readonly domain?: SpeechDomain;
  /** Processes that wait with their models loaded (about 115 MB each), so that a call's first words are not late. */
  readonly warmProcesses?: number;
  /** Processes at once; the call after that is refused. */
  readonly maxProcesses?: number;
  readonly endpointing?: Partial<EndpointingOptions>;
  /** From the end of an utterance to its words, before the process is given up and replaced, ms. */
  readonly finalTimeoutMs?: number;
  /** Another script for the process than recogniser.worker.ts (tests). */
  readonly worker?: string;
}

const DEFAULT_WARM = 1;
const DEFAULT_MAX = 64;
/** Decoding lags behind on a busy machine, and models may have to load. */
const DEFAULT_FINAL_TIMEOUT_MS = 20_000;
/** A call that has just begun needs the processor more than the spare process of the next one, ms. */
const REFILL_AFTER_MS = 1000;
/** Models that are made for key terms beyond the domain's own; agents with others get the domain's. */
const MAX_MODELS = 16;

/** Files to recognise with, and the words that they hold. */
interface Models {
  readonly files: ModelFiles;
  readonly words: ReadonlySet<string>;
  readonly nameClasses: NameClasses;
}

interface Spare {
  readonly files: ModelFiles;
  readonly recogniser: RecogniserProcess;
}

export class PocketsphinxStt implements SpeechToText {
  readonly name = 'pocketsphinx';
  readonly endpointing = true;
  private readonly spare: Spare[] = [];
  private running = 0;
  private readonly models = new Map<string, Promise<Models>>();
  private readonly closing = new AbortController();
  private readonly vad = new EnergyVad();

  constructor(private readonly options: PocketsphinxOptions) {}

  /** Makes the models and loads those of the spare processes. Rejects with a ProviderError when they are not installed. */
  async warmUp(): Promise<void> {
    try {
      const { files } = await this.modelsFor([]);
      this.refill(files);
      await Promise.all(this.spare.map(({ recogniser }) => recogniser.ready));
    } catch (error) {
      // Who is closed need not be ready.
      if (!this.closing.signal.aborted) throw error;
    }
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    return new PocketsphinxStream(
      {
        sampleRate: options.sampleRate,
        vad: this.vad,
        endpointing: { ...defaultEndpointing, ...this.options.endpointing },
        unfinished: options.unfinished ?? (() => false),
        answers: options.answers ?? (() => undefined),
        finalTimeoutMs: this.options.finalTimeoutMs ?? DEFAULT_FINAL_TIMEOUT_MS,
        acquire: () => this.acquire(options.keyTerms),
        release: (recogniser) => this.release(recogniser),
        teach: this.teacherOf(options),
      },
      listener,
    );
  }

  /** A process learns names once: its call has those of one caller, and no other call has the process. */
  private teacherOf({ keyTerms, vocabulary }: SttOptions): (recogniser: RecogniserProcess) => Promise<void> {
    const taught = new WeakSet<RecogniserProcess>();
    const teach = async (recogniser: RecogniserProcess, names: Vocabulary): Promise<void> => {
      const { nameClasses } = await this.modelsFor(keyTerms);
      recogniser.learn(await nameClasses.of(names, breathing(this.closing.signal)));
    };
    return async (recogniser) => {
      const names = vocabulary?.();
      if (names === undefined || taught.has(recogniser)) return;
      taught.add(recogniser);
      // Names that cannot be learned are heard as other words, as they would be without: the call goes on.
      await teach(recogniser, names).catch(() => undefined);
    };
  }

  /** Ends the spare processes, and gives up models that are being made. Streams end theirs themselves. */
  close(): void {
    this.closing.abort();
    for (const { recogniser } of this.spare.splice(0)) recogniser.stop();
  }

  private async acquire(keyTerms: readonly string[]): Promise<RecogniserProcess> {
    if (this.running >= (this.options.maxProcesses ?? DEFAULT_MAX)) {
      throw new ProviderError('all recognisers are in use', {
        provider: this.name,
        code: 'rate_limited',
        retryable: true,
        retryAfterMs: 5000,
      });
    }
    this.running += 1;
    try {
      const { files } = await this.modelsFor(keyTerms);
      const recogniser = this.takeSpare(files) ?? this.start(files);
      setTimeout(() => this.refill(files), REFILL_AFTER_MS).unref();
      return recogniser;
    } catch (error) {
      this.running -= 1;
      throw error;
    }
  }

  private start(files: ModelFiles): RecogniserProcess {
    return new RecogniserProcess(files, this.options.worker);
  }

  private release(recogniser: RecogniserProcess): void {
    this.running -= 1;
    recogniser.stop();
  }

  private takeSpare(files: ModelFiles): RecogniserProcess | undefined {
    const at = this.spare.findIndex((spare) => spare.files === files && spare.recogniser.alive);
    return at < 0 ? undefined : this.spare.splice(at, 1)[0]?.recogniser;
  }

  /** Keeps as many processes waiting as wished, with the models that were asked for last. */
  private refill(files: ModelFiles): void {
    const useful = this.spare.filter((spare) => spare.files === files && spare.recogniser.alive);
    for (const spare of this.spare.splice(0)) if (!useful.includes(spare)) spare.recogniser.stop();
    this.spare.push(...useful);
    const wanted = this.closing.signal.aborted ? 0 : (this.options.warmProcesses ?? DEFAULT_WARM);
    while (this.spare.length < wanted) this.spare.push({ files, recogniser: this.start(files) });
  }

  /** The domain's models, or, when there are words in the key terms that those do not hold, models that do. */
  private async modelsFor(keyTerms: readonly string[]): Promise<Models> {
    const domain = this.options.domain ?? EVERYDAY;
    const base = await this.made('', domain);
    const terms = keyTerms.map(speakable).filter((term) => term !== '');
    const unheard = terms.filter((term) => !term.split(' ').every((word) => base.words.has(word)));
    if (unheard.length === 0) return base;
    const key = unheard.toSorted().join(';');
    if (!this.models.has(key) && this.models.size >= MAX_MODELS) return base;
    return this.made(key, { ...domain, keyTerms: [...domain.keyTerms, ...unheard.toSorted()] });
  }

  private made(key: string, domain: SpeechDomain): Promise<Models> {
    let models = this.models.get(key);
    if (models === undefined) {
      models = this.make(domain);
      this.models.set(key, models);
      // The next call tries again: the engines may have been installed meanwhile.
      models.catch(() => this.models.delete(key));
    }
    return models;
  }

  private async make(domain: SpeechDomain): Promise<Models> {
    const { modelDir, dataDir } = this.options;
    const files = await modelFiles({
      dataDir,
      domain,
      signal: this.closing.signal,
      ...(modelDir === undefined ? {} : { modelDir }),
    });
    return { files, words: await vocabulary(files), nameClasses: new NameClasses(domain, files.pronunciations) };
  }
}
