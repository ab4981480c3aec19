// Transcriptions as the services write them: fields as in the openai SDK's `Transcription` and `TranscriptionVerbose`, and
// as in whisper.cpp's server.
import { spreadWords } from './deepgram-messages.js';

export interface Heard {
  readonly audioMs: number;
  /** undefined: nobody spoke. */
  readonly speech: { readonly text: string; readonly fromMs: number; readonly toMs: number } | undefined;
}

/** What Whisper makes of silence, and how sure it is of it. */
const INVENTED = { text: 'Thank you.', logprob: -1.1, noSpeech: 0.92 };
const SURE = { logprob: -0.22, noSpeech: 0.01 };

export function transcriptionMessage(
  heard: Heard,
  fields: Readonly<Record<string, string>>,
  isWhisperCpp: boolean,
): object {
  const { audioMs, speech } = heard;
  const { text, logprob, noSpeech } = speech === undefined ? INVENTED : { ...SURE, text: speech.text };
  if (fields['response_format'] !== 'verbose_json') {
    const logprobs = text.split(' ').map((token) => ({ token, logprob, bytes: [...Buffer.from(token)] }));
    const isAsked = fields['include[]']?.includes('logprobs') === true;
    return { text, ...(isAsked ? { logprobs } : {}), usage: { type: 'duration', seconds: audioMs / 1000 } };
  }
  const words = spreadWords(text, speech?.fromMs ?? 0, speech?.toMs ?? audioMs);
  const segment = {
    id: 0,
    start: (speech?.fromMs ?? 0) / 1000,
    end: (speech?.toMs ?? audioMs) / 1000,
    text: ` ${text}`,
    tokens: words.map((_word, index) => index),
    temperature: 0,
    avg_logprob: logprob,
    no_speech_prob: noSpeech,
  };
  const isAskedForWords = fields['timestamp_granularities[]']?.includes('word') === true;
  return {
    task: 'transcribe',
    language: 'english',
    duration: audioMs / 1000,
    text: isWhisperCpp ? ` ${text}\n` : text,
    segments: [isWhisperCpp ? segment : { ...segment, seek: 0, compression_ratio: 0.9 }],
    ...(isAskedForWords ? { words } : {}),
  };
}
