import { z } from 'zod';
import { printable, protocolError } from '../../provider/failure.js';
import type { Transcription } from '../../stt/transcriber.port.js';

export const DEEPGRAM = 'deepgram';

/** The part of Deepgram's answer for recorded audio that is read (developers.deepgram.com/reference/listen-file). */
const responseSchema = z.object({
  results: z.object({
    channels: z
      .array(
        z.object({
          detected_language: z.string().optional(),
          alternatives: z
            .array(
              z.object({
                transcript: z.string(),
                confidence: z.number(),
                words: z
                  .array(
                    z.object({
                      word: z.string(),
                      punctuated_word: z.string().optional(),
                      start: z.number(),
                      end: z.number(),
                      confidence: z.number(),
                    }),
                  )
                  .default([]),
              }),
            )
            .min(1),
        }),
      )
      .min(1),
  }),
});

/** Deepgram's name of a fault: `{"err_code": "INVALID_AUTH", "err_msg": ...}`. */
const faultSchema = z.object({ err_code: z.string() });

/** @param asked the language that the request named */
export function mapResponse(body: unknown, asked: string | undefined): Transcription {
  const parsed = responseSchema.safeParse(body);
  const channel = parsed.data?.results.channels[0];
  const best = channel?.alternatives[0];
  if (best === undefined) {
    throw protocolError(DEEPGRAM, `a response with a bad '${parsed.error?.issues[0]?.path.join('.') ?? ''}'`);
  }
  return {
    text: best.transcript.trim(),
    language: channel?.detected_language ?? asked,
    words: best.words.map(({ word, punctuated_word: written, start, end, confidence }) => ({
      text: written ?? word,
      startMs: Math.round(start * 1000),
      endMs: Math.round(end * 1000),
      confidence,
    })),
    confidence: best.transcript === '' ? undefined : best.confidence,
  };
}

/** The code of an error's body; its prose is left out, it may repeat the request. */
export function faultName(body: unknown): string | undefined {
  const parsed = faultSchema.safeParse(body);
  return parsed.success ? printable(parsed.data.err_code) : undefined;
}
