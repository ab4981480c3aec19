// What each agent says when no voice can be had: spoken ahead of need, while there was one, and kept on disk.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Resampler } from '../audio/resampler.js';
import { ProviderError } from '../provider/provider.port.js';
import type { TextToSpeech, TtsOptions } from '../tts/tts.port.js';

export interface Apology {
  readonly text: string;
  readonly tts: TextToSpeech;
  readonly voice: Omit<TtsOptions, 'sampleRate'>;
}

export interface ApologiesOptions {
  /** Folder of the audio that outlives the process. */
  readonly folder: string;
  readonly log: { warn(message: string): void };
  /** Longest time to speak one, ms. */
  readonly deadlineMs?: number;
  /** One that could not be spoken is tried again by a call that begins so much later, ms. */
  readonly retryMs?: number;
}

/** Hz; PCM16 mono, in the files too. */
const STORED_RATE = 24_000;
/** For voices that cannot speak the agent's own words. */
const IN_ENGLISH = 'I am sorry, I cannot say this aloud. Please read it.';
/** Longer ones are not kept, bytes: 30 s. */
const MAX_BYTES = STORED_RATE * 2 * 30;

export class Apologies {
  private readonly ready = new Map<string, Uint8Array>();
  /** When making one was last begun, ms. */
  private readonly begun = new Map<string, number>();
  private readonly making = new Set<Promise<void>>();

  constructor(private readonly options: ApologiesOptions) {}

  /** Its audio at this rate, PCM16 mono; undefined while there is none, and then it is made in the background. */
  audio(apology: Apology, sampleRate: number): Uint8Array | undefined {
    this.prepare(apology);
    const stored = this.ready.get(keyOf(apology));
    if (stored === undefined) return undefined;
    const resampler = new Resampler(STORED_RATE, sampleRate);
    return Buffer.concat([resampler.push(stored), resampler.flush()]);
  }

  /** Makes it ready in the background, unless it is, or has been tried just now. */
  prepare(apology: Apology): void {
    const key = keyOf(apology);
    if (apology.tts.remote === true || this.ready.has(key)) return;
    const now = performance.now();
    if (now - (this.begun.get(key) ?? -Infinity) < (this.options.retryMs ?? 60_000)) return;
    this.begun.set(key, now);
    const making = this.make(key, apology)
      .then((audio) => void this.ready.set(key, audio))
      .catch((error: Error) =>
        this.options.log.warn(`The apology cannot be spoken ahead with ${apology.tts.name}: ${error.message}`),
      )
      .finally(() => this.making.delete(making));
    this.making.add(making);
  }

  /** Resolves when nothing is being made any more. */
  async settled(): Promise<void> {
    await Promise.all(this.making);
  }

  private async make(key: string, apology: Apology): Promise<Uint8Array> {
    const file = join(this.options.folder, `${key}.pcm`);
    const stored = await readFile(file).catch(() => undefined); // not made yet, most likely
    if (stored !== undefined && stored.length > 0 && stored.length <= MAX_BYTES) return stored;
    const audio = await this.spoken(apology);
    await mkdir(this.options.folder, { recursive: true });
    // Two processes may make the same one: each file is whole at any time.
    const temporary = `${file}.${process.pid}`;
    await writeFile(temporary, audio);
    await rename(temporary, file);
    return audio;
  }

  /** In the agent's words, or, where its voice has no sounds for them, in English. */
  private async spoken(apology: Apology): Promise<Uint8Array> {
    const deadlineMs = this.options.deadlineMs ?? 20_000;
    try {
      return await speak(apology, deadlineMs);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== 'bad_request') throw error;
      return speak({ ...apology, text: IN_ENGLISH }, deadlineMs);
    }
  }
}

/** Speaks it. Rejects when the voice fails, is too slow, or says nothing. */
function speak({ text, tts, voice }: Apology, deadlineMs: number): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const stream = tts.open({ ...voice, sampleRate: STORED_RATE }, (event) => {
    if (event.type === 'audio' && bytes <= MAX_BYTES) {
      bytes += event.chunk.length;
      chunks.push(Buffer.from(event.chunk));
    } else if (event.type === 'failed') reject(event.error);
    else if (event.type === 'ended') {
      if (bytes > 0 && bytes <= MAX_BYTES) resolve(Buffer.concat(chunks));
      else reject(new Error(bytes === 0 ? 'there was no audio' : 'it is too long'));
    }
  });
  const deadline = setTimeout(() => {
    stream.abort();
    reject(new Error(`it took longer than ${deadlineMs} ms`));
  }, deadlineMs);
  stream.speak(0, text);
  stream.end();
  return promise.finally(() => clearTimeout(deadline));
}

function keyOf({ text, tts, voice }: Apology): string {
  const parts = [tts.name, voice.language, voice.voice, JSON.stringify(voice.voices ?? {}), text];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}
