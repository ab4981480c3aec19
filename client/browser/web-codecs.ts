// The part of WebCodecs that Opus needs. https://www.w3.org/TR/webcodecs/

export interface EncoderLike {
  configure(config: object): void;
  encode(data: { close(): void }): void;
  close(): void;
}

export interface DecoderLike {
  configure(config: object): void;
  decode(chunk: object): void;
  close(): void;
}

export interface EncodedChunkLike {
  readonly byteLength: number;
  copyTo(destination: Uint8Array): void;
}

export interface AudioDataLike {
  readonly sampleRate: number;
  readonly numberOfFrames: number;
  copyTo(destination: Float32Array, options: { planeIndex: number; format: 'f32-planar' }): void;
  close(): void;
}

interface Callbacks<Output> {
  output(output: Output): void;
  error(error: Error): void;
}

export interface WebCodecs {
  readonly AudioEncoder: new (callbacks: Callbacks<EncodedChunkLike>) => EncoderLike;
  readonly AudioDecoder: new (callbacks: Callbacks<AudioDataLike>) => DecoderLike;
  readonly AudioData: new (init: object) => { close(): void };
  readonly EncodedAudioChunk: new (init: object) => object;
}

/** A browser without WebCodecs has none of it; some have a half. */
export const browserCodecs = (): Partial<WebCodecs> => globalThis as Partial<WebCodecs>;
