import { randomBytes } from 'node:crypto';
import type { CallStore, StoredArtifact } from '../database/calls/call-store.port.js';
import type { Access } from '../database/data.port.js';
import type { Caller } from '../identity/caller.port.js';
import type { ArtifactLinks, LinkProof } from './artifact-links.js';

/** Longest read, ms. */
const READ_TIMEOUT_MS = 5_000;

const PATH = '/v1/artifacts/';
const EXTENSIONS = { 'image/svg+xml': 'svg', 'image/png': 'png', 'application/json': 'json' } as const;
export type ArtifactMediaType = keyof typeof EXTENSIONS;

const NAME = new RegExp(String.raw`^[\w-]{22}\.(${Object.values(EXTENSIONS).join('|')})$`);

/**
 * What tools make for their caller to open. Kept in the database under row-level security, so that every instance can
 * serve it and only its owner can see it, or whoever he gives a signed link; the name, of 128 random bits, cannot be guessed.
 */
export class ArtifactStore {
  constructor(
    private readonly store: Pick<CallStore, 'storeArtifact' | 'readArtifact' | 'readLinkedArtifact'>,
    /** Without it the owner's token is the only way to a file. */
    private readonly links?: ArtifactLinks,
  ) {}

  /** Returns the path on this server, with the proof that opens it for a while without a token. Throws DataError. */
  async save(
    { title, mediaType, bytes }: StoredArtifact & { readonly mediaType: ArtifactMediaType },
    access: Access,
  ): Promise<string> {
    const name = `${randomBytes(16).toString('base64url')}.${EXTENSIONS[mediaType]}`;
    await this.store.storeArtifact(name, { title, mediaType, bytes }, access);
    return this.links?.sign(PATH + name) ?? PATH + name;
  }

  /** Undefined when there is none of that name or it is somebody else's: a 404 either way. Throws DataError. */
  async read(name: string, caller: Caller): Promise<StoredArtifact | undefined> {
    if (!NAME.test(name)) return undefined;
    return this.store.readArtifact(name, { caller, signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
  }

  /** For whoever shows a link that `save` has given out, or why it does not count. Throws DataError. */
  async readLinked(name: string, proof: LinkProof): Promise<StoredArtifact | 'expired' | 'invalid' | undefined> {
    const state = this.links?.check(PATH + name, proof) ?? 'invalid';
    if (state !== 'valid') return state;
    return this.store.readLinkedArtifact(name, AbortSignal.timeout(READ_TIMEOUT_MS));
  }
}
