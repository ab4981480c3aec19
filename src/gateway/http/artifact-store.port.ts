// Where the files that tools made for callers lie. Whoever keeps them knows their owners; the gateway only asks.
import type { Caller } from '../../identity/caller.port.js';

export interface StoredArtifact {
  /** MIME type. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface ArtifactReader {
  /** The file, or undefined when there is none or it belongs to somebody else. `file` is the last part of its URL. */
  read(file: string, caller: Caller): Promise<StoredArtifact | undefined>;
}

/** Nest injection token of the ArtifactReader. */
export const ARTIFACT_READER = Symbol('ArtifactReader');
