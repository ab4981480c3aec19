// What the voice detector's thread and its owner say to each other. Types only: the thread imports nothing else of ours.
import type { VadEvent } from '../vad.port.js';
import type { SpeechGateOptions } from './speech-gate.js';

export interface WorkerSettings {
  /** File of the model. */
  readonly model: string;
  readonly gate: SpeechGateOptions;
  /** Hz, of the audio in the rings. */
  readonly sampleRate: number;
  /** Samples that the model decides on at once. */
  readonly frameSamples: number;
  /** Samples of the frame before that it wants in front of them. */
  readonly contextSamples: number;
  /** Numbers that it remembers of a call. */
  readonly stateSize: number;
  /** Frames of different calls in one run. */
  readonly maxBatch: number;
  /** Wait between two looks at the rings, in which frames gather for the next run, ms. */
  readonly gatherMs: number;
}

/**
 * `memory` of a call: two Int32 counters (samples written by the owner, samples decided by the thread, both since the
 * beginning), then a ring of PCM16 of a whole number of frames.
 */
export type ToWorker =
  | { readonly op: 'open'; readonly id: number; readonly memory: SharedArrayBuffer }
  | { readonly op: 'close'; readonly id: number }
  | { readonly op: 'ping' }
  | { readonly op: 'end' };

export type FromWorker =
  | { readonly ready: true }
  | { readonly pong: true }
  | { readonly id: number; readonly event: VadEvent }
  /** The thread has too much to do: this call is no longer decided there. */
  | { readonly id: number; readonly dropped: true };
