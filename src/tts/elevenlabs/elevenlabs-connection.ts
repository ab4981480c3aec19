import type { Agent } from 'undici';
import { z } from 'zod';
import { pooledFetch } from '../../provider/pooled-fetch.js';
import type { Alignment } from './aligned-words.js';
import { brokenOffError, faultSchema, refusalError } from './elevenlabs-error.js';

export interface SpeechParams {
  readonly voice: string;
  readonly modelId: string;
  /** `pcm_<Hz>`: PCM16 mono. */
  readonly outputFormat: string;
  /** ISO 639-1. */
  readonly languageCode?: string;
}

export interface SpokenPart {
  /** PCM16 mono; may begin or end in the middle of a sample. */
  readonly audio: Uint8Array;
  readonly alignment: Alignment | undefined;
}

/** One line of the answer, as far as Parley reads it: the SDK's `StreamingAudioChunkWithTimestampsResponse`. */
const partSchema = z.object({
  /** Null in a line that only ends the speech. */
  audio_base64: z.string().nullable(),
  alignment: z
    .object({
      characters: z.array(z.string()),
      character_start_times_seconds: z.array(z.number()),
      character_end_times_seconds: z.array(z.number()),
    })
    .nullish(),
});
/** Besides the speech itself: why it ends here, although the answer had begun with 200. */
const lineSchema = z.union([partSchema, faultSchema]);

type Sdk = Pick<typeof import('@elevenlabs/elevenlabs-js/core/index.js'), 'fetcher' | 'Stream'>;

const BASE_URL = 'https://api.elevenlabs.io';

/**
 * Requests through the core of the SDK (its fetcher and its reader of streamed JSON), with a pool of connections. The rest
 * of the SDK is not loaded: its client of text to speech brings the types of every product of ElevenLabs along, which holds
 * up all calls of a process for more than 0.8 s and takes 120 MB, where the core takes 50 ms and 26 MB.
 */
export class ElevenLabsConnection {
  private loaded:
    Promise<{ readonly sdk: Sdk; readonly fetch: typeof globalThis.fetch; readonly agent: Agent }> | undefined;

  constructor(
    private readonly apiKey: string,
    private readonly baseUrl: string = BASE_URL,
  ) {}

  /** Loads the SDK. Connects to nothing. */
  async load(): Promise<void> {
    await this.get();
  }

  /** Ends all connections, running requests too. */
  async close(): Promise<void> {
    const { loaded } = this;
    this.loaded = undefined;
    if (loaded !== undefined) await (await loaded).agent.destroy();
  }

  /** Speaks a text. Throws a ProviderError, or what fetch and the SDK throw; stops when the signal aborts. */
  async *speech(params: SpeechParams, text: string, signal: AbortSignal): AsyncGenerator<SpokenPart> {
    const { sdk, fetch, agent } = await this.get();
    const { voice, modelId, outputFormat, languageCode } = params;
    const path = `/v1/text-to-speech/${encodeURIComponent(voice)}/stream/with-timestamps`;
    const response = await sdk.fetcher<ReadableStream>({
      url: `${this.baseUrl.replace(/\/$/, '')}${path}?output_format=${outputFormat}`,
      method: 'POST',
      headers: { 'xi-api-key': this.apiKey },
      contentType: 'application/json',
      requestType: 'json',
      responseType: 'streaming',
      body: { text, model_id: modelId, ...(languageCode === undefined ? {} : { language_code: languageCode }) },
      // Retries belong to one place, above the adapters. No timeout either: the SDK keeps its timer when a request is aborted.
      maxRetries: 0,
      abortSignal: signal,
      fetchFn: (input, init) => fetch(input, Object.assign({}, init, { dispatcher: agent })),
    });
    if (!response.ok) throw refusalError(response.error, response.rawResponse.headers);
    const lines = new sdk.Stream({
      stream: response.body,
      parse: (line: unknown) => Promise.resolve(lineSchema.parse(line)),
      signal,
      eventShape: { type: 'json', messageTerminator: '\n' },
    });
    for await (const line of lines) {
      if (!('audio_base64' in line)) throw brokenOffError(line);
      const { audio_base64, alignment } = line;
      yield {
        audio: new Uint8Array(Buffer.from(audio_base64 ?? '', 'base64')),
        alignment: alignment === null || alignment === undefined ? undefined : alignmentOf(alignment),
      };
    }
  }

  private get() {
    this.loaded ??= this.make();
    return this.loaded;
  }

  private async make() {
    const [sdk, pool] = await Promise.all([import('@elevenlabs/elevenlabs-js/core/index.js'), pooledFetch({})]);
    return { sdk, ...pool };
  }
}

const alignmentOf = (wire: NonNullable<z.infer<typeof partSchema>['alignment']>): Alignment => ({
  characters: wire.characters,
  startSeconds: wire.character_start_times_seconds,
  endSeconds: wire.character_end_times_seconds,
});
