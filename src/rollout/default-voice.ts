import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts/tts.port.js';

/** A voice's name means nothing to another vendor: a rollout's provider speaks with its own default, or as `voices` says. */
export class DefaultVoice implements TextToSpeech {
  readonly name: string;
  readonly remote: boolean;

  constructor(private readonly inner: TextToSpeech) {
    this.name = inner.name;
    this.remote = inner.remote ?? false;
  }

  speaks(options: Pick<TtsOptions, 'voice' | 'voices' | 'language'>): boolean | undefined {
    return this.inner.speaks?.({ ...options, voice: '' });
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    return this.inner.open({ ...options, voice: '' }, listener);
  }
}
