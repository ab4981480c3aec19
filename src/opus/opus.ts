// Opus for the lines that ask for it: packets of the microphone are decoded where they come, replies are encoded in a thread of
// their own, since that costs ten times as much.
import { OPUS } from '../protocol/index.js';
import { EncodingThread, type EncodingThreadOptions } from './encoding-thread.js';
import { loadOpus, type OpusLibrary } from './libopus.js';
import { PacketDecoder } from './packet-decoder.js';
import { PacketEncoder, type PacketListener } from './packet-encoder.js';

export interface OpusOptions extends EncodingThreadOptions {
  /** Lines at once that may have it, each way; 0: none. */
  readonly maxLines: number;
  /** Told what an operator should know and can do, a line each time. */
  readonly warn: (message: string) => void;
  /** Another library (tests). */
  readonly load?: () => OpusLibrary;
}

/** So many threads may die in so long a time, ms; after one more there is no Opus until the process is started again. */
const MAX_DEATHS = 3;
const DEATHS_WITHIN_MS = 10 * 60_000;

export class Opus {
  private readonly library: OpusLibrary | undefined;
  private readonly encoders = new Map<number, PacketEncoder>();
  private decoders = 0;
  private lastId = 0;
  private thread: EncodingThread | undefined;
  /** When threads died, ms. */
  private deaths: number[] = [];
  private unusable = false;

  /** Loads the library, 10 ms, so that no call waits for it. Without it there is PCM, and a warning. */
  constructor(private readonly options: OpusOptions) {
    if (options.maxLines > 0) this.library = this.load();
  }

  /** For a microphone at `sampleRate`; undefined where the line has to send PCM: no room, no library, another rate. */
  decoder(sampleRate: number): PacketDecoder | undefined {
    if (this.library === undefined || !OPUS.sampleRates.includes(sampleRate)) return undefined;
    if (this.decoders >= this.options.maxLines) return undefined;
    this.decoders += 1;
    return new PacketDecoder(this.library, sampleRate, () => (this.decoders -= 1));
  }

  /** For replies at `sampleRate`; undefined where the line has to be sent PCM. Calls the listener only later. */
  encoder(sampleRate: number, listener: PacketListener): PacketEncoder | undefined {
    if (this.library === undefined || this.unusable || !OPUS.sampleRates.includes(sampleRate)) return undefined;
    if (this.encoders.size >= this.options.maxLines) return undefined;
    this.thread ??= this.start();
    const id = (this.lastId += 1);
    const encoder = new PacketEncoder(id, sampleRate, this.thread, listener, () => this.encoders.delete(id));
    this.encoders.set(id, encoder);
    return encoder;
  }

  /** Lines that have it now, each way. */
  get lines(): { readonly input: number; readonly output: number } {
    return { input: this.decoders, output: this.encoders.size };
  }

  /** Ends the thread. Idempotent. */
  async close(): Promise<void> {
    this.unusable = true;
    await this.thread?.end();
  }

  private load(): OpusLibrary | undefined {
    try {
      return (this.options.load ?? loadOpus)();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.options.warn(`Calls have PCM only, as Opus cannot be loaded: ${reason}. npm ci installs it.`);
      return undefined;
    }
  }

  private start(): EncodingThread {
    const { bitrate, packetMs } = OPUS;
    return new EncodingThread(
      { bitrate, packetMs },
      {
        answered: (answer) => this.encoders.get(answer.id)?.answered(answer),
        lost: (reason) => this.restart(reason),
        isWaitedFor: () => [...this.encoders.values()].some((encoder) => encoder.isWaiting),
      },
      this.options,
    );
  }

  private restart(reason: string): void {
    const now = performance.now();
    this.deaths = [...this.deaths.filter((at) => now - at < DEATHS_WITHIN_MS), now];
    this.thread = undefined;
    if (this.unusable) return;
    const encoders = [...this.encoders.values()];
    this.unusable = this.deaths.length > MAX_DEATHS;
    const next = this.unusable ? 'It is not started again: replies are sent as PCM.' : 'It is started again.';
    this.options.warn(`The thread that encodes Opus ${reason}. ${next}`);
    if (this.unusable) for (const encoder of encoders) encoder.lose();
    else if (encoders.length > 0) {
      const thread = (this.thread = this.start());
      for (const encoder of encoders) encoder.moveTo(thread);
    }
  }
}
