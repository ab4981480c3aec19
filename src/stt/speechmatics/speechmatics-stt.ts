// Speechmatics' real-time speech to text behind the SpeechToText port.
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { withDefaults } from './speechmatics-options.js';
import type { SpeechmaticsSettings, SpeechmaticsSttOptions } from './speechmatics-options.js';
import { SpeechmaticsStream } from './speechmatics-stream.js';
import { SPEECHMATICS } from './wire-fault.js';

export class SpeechmaticsSpeechToText implements SpeechToText {
  readonly name = SPEECHMATICS;
  readonly endpointing = true;
  private readonly settings: SpeechmaticsSettings;

  constructor(options: SpeechmaticsSttOptions) {
    this.settings = withDefaults(options);
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    return new SpeechmaticsStream(this.settings, options, listener);
  }
}
