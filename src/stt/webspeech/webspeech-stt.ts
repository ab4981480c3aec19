// Speech that the caller's browser recognises itself (the Web Speech API): the server gets words instead of audio, and
// makes turns of them. Costs nothing, sends nothing to a provider of ours, and is as good as the browser.
import { MAX_TURN_CHARS } from '../../bounds/texts.port.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { WebSpeechStream } from './webspeech-stream.js';

export interface WebSpeechOptions {
  /** Quiet after the last settled words that ends a turn, ms. Browsers have waited already before they settle words. */
  readonly endOfTurnMs?: number;
  /** The same when the words dangle ("send it to"), ms. */
  readonly danglingMs?: number;
  /** Words that stay unsettled for so long are taken as they are, ms: the browser has stopped listening. */
  readonly abandonedMs?: number;
  /** How long after `finalize()` the browser may take to settle its words, ms. */
  readonly finalizeMs?: number;
  /** Longest turn, characters; it ends there. */
  readonly maxTurnChars?: number;
}

const DEFAULTS: Required<WebSpeechOptions> = {
  endOfTurnMs: 500,
  danglingMs: 1500,
  abandonedMs: 3000,
  finalizeMs: 700,
  maxTurnChars: MAX_TURN_CHARS,
};

export class WebSpeechStt implements SpeechToText {
  readonly name = 'webspeech';
  readonly endpointing = true;
  readonly takesTranscripts = true;
  private readonly options: Required<WebSpeechOptions>;

  constructor(options: WebSpeechOptions = {}) {
    this.options = { ...DEFAULTS, ...options };
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    const { sampleRate, unfinished = () => false } = options;
    return new WebSpeechStream(this.options, (sampleRate * 2) / 1000, unfinished, listener);
  }
}
