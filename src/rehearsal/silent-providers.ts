// Providers that nobody hears: they take no time, no vendor and no process.
import type { LanguageModel, LlmPart } from '../llm/llm.port.js';
import type { SpeechToText } from '../stt/stt.port.js';
import type { TextToSpeech } from '../tts/tts.port.js';

const BYTES_PER_SAMPLE = 2;
/** Of one segment's audio, ms: so much that a socket can be cut while it is played. */
const SEGMENT_MS = 2000;

/** Hears nothing. */
export const DEAF: SpeechToText = {
  name: 'rehearsal',
  endpointing: true,
  open: () => ({ push: nothing, finalize: nothing, close: nothing, abort: nothing }),
};

/** Answers everything with what is hardest to say: amounts, dates, numbers, addresses. */
export const TALKATIVE: LanguageModel = {
  name: 'rehearsal',
  stream: answer,
};

/** Speaks a hum that nobody hears; silence would be cut. */
export const HUMMING: TextToSpeech = {
  name: 'rehearsal',
  open: ({ sampleRate }, listener) => {
    const chunk = new Uint8Array((sampleRate / 1000) * SEGMENT_MS * BYTES_PER_SAMPLE).fill(0x10);
    let stopped = false;
    const tell: typeof listener = (event) => queueMicrotask(() => (stopped ? undefined : listener(event)));
    return {
      speak: (segment) => {
        tell({ type: 'audio', segment, chunk });
        tell({ type: 'segment.ended', segment });
      },
      end: () => tell({ type: 'ended' }),
      abort: () => {
        stopped = true;
      },
    };
  },
};

async function* answer(): AsyncGenerator<LlmPart> {
  yield { type: 'text', delta: 'There are three of them, from March 3rd to 2026-04-01 at 4:30 pm: ' };
  yield { type: 'text', delta: '$1,250.50, €99 and 12.5 % of £3.2 million, under the number 50012-7. ' };
  yield { type: 'text', delta: 'Dr. Jones has written to ada@example.com. Shall I read them to you?' };
  yield { type: 'finished', reason: 'stop' };
}

function nothing(): void {
  // Whoever calls this rehearses.
}
