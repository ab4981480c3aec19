// A browser that recognises speech itself, as the Web Speech API does: hears loudness, and hands its transcripts to a
// recogniser that takes them. Puts the adapter that takes transcripts under the same contract as those that take audio.
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../../src/stt/stt.port.js';
import { spreadWords } from './deepgram-messages.js';
import { Loudness } from './loudness.js';

/** Quiet after which a browser settles its words, ms of audio. */
const SETTLES_AFTER_MS = 400;
const PARTIAL_EVERY_MS = 200;

/** `stt` with such a browser in front: what is pushed as audio arrives as `transcript`. Says `text` for all speech. */
export function withBrowser(stt: SpeechToText, text: string): SpeechToText {
  return {
    name: stt.name,
    endpointing: stt.endpointing,
    open(options: SttOptions, listener: SttListener): SttStream {
      const stream = stt.open(options, listener);
      const say = (words: string, final: boolean): void => void stream.transcript?.(words, final);
      const ear = listen(options.sampleRate, text, say);
      return {
        push(chunk) {
          stream.push(chunk);
          ear.push(Buffer.from(chunk));
        },
        finalize() {
          ear.flush();
          stream.finalize();
        },
        close() {
          ear.flush();
          stream.close();
        },
        abort() {
          stream.abort();
        },
      };
    },
  };
}

function listen(sampleRate: number, text: string, say: (words: string, final: boolean) => void): Loudness {
  const words = spreadWords(text, 0, 1).map(({ word }) => word);
  let nextPartialMs = Infinity;
  let heard = 0;
  return new Loudness(sampleRate, SETTLES_AFTER_MS, {
    started: (atMs) => {
      nextPartialMs = atMs + PARTIAL_EVERY_MS;
      heard = 0;
    },
    window: (nowMs, loud) => {
      if (!loud || nowMs < nextPartialMs) return;
      nextPartialMs += PARTIAL_EVERY_MS;
      heard = Math.min(words.length, heard + 1);
      say(words.slice(0, heard).join(' '), false);
    },
    stopped: () => {
      nextPartialMs = Infinity;
      say(text, true);
    },
  });
}
