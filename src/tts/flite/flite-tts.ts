// Text to speech without an account: one short run of flite a sentence (about 80 ms for 3 s of speech).
import { FliteStream } from './flite-stream.js';
import { FLITE, runFlite } from './flite-process.js';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../tts.port.js';

export interface FliteTtsOptions {
  /** The program, by name or path. */
  readonly program?: string;
  /** Voice when the agent names none: slt, rms, awb, kal or kal16. */
  readonly voice?: string;
  /** Longest run of the program for one segment, ms. */
  readonly timeoutMs?: number;
  /** Longest audio of one segment, ms. */
  readonly maxSegmentMs?: number;
}

/** Voices that are built into Debian's flite. */
const VOICES = ['slt', 'rms', 'awb', 'kal', 'kal16'];

export class FliteTts implements TextToSpeech {
  readonly name = FLITE;

  constructor(private readonly options: FliteTtsOptions = {}) {}

  /** Says a word to nobody: a server without flite, or without this voice, is told of at boot. Throws a ProviderError. */
  async warmUp(): Promise<void> {
    const { program = FLITE, voice = 'slt', timeoutMs = 10_000 } = this.options;
    const { signal } = new AbortController(); // The run has its own deadline.
    await runFlite({ program, voice, text: 'ready', timeoutMs, maxBytes: 1_000_000, signal });
  }

  open({ voice, sampleRate }: TtsOptions, listener: TtsListener): TtsStream {
    const { program = FLITE, voice: fallback = 'slt', timeoutMs = 10_000, maxSegmentMs = 120_000 } = this.options;
    return new FliteStream(
      { program, voice: VOICES.includes(voice) ? voice : fallback, timeoutMs, maxSegmentMs, sampleRate },
      listener,
    );
  }
}
