// Where the files that tools made for callers lie. Whoever keeps them knows their owners; the gateway only asks.
import type { Caller } from '../../identity/caller.port.js';

export interface StoredArtifact {
  /** MIME type. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The query of a signed link. */
export interface LinkProof {
  readonly expires: string;
  readonly signature: string;
}

export interface ArtifactReader {
  /** The file, or undefined when there is none or it belongs to somebody else. `file` is the last part of its URL. */
  read(file: string, caller: Caller): Promise<StoredArtifact | undefined>;
  /** The file for whoever shows such a link, or why it does not count. */
  readLinked(file: string, proof: LinkProof): Promise<StoredArtifact | 'expired' | 'invalid' | undefined>;
}

/** Nest injection token of the ArtifactReader. */
export const ARTIFACT_READER = Symbol('ArtifactReader');
