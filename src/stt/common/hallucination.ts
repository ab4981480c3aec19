// Whisper always finds words, in noise and silence too. What it invents there can mostly be told from what it heard.
import type { WireSegment } from './transcription.schema.js';

/** Whisper's own thresholds: openai/whisper `transcribe()`, `no_speech_threshold`, `logprob_threshold`, `compression_ratio_threshold`. */
const NO_SPEECH = 0.6;
const UNSURE_LOGPROB = -1;
const LOOPING = 2.4;

/** The ends of the videos that Whisper was trained on, as it hears them in noise. Callers say some of them, too. */
const SIGN_OFFS = new Set([
  'thank you',
  'thank you very much',
  'thank you so much',
  'thank you for watching',
  'thanks for watching',
  'thank you for listening',
  'please subscribe',
  'like and subscribe',
  'see you next time',
  'see you in the next video',
  'subtitles by the amara org community',
  'bye',
  'bye bye',
  'you',
  'so',
]);
/**
 * How much doubt makes a sign-off an invented one. In speech `no_speech_prob` stays below 0.02, in noise it lies above 0.06
 * (github.com/zachlatta/freeflow/pull/81, 500 recordings).
 */
const SIGN_OFF_NO_SPEECH = 0.06;
const SIGN_OFF_LOGPROB = -0.8;

export interface Evidence {
  /** Probability that nobody spoke; undefined where the service does not say. */
  readonly noSpeech: number | undefined;
  /** Mean log probability of the tokens; undefined where the service does not say. */
  readonly logprob: number | undefined;
}

/** Whether a segment of Whisper's was not said by anybody: silence by Whisper's own rule, or the same words over and over. */
export function isInvented(segment: WireSegment): boolean {
  const noSpeech = segment.no_speech_prob ?? 0;
  const logprob = segment.avg_logprob ?? 0;
  if (noSpeech > NO_SPEECH && logprob < UNSURE_LOGPROB) return true;
  if ((segment.compression_ratio ?? 0) > LOOPING) return true;
  return isSignOff(segment.text, { noSpeech, logprob });
}

/** Whether the text is one of the phrases that Whisper makes of noise, and there is doubt that it was said. */
export function isSignOff(text: string, { noSpeech = 0, logprob = 0 }: Partial<Evidence>): boolean {
  return (noSpeech > SIGN_OFF_NO_SPEECH || logprob < SIGN_OFF_LOGPROB) && SIGN_OFFS.has(plain(text));
}

/** Whether the text is nothing but the prompt again, which is what a prompt becomes in silence. One of its terms is not. */
export function isEchoOf(prompt: string | undefined, text: string): boolean {
  if (prompt === undefined) return false;
  const words = plain(prompt);
  return words.includes(' ') && plain(text) === words;
}

/** The text without what is not speech: "[BLANK_AUDIO]", "(wind blowing)", "*coughs*", notes of music. */
export function spokenText(text: string): string {
  return text
    .replaceAll(/\[[^\]]*\]|\((?=[^)]*\p{L})[^)\d]*\)|\*[^*]*\*|[♪♫]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^[\p{P}\p{S}]+$/u, '');
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}']+/gu, ' ')
    .trim();
