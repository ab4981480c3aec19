import { randomBytes } from 'node:crypto';
import type { CallStore, StoredArtifact } from '../database/calls/call-store.port.js';
import type { Access } from '../database/data.port.js';
import type { Caller } from '../identity/caller.port.js';

/** Longest read, ms. */
const READ_TIMEOUT_MS = 5_000;

const EXTENSIONS = { 'image/svg+xml': 'svg', 'image/png': 'png' } as const;
export type ArtifactMediaType = keyof typeof EXTENSIONS;

/**
 * What tools make for their caller to open. Kept in the database under row-level security, so that every instance can
 * serve it and only its owner can see it; the name, of 128 random bits, is no secret but cannot be guessed either.
 */
export class ArtifactStore {
  constructor(private readonly store: Pick<CallStore, 'storeArtifact' | 'readArtifact'>) {}

  /** Returns the path on this server. Throws DataError. */
  async save(
    { title, mediaType, bytes }: StoredArtifact & { readonly mediaType: ArtifactMediaType },
    access: Access,
  ): Promise<string> {
    const name = `${randomBytes(16).toString('base64url')}.${EXTENSIONS[mediaType]}`;
    await this.store.storeArtifact(name, { title, mediaType, bytes }, access);
    return `/v1/artifacts/${name}`;
  }

  /** Undefined when there is none of that name or it is somebody else's: a 404 either way. Throws DataError. */
  async read(name: string, caller: Caller): Promise<StoredArtifact | undefined> {
    if (!/^[\w-]{22}\.(svg|png)$/.test(name)) return undefined;
    return this.store.readArtifact(name, { caller, signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
  }
}
