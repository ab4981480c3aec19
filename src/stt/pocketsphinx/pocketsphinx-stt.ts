// Speech to text without an account: PocketSphinx, a process a call, with a language model of the domain.
import { ProviderError } from '../../provider/provider.port.js';
import { EnergyVad } from '../../vad/energy/energy-vad.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { DEFAULT_DOMAIN } from './language/default-domain.js';
import type { SpeechDomain } from './language/domain.js';
import { DEFAULT_MODEL_DIR, type ModelFiles, modelFiles } from './model-files.js';
import { PocketsphinxStream } from './pocketsphinx-stream.js';
import { RecogniserProcess } from './recogniser-process.js';
import { type EndpointingOptions, defaultEndpointing } from './segmenter.js';

export interface PocketsphinxOptions {
  /** Where the estimated language model is kept. */
  readonly dataDir: string;
  readonly modelDir?: string;
  readonly domain?: SpeechDomain;
  /** Processes that wait with their models loaded (about 160 MB each), so that a call's first words are not late. */
  readonly warmProcesses?: number;
  /** Processes at once; the call after that is refused. */
  readonly maxProcesses?: number;
  readonly endpointing?: Partial<EndpointingOptions>;
}

export class PocketsphinxStt implements SpeechToText {
  readonly name = 'pocketsphinx';
  readonly endpointing = true;
  private readonly spare: RecogniserProcess[] = [];
  private running = 0;
  private files: ModelFiles | undefined;
  private closed = false;
  private readonly vad = new EnergyVad();

  constructor(private readonly options: PocketsphinxOptions) {}

  /** Loads the models of the spare processes now. Rejects with a ProviderError when the models are not installed. */
  async warmUp(): Promise<void> {
    this.refill();
    await Promise.all(this.spare.map((spare) => spare.ready));
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    return new PocketsphinxStream(
      {
        sampleRate: options.sampleRate,
        vad: this.vad,
        endpointing: { ...defaultEndpointing, ...this.options.endpointing },
        acquire: () => this.acquire(),
        release: (recogniser) => this.release(recogniser),
      },
      listener,
    );
  }

  /** Ends the spare processes. Streams end theirs themselves. */
  close(): void {
    this.closed = true;
    for (const spare of this.spare.splice(0)) spare.stop();
  }

  private acquire(): RecogniserProcess {
    if (this.running >= (this.options.maxProcesses ?? 64)) {
      throw new ProviderError('all recognisers are in use', {
        provider: this.name,
        code: 'rate_limited',
        retryable: true,
        retryAfterMs: 5000,
      });
    }
    this.refill();
    const waiting = this.spare.findIndex((spare) => spare.alive);
    const recogniser = this.spare.splice(0, waiting + 1).at(-1) ?? this.start();
    this.running += 1;
    // Not now: the call that has just begun needs the processor more.
    setTimeout(() => this.refill(), 1000).unref();
    return recogniser;
  }

  private release(recogniser: RecogniserProcess): void {
    this.running -= 1;
    recogniser.stop();
  }

  private refill(): void {
    while (!this.closed && this.spare.length < (this.options.warmProcesses ?? 1)) this.spare.push(this.start());
  }

  private start(): RecogniserProcess {
    const { modelDir = DEFAULT_MODEL_DIR, dataDir, domain = DEFAULT_DOMAIN } = this.options;
    this.files ??= modelFiles({ modelDir, dataDir, domain });
    return new RecogniserProcess(this.files);
  }
}
