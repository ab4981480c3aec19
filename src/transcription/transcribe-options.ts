import { z } from 'zod';
import type { RawFormat } from './audio/decode.js';
import { TranscriptionError } from './transcription-error.js';
import type { Upload } from './upload.js';

/** What a request asks for. */
export interface TranscribeOptions {
  /** BCP-47 in its canonical form; undefined lets the provider detect it. */
  readonly language: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly keyTerms: readonly string[];
  /** When the file is raw PCM. */
  readonly raw: RawFormat | undefined;
}

const MAX_TERMS = 100;
const MAX_TERM_CHARS = 64;
/** audio/L16 is RFC 2586, audio/pcm is what everybody writes. */
const RAW_TYPES = new Set(['audio/l16', 'audio/pcm', 'audio/x-pcm', 'audio/raw']);

const blankIsAbsent = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;
const name = () => z.preprocess(blankIsAbsent, z.string().trim().max(64).optional());

const language = z.preprocess(
  blankIsAbsent,
  z
    .string()
    .trim()
    .max(35)
    .transform((value, context) => {
      try {
        return Intl.getCanonicalLocales(value)[0];
      } catch {
        context.addIssue({ code: 'custom', message: 'no language tag' });
        return z.NEVER;
      }
    })
    .optional(),
);

/** "a, b" or several fields of the same name. */
const keyTerms = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) => [given].flat().flatMap((item) => item.split(',')))
  .transform((terms) => [...new Set(terms.map((term) => term.trim()).filter((term) => term !== ''))])
  .pipe(
    z
      .array(
        z
          .string()
          .max(MAX_TERM_CHARS)
          .regex(/^\P{Cc}+$/u),
      )
      .max(MAX_TERMS),
  );

const number = (fallback: number | undefined) =>
  z.preprocess(blankIsAbsent, z.coerce.number().int().positive().optional()).transform((value) => value ?? fallback);

const fieldsSchema = z.object({
  language,
  provider: name(),
  model: name(),
  keyTerms,
  sampleRate: number(undefined),
  channels: number(1),
  endianness: z.preprocess(blankIsAbsent, z.enum(['little-endian', 'big-endian']).default('little-endian')),
});

/** The options of a form. Throws TranscriptionError `bad_request`, which names the field and not its value. */
export function readOptions({ type, fields }: Upload): TranscribeOptions {
  const parsed = fieldsSchema.safeParse(fields);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? '');
    throw new TranscriptionError('bad_request', `The field "${field}" cannot be taken: ${FIELD_HELP[field] ?? ''}.`);
  }
  const { sampleRate, channels = 1, endianness, language, provider, model, keyTerms } = parsed.data;
  const options = { language, provider, model, keyTerms };
  if (!RAW_TYPES.has(type)) return { ...options, raw: undefined };
  if (sampleRate === undefined) {
    throw new TranscriptionError('bad_request', 'Raw PCM needs the field "sampleRate" (Hz) beside the file.');
  }
  return { ...options, raw: { sampleRate, channels, endianness } };
}

const FIELD_HELP: Readonly<Record<string, string>> = {
  language: 'it is a BCP-47 tag such as en-US',
  provider: 'it is one name of at most 64 characters',
  model: 'it is one name of at most 64 characters',
  keyTerms: `they are at most ${MAX_TERMS} terms of at most ${MAX_TERM_CHARS} characters, separated by commas`,
  sampleRate: 'it is a whole number, Hz',
  channels: 'it is a whole number',
  endianness: 'it is little-endian or big-endian',
};
