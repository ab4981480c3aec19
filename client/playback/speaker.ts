/**
 * Something that plays PCM16 mono in the order in which it is written, at real time. Browser and Node each have one;
 * ResponsePlayback drives it and is the only one that does.
 */
export interface Speaker {
  /** Hz */
  readonly sampleRate: number;
  /** Puts audio at the end of what is still to be played. `pcm` must not be changed afterwards. */
  write(pcm: Uint8Array): void;
  /** Holds playback within a few ms; what is written meanwhile waits. */
  pause(): void;
  /** Goes on where `pause` stopped. */
  resume(): void;
  /** Falls silent within a few ms and forgets what was not played yet. Also ends a pause. */
  flush(): void;
  /** Samples that have left the speaker since it was made. Never falls; flushed samples never count. */
  heardSamples(): number;
  /** Stops for good and frees the device. */
  close(): Promise<void>;
}
