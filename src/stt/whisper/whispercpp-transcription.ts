import { protocolError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { withDeadline } from '../common/deadline.js';
import { mapTranscription } from '../common/map-transcription.js';
import { transcriptionSchema } from '../common/transcription.schema.js';
import type { Transcription } from '../transcriber.port.js';
import type { InferenceClient } from './inference-client.js';

interface WhisperCppRequest {
  /** Name of the provider, for its errors. */
  readonly provider: string;
  readonly wav: Uint8Array<ArrayBuffer>;
  /** ISO 639-1; undefined lets the model find out. */
  readonly language: string | undefined;
  readonly prompt: string | undefined;
  /** From the request to its answer, ms. */
  readonly timeoutMs: number;
}

/** One `POST /inference` of whisper.cpp's server. Rejects with a ProviderError or the signal's reason. */
export function transcribeWithWhisperCpp(
  client: InferenceClient,
  { provider, wav, language, prompt, timeoutMs }: WhisperCppRequest,
  outer: AbortSignal,
): Promise<Transcription> {
  const form = new FormData();
  form.set('file', new File([wav], 'utterance.wav', { type: 'audio/wav' }));
  form.set('response_format', 'verbose_json');
  form.set('temperature', '0');
  form.set('language', language ?? 'auto');
  // Without it the server runs a second pass over the audio to rate every language.
  form.set('no_language_probabilities', 'true');
  form.set('suppress_nst', 'true');
  if (prompt !== undefined) form.set('prompt', prompt);
  return withDeadline(provider, 'transcription', timeoutMs, outer, async (signal) => {
    const answer = await client.post(form, signal);
    if (isRefusal(answer)) {
      // Older versions report a failure with status 200.
      throw new ProviderError(`${provider} reported an error`, { provider, code: 'unavailable', retryable: true });
    }
    const parsed = transcriptionSchema.safeParse(answer);
    if (!parsed.success) throw protocolError(provider, 'an answer that is not a transcription');
    return mapTranscription(parsed.data, prompt);
  });
}

const isRefusal = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && 'error' in answer;
