// Text to speech without an account: one run of flite a sentence (about 40 ms for 3 s of speech).
import { isOneOf } from '../common/languages.js';
import { FLITE, FLITE_VOICES, Flite, type FliteVoice } from '../../flite/flite.js';
import { FliteStream } from './flite-stream.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';

export interface FliteTtsOptions {
  /** What speaks; one of its own when absent. Closed with it. */
  readonly flite?: Flite;
  /** Voice when the agent names none. */
  readonly voice?: FliteVoice;
  /** From a segment's turn to its last sample, ms. */
  readonly timeoutMs?: number;
  /** Longest audio of one segment, ms. */
  readonly maxSegmentMs?: number;
}

export class FliteTts implements TextToSpeech {
  readonly name = FLITE;
  /** Those at 16 kHz that were recorded for this purpose. */
  readonly voices = [
    { id: 'slt', name: 'slt, a woman' },
    { id: 'rms', name: 'rms, a man' },
    { id: 'awb', name: 'awb, a Scottish man' },
  ] as const satisfies readonly { readonly id: FliteVoice; readonly name: string }[];
  private readonly flite: Flite;

  constructor(private readonly options: FliteTtsOptions = {}) {
    this.flite = options.flite ?? new Flite();
  }

  /** Says a word to nobody, so that the first caller does not wait for the thread. Rejects with a ProviderError. */
  async warmUp(): Promise<void> {
    await this.flite.speak({ text: 'ready', voice: this.options.voice ?? 'slt', timeoutMs: 10_000 });
  }

  /** Whatever the voice: its rules for letters are those of English. */
  speaks({ language }: Pick<TtsOptions, 'language'>): boolean {
    return isOneOf(language, 'en');
  }

  open({ voice, sampleRate }: TtsOptions, listener: TtsListener): TtsStream {
    const { voice: fallback = 'slt', timeoutMs = 10_000, maxSegmentMs = 120_000 } = this.options;
    return new FliteStream(
      {
        flite: this.flite,
        voice: FLITE_VOICES.find((known) => known === voice) ?? fallback,
        timeoutMs,
        maxSegmentMs,
        sampleRate,
      },
      listener,
    );
  }

  close(): Promise<void> {
    return this.flite.close();
  }
}
