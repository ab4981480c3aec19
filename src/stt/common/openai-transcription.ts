import type { OpenAI } from 'openai';
import { protocolError } from '../../provider/failure.js';
import { fromOpenAiError } from '../../provider/openai-error.js';
import type { Transcription } from '../transcriber.port.js';
import { withDeadline } from './deadline.js';
import { mapTranscription } from './map-transcription.js';
import { transcriptionSchema } from './transcription.schema.js';

export interface OpenAiTranscriptionRequest {
  /** Name of the provider, for its errors. */
  readonly provider: string;
  readonly wav: Uint8Array<ArrayBuffer>;
  /** All but the file. */
  readonly params: Omit<OpenAI.Audio.TranscriptionCreateParamsNonStreaming, 'file'>;
  /** From the request to its answer, ms. */
  readonly timeoutMs: number;
}

/** One `POST audio/transcriptions`, on OpenAI's wire whoever answers. Rejects with a ProviderError or the signal's reason. */
export async function transcribeWithOpenAi(
  getClient: () => Promise<OpenAI>,
  { provider, wav, params, timeoutMs }: OpenAiTranscriptionRequest,
  outer: AbortSignal,
): Promise<Transcription> {
  return withDeadline(provider, 'transcription', timeoutMs, outer, async (signal) => {
    let answer: unknown;
    try {
      const client = await getClient();
      const file = new File([wav], 'utterance.wav', { type: 'audio/wav' });
      answer = await client.audio.transcriptions.create({ ...params, file }, { signal });
    } catch (error) {
      throw fromOpenAiError(provider, error);
    }
    const parsed = transcriptionSchema.safeParse(answer);
    if (!parsed.success) throw protocolError(provider, 'an answer that is not a transcription');
    return mapTranscription(parsed.data, params.prompt);
  });
}
