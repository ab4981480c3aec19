// Answers of `POST /v1/embeddings`: a vector that counts the text's words by their hash, so that texts with the same words are
// near each other. Faults are knobs.
import { createHash } from 'node:crypto';
import type { HttpRefusal } from './openai-knobs.js';

export interface SimulatedEmbeddingsRequest {
  readonly model: string;
  readonly input: string | readonly string[];
  readonly encoding_format?: 'float' | 'base64';
}

export interface EmbeddingsKnobs {
  readonly refusal?: HttpRefusal;
  /** Takes the request and never answers. */
  readonly hang?: boolean;
  /** Numbers of a vector. */
  readonly dimensions?: number;
  /** The last vector is one number shorter than the others. */
  readonly uneven?: boolean;
  /** Vectors that are left out at the end. */
  readonly missing?: number;
  /** In the order of their numbers, or from the last to the first, as servers do that work in parallel. */
  readonly order?: 'forwards' | 'backwards';
  /** Answers this instead, with status 200. */
  readonly raw?: string;
}

/** Limits of the real API: platform.openai.com/docs/api-reference/embeddings/create. */
const MAX_INPUTS = 2048;
const MAX_TOKENS = 8192;
const CHARS_PER_TOKEN = 4;

/** Undefined when the real API would take it. */
export function faultOfEmbeddings({ input }: SimulatedEmbeddingsRequest): string | undefined {
  const texts = typeof input === 'string' ? [input] : input;
  if (texts.length === 0 || texts.length > MAX_INPUTS) return `'$.input' is invalid: ${texts.length} texts`;
  if (texts.some((text) => text === '')) return "'$.input' is invalid: an empty string";
  const longest = Math.max(...texts.map(({ length }) => length)) / CHARS_PER_TOKEN;
  return longest > MAX_TOKENS ? `maximum context length is ${MAX_TOKENS} tokens` : undefined;
}

export function embeddingsAnswer(request: SimulatedEmbeddingsRequest, knobs: EmbeddingsKnobs): string {
  if (knobs.raw !== undefined) return knobs.raw;
  const { dimensions = 64, uneven = false, missing = 0, order = 'forwards' } = knobs;
  const texts = typeof request.input === 'string' ? [request.input] : request.input;
  const data = texts.slice(0, texts.length - missing).map((text, index) => {
    const size = uneven && index === texts.length - 1 ? dimensions - 1 : dimensions;
    const vector = vectorOf(text, size);
    const embedding =
      request.encoding_format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
    return { object: 'embedding', index, embedding };
  });
  const tokens = Math.ceil(texts.join('').length / CHARS_PER_TOKEN);
  return JSON.stringify({
    object: 'list',
    data: order === 'forwards' ? data : data.toReversed(),
    model: request.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

/** Of length 1. */
function vectorOf(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const word of text.toLowerCase().match(/\p{L}+|\d+/gu) ?? ['']) {
    const at = createHash('md5').update(word).digest().readUInt32LE(0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((number) => number / length);
}
