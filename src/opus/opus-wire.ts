// What the encoding thread and its owner say to each other. Types only: the thread imports nothing else of ours.

export interface ThreadSettings {
  /** Bits a second. */
  readonly bitrate: number;
  readonly packetMs: number;
}

/** `id` is an encoder's, `job` a number of its own, from 1. All but `open` is answered. */
export type ToThread =
  | { readonly op: 'open'; readonly id: number; readonly sampleRate: number }
  /** `pcm`: whole packets of PCM16. `last`: what comes after it has nothing to do with it. */
  | {
      readonly op: 'encode';
      readonly id: number;
      readonly job: number;
      readonly pcm: Uint8Array;
      readonly last: boolean;
    }
  /** What waits is not wanted, and what comes has nothing to do with it. */
  | { readonly op: 'clear'; readonly id: number }
  | { readonly op: 'close'; readonly id: number };

export interface FromThread {
  readonly id: number;
  /** 0: what was asked was no job. */
  readonly job: number;
  /** The job's next ones. */
  readonly packets: readonly Uint8Array[];
}
