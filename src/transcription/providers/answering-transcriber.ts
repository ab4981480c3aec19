import type { Transcriber, TranscriberRequest, Transcription } from '../../stt/transcriber.port.js';

/** A transcription, and who made it. */
export interface Answered extends Transcription {
  readonly provider: string;
}

/** A transcriber, or several as one, that says who has answered. */
export interface AnsweringTranscriber extends Transcriber {
  transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<Answered>;
}

export function answering(transcriber: Transcriber): AnsweringTranscriber {
  return {
    name: transcriber.name,
    warmUp: async () => transcriber.warmUp?.(),
    close: async () => transcriber.close?.(),
    transcribe: async (request, signal) => ({
      ...(await transcriber.transcribe(request, signal)),
      provider: transcriber.name,
    }),
  };
}
