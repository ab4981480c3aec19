// Speechmatics' real-time speech to text behind the SpeechToText port.
import { listenedFor } from '../common/listened-for.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { StreamingRecognition } from '../common/streaming-recognition.js';
import { withDefaults } from './speechmatics-options.js';
import type { SpeechmaticsSettings, SpeechmaticsSttOptions } from './speechmatics-options.js';
import { SpeechmaticsDialect } from './speechmatics-dialect.js';
import { SPEECHMATICS } from './wire-fault.js';

export class SpeechmaticsSpeechToText implements SpeechToText {
  readonly name = SPEECHMATICS;
  readonly endpointing = true;
  readonly model: string;
  private readonly settings: SpeechmaticsSettings;

  constructor(options: SpeechmaticsSttOptions) {
    this.settings = withDefaults(options);
    this.model = this.settings.model;
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    const { settings } = this;
    const vocabularyMs = listenedFor(options).length > 0 ? settings.vocabularyTimeoutMs : 0;
    const limits = { ...settings, connectTimeoutMs: settings.connectTimeoutMs + vocabularyMs };
    return new StreamingRecognition(new SpeechmaticsDialect(settings, options), limits, options, listener);
  }
}
