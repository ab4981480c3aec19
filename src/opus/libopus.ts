import { createRequire } from 'node:module';

/** `@evan/opus/wasm`: libopus 1.3 compiled to WebAssembly, all codecs of a process in one memory. Its types are its other entry's. */
export interface OpusLibrary {
  readonly Encoder: new (options: { channels: 1; application: 'voip'; sample_rate: number }) => LibraryEncoder;
  readonly Decoder: new (options: { channels: 1; sample_rate: number }) => LibraryDecoder;
}

export interface LibraryEncoder {
  /** One packet of PCM16, in memory of its own. Throws for a length that is none of a packet. */
  encode(pcm: Uint8Array): Uint8Array;
  /** A CTL of libopus, by its number in opus_defines.h. Throws for a value that it refuses. */
  ctl(request: number, value?: number): number;
  /** Gives its memory back. Idempotent; nothing else may be called after it. */
  drop(): void;
}

export interface LibraryDecoder {
  /** PCM16 in memory of its own. Throws for what is no packet. */
  decode(packet: Uint8Array): Uint8Array;
  drop(): void;
}

/** Throws when it is not installed. Not the package's main entry, which prefers programs that were built elsewhere. */
export function loadOpus(): OpusLibrary {
  const require = createRequire(import.meta.url);
  return require('@evan/opus/wasm/index.js') as OpusLibrary;
}
