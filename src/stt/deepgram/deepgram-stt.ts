// Deepgram's streaming speech to text, Nova and Flux, behind the SpeechToText port.
import { DEEPGRAM, SocketTransport } from '../../provider/deepgram-transport.js';
import type { SpeechToText, SttListener, SttOptions, SttStream } from '../stt.port.js';
import { StreamingRecognition } from '../common/streaming-recognition.js';
import { withDefaults } from './deepgram-options.js';
import type { DeepgramSettings, DeepgramSttOptions } from './deepgram-options.js';
import type { ClientFactory } from './deepgram-dialect.js';
import { FluxDialect } from './flux-dialect.js';
import { NovaDialect } from './nova-dialect.js';

export type { DeepgramSttOptions } from './deepgram-options.js';

/** The SDK takes 0.2 s and 27 MB to load, so it is loaded when it is first needed. */
export class DeepgramSpeechToText implements SpeechToText {
  readonly name = DEEPGRAM;
  readonly endpointing = true;
  readonly model: string;
  private readonly settings: DeepgramSettings;

  constructor(options: DeepgramSttOptions) {
    this.settings = withDefaults(options);
    this.model = this.settings.model;
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    const { settings } = this;
    const dialect = settings.model.startsWith('flux-')
      ? new FluxDialect(settings, options, this.makeClient)
      : new NovaDialect(settings, options, this.makeClient);
    return new StreamingRecognition(dialect, settings, options, listener);
  }

  /** Loads the SDK ahead of the first call, so that the call does not wait for it. Connects to nothing. */
  async warmUp(): Promise<void> {
    await import('@deepgram/sdk');
  }

  private readonly makeClient: ClientFactory = async (made, ended) => {
    const { DeepgramClient } = await import('@deepgram/sdk');
    const { apiKey, baseUrl } = this.settings;
    return new DeepgramClient({
      apiKey,
      ...(baseUrl === undefined ? {} : { baseUrl }),
      transportFactory: (url, headers) => {
        const transport = new SocketTransport(url, headers, ended);
        made(transport);
        return transport;
      },
    });
  };
}
