// OpenAI's audio/transcriptions behind the Transcriber port: one utterance or file, its words.
import { OpenAiClient } from '../../provider/openai-client.js';
import type { OpenAiConnection } from '../../provider/openai-client.js';
import { transcribeWithOpenAi } from '../common/openai-transcription.js';
import { baseLanguage, promptOf } from '../common/prompt.js';
import { audioMs, wavFile } from '../common/upload.js';
import type { Transcriber, TranscriberRequest, Transcription } from '../transcriber.port.js';

export interface OpenAiTranscriberOptions extends OpenAiConnection {
  /** `gpt-4o-mini-transcribe`, `gpt-4o-transcribe`, `whisper-1`, ... */
  readonly model: string;
  /** From the request to its answer, ms, besides a third of the audio's own length. */
  readonly timeoutMs?: number;
}

const OPENAI = 'openai';
const TIMEOUT_MS = 10_000;
/** The service refuses less than 0.1 s, ms. */
const LEAST_AUDIO_MS = 200;

export class OpenAiTranscriber implements Transcriber {
  readonly name = OPENAI;
  readonly model: string;
  private readonly client: OpenAiClient;

  constructor(private readonly options: OpenAiTranscriberOptions) {
    this.model = options.model;
    this.client = new OpenAiClient(options);
  }

  transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Transcription> {
    const { model, timeoutMs = TIMEOUT_MS } = this.options;
    const language = baseLanguage(request.language);
    return transcribeWithOpenAi(
      () => this.client.get(),
      {
        provider: OPENAI,
        wav: wavFile(request, LEAST_AUDIO_MS),
        params: { model, ...(language === undefined ? {} : { language }), ...paramsOf(model, request.keyTerms) },
        timeoutMs: timeoutMs + audioMs(request) / 3,
      },
      signal,
    );
  }

  /** Loads the SDK ahead of the first call, so that the call does not wait for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await this.client.get();
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return this.client.close();
  }
}

/** What a model can be told and asked for: each family has its own. */
function paramsOf(model: string, keyTerms: readonly string[]) {
  if (model.startsWith('gpt-transcribe')) {
    return { response_format: 'json' as const, ...(keyTerms.length === 0 ? {} : { keywords: [...keyTerms] }) };
  }
  const isDiarizing = model.includes('diarize');
  const prompt = isDiarizing ? undefined : promptOf(keyTerms);
  const told = prompt === undefined ? {} : { prompt };
  if (!model.startsWith('gpt-')) return { response_format: 'verbose_json' as const, ...told };
  return { response_format: 'json' as const, ...told, ...(isDiarizing ? {} : { include: ['logprobs' as const] }) };
}
