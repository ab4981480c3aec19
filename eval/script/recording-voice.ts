// Remembers what a voice was given and what it made of it, so that it can be told whether the caller got all of it, once.
import { createHash, type Hash } from 'node:crypto';
import type { TextToSpeech, TtsListener, TtsOptions, TtsStream } from '../../src/tts/tts.port.js';

/** One reply, as the voice saw it. */
export interface SpokenStream {
  readonly pieces: string[];
  /** Of all its audio; undefined until the voice has finished. */
  digest?: string;
}

/** Longest list kept: a run has a few hundred replies. */
const MAX_STREAMS = 10_000;

export class RecordingVoice implements TextToSpeech {
  readonly name: string;
  readonly streams: SpokenStream[] = [];

  constructor(private readonly voice: TextToSpeech) {
    this.name = voice.name;
  }

  open(options: TtsOptions, listener: TtsListener): TtsStream {
    const record: SpokenStream = { pieces: [] };
    if (this.streams.length < MAX_STREAMS) this.streams.push(record);
    const hash: Hash = createHash('sha256');
    const stream = this.voice.open(options, (event) => {
      if (event.type === 'audio') hash.update(event.chunk);
      if (event.type === 'ended') record.digest = hash.digest('hex');
      listener(event);
    });
    return {
      speak: (segment, text) => {
        record.pieces.push(text);
        stream.speak(segment, text);
      },
      end: () => stream.end(),
      abort: () => stream.abort(),
    };
  }

  /** Whether some reply's whole audio was exactly this. */
  spoke(audio: readonly Uint8Array[]): boolean {
    const hash = createHash('sha256');
    for (const chunk of audio) hash.update(chunk);
    const digest = hash.digest('hex');
    return this.streams.some((stream) => stream.digest === digest);
  }
}
