// Speechmatics' messages as its servers write them: fields as in the types of @speechmatics/real-time-client.
import type {
  AddPartialTranscript,
  AddTranscript,
  EndOfUtterance,
  RecognitionResult,
} from '@speechmatics/real-time-client';
import type { SpokenWord } from './deepgram-messages.js';

const CONFIDENCE = 0.97;
const FORMAT = '2.9';
const MARK = /[.?!,]+$/;

function resultsOf({ word, start, end }: SpokenWord): RecognitionResult[] {
  const mark = MARK.exec(word)?.[0];
  const spoken: RecognitionResult = {
    type: 'word',
    start_time: start,
    end_time: end,
    alternatives: [{ content: word.replace(MARK, ''), confidence: CONFIDENCE, language: 'en' }],
  };
  if (mark === undefined) return [spoken];
  return [
    spoken,
    {
      type: 'punctuation',
      start_time: end,
      end_time: end,
      attaches_to: 'previous',
      is_eos: true,
      alternatives: [{ content: mark, confidence: 1, language: 'en' }],
    },
  ];
}

function transcriptOf(results: readonly RecognitionResult[]): string {
  let text = '';
  for (const { type, alternatives } of results) {
    const content = alternatives?.[0]?.content ?? '';
    text += type === 'punctuation' || text === '' ? content : ` ${content}`;
  }
  return `${text} `;
}

function transcript<Name extends 'AddTranscript' | 'AddPartialTranscript'>(
  message: Name,
  results: RecognitionResult[],
): Name extends 'AddTranscript' ? AddTranscript : AddPartialTranscript;
function transcript(message: string, results: RecognitionResult[]): object {
  const metadata = {
    start_time: results[0]?.start_time ?? 0,
    end_time: results.at(-1)?.end_time ?? 0,
    transcript: transcriptOf(results),
  };
  return { message, format: FORMAT, metadata, results };
}

export const partialMessage = (words: readonly SpokenWord[]): object =>
  transcript('AddPartialTranscript', words.flatMap(resultsOf));

/** An utterance's finals: its words in two parts, and the mark at its end by itself, which is how they come. */
export function finalMessages(words: readonly SpokenWord[]): object[] {
  const half = Math.ceil(words.length / 2);
  const rest = words.slice(half).flatMap(resultsOf);
  const mark = rest.at(-1)?.type === 'punctuation' ? rest.pop() : undefined;
  return [words.slice(0, half).flatMap(resultsOf), rest, mark === undefined ? [] : [mark]]
    .filter((results) => results.length > 0)
    .map((results) => transcript('AddTranscript', results));
}

export const endOfUtteranceMessage = (atMs: number): EndOfUtterance => ({
  message: 'EndOfUtterance',
  metadata: { start_time: atMs / 1000, end_time: atMs / 1000 },
});

export const errorMessage = (type: string): object => ({
  message: 'Error',
  type,
  reason: 'It did not work: "client five zero zero one"',
});
