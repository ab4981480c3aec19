import { z } from 'zod';
import { lenientList, lenientNumber, lenientText } from './lenient.js';

// What the transcription services answer, as far as Parley reads it. Only `text` is certain: servers that speak OpenAI's
// wire leave out whatever they do not have.
// Sources: openai 7 `Transcription`/`TranscriptionVerbose` types; faster-whisper; ggml-org/whisper.cpp examples/server.

const wordSchema = z.object({
  word: z.string(),
  /** Seconds of audio. */
  start: lenientNumber,
  end: lenientNumber,
  probability: lenientNumber,
});

const segmentSchema = z.object({
  text: z.string(),
  avg_logprob: lenientNumber,
  no_speech_prob: lenientNumber,
  compression_ratio: lenientNumber,
});

export const transcriptionSchema = z.object({
  text: z.string(),
  language: lenientText,
  /** `verbose_json` only. */
  segments: lenientList(segmentSchema).optional(),
  /** `verbose_json` with word timestamps only. */
  words: lenientList(wordSchema).optional(),
  /** gpt-4o-transcribe and its kin, when asked for. */
  logprobs: lenientList(z.object({ logprob: lenientNumber })).optional(),
});

export type WireTranscription = z.infer<typeof transcriptionSchema>;
export type WireSegment = z.infer<typeof segmentSchema>;
