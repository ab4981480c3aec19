// A Whisper server of one's own behind the Transcriber port: any that speaks OpenAI's wire (speaches, faster-whisper-server,
// vLLM, Groq, ...) or whisper.cpp's.
import { OpenAiClient } from '../../provider/openai-client.js';
import type { Transcriber, TranscriberRequest, Transcription } from '../transcriber.port.js';
import { transcribeWithOpenAi } from '../common/openai-transcription.js';
import { baseLanguage, promptOf } from '../common/prompt.js';
import { audioMs, wavFile } from '../common/upload.js';
import { InferenceClient } from './inference-client.js';
import { transcribeWithWhisperCpp } from './whispercpp-transcription.js';
import { whisperAddress, whisperModel } from './whisper-address.js';
import type { WhisperApi } from './whisper-address.js';

export interface WhisperTranscriberOptions {
  /** The server's address. Without a path it gets `/v1` (OpenAI's wire) or `/inference` (whisper.cpp). */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** A bare size (`small`) or the server's own name of a model; whisper.cpp has loaded its only one. */
  readonly model?: string;
  /** By the address when absent: whisper.cpp where it ends in `/inference`. */
  readonly api?: WhisperApi | undefined;
  /** Longest time for TCP and TLS, ms. */
  readonly connectTimeoutMs?: number;
  /** From the request to its answer, ms, besides the audio's own length: a CPU may take that. */
  readonly timeoutMs?: number;
}

const WHISPER = 'whisper';
const DEFAULT_MODEL = 'base';
const CONNECT_TIMEOUT_MS = 3000;
const TIMEOUT_MS = 15_000;
/**
 * How long an idle connection is kept, ms. A hosted server's is worth keeping from turn to turn, because it costs a TLS
 * handshake. The Python servers on one's own network close theirs after 5 s (uvicorn's `timeout_keep_alive`), and a request
 * that meets such an end is lost, while connecting anew costs next to nothing there.
 */
const HOSTED_KEEP_ALIVE_MS = 55_000;
const OWN_KEEP_ALIVE_MS = 4000;
/** Less than a second made older versions of whisper.cpp answer nothing (ggml-org/whisper.cpp issue 39), ms. */
const LEAST_AUDIO_MS = 1100;

export class WhisperTranscriber implements Transcriber {
  readonly name = WHISPER;
  private readonly openai: OpenAiClient;
  private readonly whisperCpp: InferenceClient;
  private readonly api: WhisperApi;

  constructor(private readonly options: WhisperTranscriberOptions) {
    const { api, url } = whisperAddress(options.url, options.api);
    const { apiKey, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
    this.api = api;
    // The SDK insists on a key; servers that know none do not look at it.
    const keepAliveMs = url.startsWith('https:') ? HOSTED_KEEP_ALIVE_MS : OWN_KEEP_ALIVE_MS;
    this.openai = new OpenAiClient({ apiKey: apiKey ?? 'none', baseUrl: url, connectTimeoutMs, keepAliveMs });
    this.whisperCpp = new InferenceClient({ provider: WHISPER, url, apiKey, connectTimeoutMs, keepAliveMs });
  }

  transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Transcription> {
    const wav = wavFile(request, LEAST_AUDIO_MS);
    const timeoutMs = (this.options.timeoutMs ?? TIMEOUT_MS) + audioMs(request);
    const language = baseLanguage(request.language);
    const prompt = promptOf(request.keyTerms);
    if (this.api === 'whispercpp') {
      const fields = { wav, language, prompt, timeoutMs, provider: WHISPER };
      return transcribeWithWhisperCpp(this.whisperCpp, fields, signal);
    }
    const params = {
      model: whisperModel(this.options.model ?? DEFAULT_MODEL),
      response_format: 'verbose_json' as const, // with how sure the model is that somebody spoke at all
      temperature: 0,
      ...(language === undefined ? {} : { language }),
      ...(prompt === undefined ? {} : { prompt }),
    };
    return transcribeWithOpenAi(() => this.openai.get(), { provider: WHISPER, wav, params, timeoutMs }, signal);
  }

  /** Loads the client ahead of the first call. Connects to nothing: the server may start later than Parley does. */
  async warmUp(): Promise<void> {
    await (this.api === 'openai' ? this.openai.get() : this.whisperCpp.warmUp());
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([this.openai.close(), this.whisperCpp.close()]);
  }
}
