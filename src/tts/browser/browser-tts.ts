// The client's own voice: the text goes to the client, which speaks it and tells what was heard. See
// src/conversation/remote-speech.ts for the server's part of it.
import { ProviderError } from '../../provider/provider.port.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';

const BROWSER = 'browser';

export class BrowserTts implements TextToSpeech {
  readonly name = BROWSER;
  readonly remote = true;

  /** The client has voices for its own languages, and picks one, unless a voice is named. */
  speaks({ voice }: Pick<TtsOptions, 'voice'>): true | undefined {
    return voice === '' ? true : undefined;
  }

  /** There is no audio to be had here: a caller that does not look at `remote` is told so at once. */
  open(_options: TtsOptions, listener: TtsListener): TtsStream {
    let isAborted = false;
    queueMicrotask(() => {
      if (isAborted) return;
      const error = new ProviderError('the client speaks this voice by itself', {
        provider: BROWSER,
        code: 'bad_request',
        retryable: false,
      });
      listener({ type: 'failed', segment: 0, error });
    });
    return {
      speak: () => undefined,
      end: () => undefined,
      abort: () => {
        isAborted = true;
      },
    };
  }
}
