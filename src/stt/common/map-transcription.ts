import type { Word } from '../stt.port.js';
import type { Transcription } from '../transcriber.port.js';
import { isEchoOf, isInvented, isSignOff, spokenText } from './hallucination.js';
import type { WireSegment, WireTranscription } from './transcription.schema.js';

const NOTHING = { text: '', words: [], confidence: undefined };

/** A service's answer in the port's terms, without what it has invented. `prompt` is the one that was sent. */
export function mapTranscription(answer: WireTranscription, prompt?: string): Transcription {
  const language = answer.language ?? undefined;
  const segments = answer.segments ?? [];
  const kept = segments.filter((segment) => !isInvented(segment));
  // A single segment dropped from several: the whole text is the sum of those that stay.
  const text = spokenText(kept.length < segments.length ? kept.map((segment) => segment.text).join(' ') : answer.text);
  const logprob = logprobOf(kept) ?? mean((answer.logprobs ?? []).map((token) => token.logprob));
  if (text === '' || isEchoOf(prompt, text) || isSignOff(text, { logprob: logprob ?? 0 })) {
    return { ...NOTHING, language };
  }
  return {
    text,
    language,
    words: kept.length < segments.length ? [] : wordsOf(answer),
    confidence: logprob === undefined ? undefined : Math.min(1, Math.exp(logprob)),
  };
}

/** By length, so that a short unsure segment does not count as much as a long sure one. 0 is what servers write who do not know. */
function logprobOf(segments: readonly WireSegment[]): number | undefined {
  const rated = segments.filter(({ avg_logprob: logprob }) => logprob !== undefined && logprob !== 0);
  const length = rated.reduce((sum, { text }) => sum + text.length, 0);
  if (length === 0) return undefined;
  return rated.reduce((sum, segment) => sum + (segment.avg_logprob ?? 0) * segment.text.length, 0) / length;
}

function mean(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function wordsOf({ words }: WireTranscription): Word[] {
  return (words ?? []).flatMap(({ word, start = -1, end = -1, probability }) => {
    if (word.trim() === '' || start < 0 || end < start) return [];
    const confidence = probability === undefined ? {} : { confidence: Math.min(1, Math.max(0, probability)) };
    return [{ text: word.trim(), startMs: Math.round(start * 1000), endMs: Math.round(end * 1000), ...confidence }];
  });
}
