// Deepgram's messages as its servers write them (fields as in the SDK's ListenV1*/ListenV2* types).

export interface SpokenWord {
  readonly word: string;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

const CONFIDENCE = 0.98;
const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** Spreads a transcript's words evenly over a stretch of audio, in seconds. */
export function spreadWords(text: string, fromMs: number, toMs: number): SpokenWord[] {
  const words = text.split(' ').filter((word) => word !== '');
  const step = (toMs - fromMs) / Math.max(1, words.length);
  return words.map((word, index) => ({
    word,
    start: round((fromMs + index * step) / 1000),
    end: round((fromMs + (index + 1) * step) / 1000),
  }));
}

const bare = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}']/gu, '');

export interface ResultsFields {
  readonly words: readonly SpokenWord[];
  readonly startMs: number;
  readonly endMs: number;
  readonly isFinal?: boolean;
  readonly speechFinal?: boolean;
  readonly fromFinalize?: boolean;
}

export function resultsMessage(requestId: string, fields: ResultsFields): object {
  const { words, startMs, endMs } = fields;
  return {
    type: 'Results',
    channel_index: [0, 1],
    duration: round((endMs - startMs) / 1000),
    start: round(startMs / 1000),
    is_final: fields.isFinal ?? false,
    speech_final: fields.speechFinal ?? false,
    channel: {
      alternatives: [
        {
          transcript: words.map(({ word }) => word).join(' '),
          confidence: words.length === 0 ? 0 : CONFIDENCE,
          words: words.map(({ word, start, end }) => ({
            word: bare(word),
            start,
            end,
            confidence: CONFIDENCE,
            punctuated_word: word,
          })),
        },
      ],
    },
    metadata: {
      request_id: requestId,
      model_info: { name: 'general-nova-3', version: '2025-04-17.21547', arch: 'nova-3' },
      model_uuid: '40bd3654-e622-47c4-a111-63a61b23bfe8',
    },
    from_finalize: fields.fromFinalize ?? false,
  };
}

export const speechStartedMessage = (atMs: number): object => ({
  type: 'SpeechStarted',
  channel: [0, 1],
  timestamp: round(atMs / 1000),
});

export const utteranceEndMessage = (lastWordMs: number): object => ({
  type: 'UtteranceEnd',
  channel: [0, 1],
  last_word_end: lastWordMs < 0 ? -1 : round(lastWordMs / 1000),
});

export const metadataMessage = (requestId: string, audioMs: number): object => ({
  type: 'Metadata',
  transaction_key: 'deprecated',
  request_id: requestId,
  sha256: '',
  created: new Date().toISOString(),
  duration: round(audioMs / 1000),
  channels: 1,
});

export interface TurnInfoFields {
  readonly event: 'Update' | 'StartOfTurn' | 'EagerEndOfTurn' | 'TurnResumed' | 'EndOfTurn';
  readonly turnIndex: number;
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly words: readonly SpokenWord[];
}

export function turnInfoMessage(requestId: string, sequenceId: number, fields: TurnInfoFields): object {
  const ended = fields.event === 'EndOfTurn';
  return {
    type: 'TurnInfo',
    request_id: requestId,
    sequence_id: sequenceId,
    event: fields.event,
    turn_index: fields.turnIndex,
    audio_window_start: round(fields.windowStartMs / 1000),
    audio_window_end: round(fields.windowEndMs / 1000),
    transcript: fields.words.map(({ word }) => word).join(' '),
    words: fields.words.map(({ word, start, end }) => ({ word, start, end, confidence: CONFIDENCE })),
    end_of_turn_confidence: ended ? 0.91 : 0.1,
    ...(ended ? { trigger: 'model' } : {}),
  };
}
