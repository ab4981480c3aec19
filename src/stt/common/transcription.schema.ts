import { z } from 'zod';

// What the transcription services answer, as far as Parley reads it. Only `text` is certain: servers that speak OpenAI's
// wire leave out whatever they do not have.
// Sources: openai 7 `Transcription`/`TranscriptionVerbose` types; faster-whisper; ggml-org/whisper.cpp examples/server.

const wordSchema = z.object({
  word: z.string(),
  /** Seconds of audio. */
  start: z.number(),
  end: z.number(),
  probability: z.number().optional(),
});

const segmentSchema = z.object({
  text: z.string(),
  avg_logprob: z.number().nullish(),
  no_speech_prob: z.number().nullish(),
  compression_ratio: z.number().nullish(),
});

export const transcriptionSchema = z.object({
  text: z.string(),
  language: z.string().nullish(),
  /** `verbose_json` only. */
  segments: z.array(segmentSchema).nullish(),
  /** `verbose_json` with word timestamps only. */
  words: z.array(wordSchema).nullish(),
  /** gpt-4o-transcribe and its kin, when asked for. */
  logprobs: z.array(z.object({ logprob: z.number().optional() })).nullish(),
});

export type WireTranscription = z.infer<typeof transcriptionSchema>;
export type WireSegment = z.infer<typeof segmentSchema>;
