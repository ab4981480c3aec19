import type { ArtifactLinks, LinkProof, LinkState } from '../tools/artifact-links.js';
import type { RecordingLink, RecordingLinks } from './recording-links.port.js';

const PATH = '/v1/recordings/';

/** Links to recordings, signed as those to files of tools are: the path is part of what is signed. */
export class SignedRecordingLinks implements RecordingLinks {
  constructor(
    private readonly links: ArtifactLinks | undefined,
    private readonly ttlMs: number,
  ) {}

  linkTo({ file }: { readonly file: string }): RecordingLink | undefined {
    if (this.links === undefined) return undefined;
    return { path: this.links.sign(PATH + file), expiresAt: new Date(Date.now() + this.ttlMs) };
  }

  check(file: string, proof: LinkProof): LinkState {
    return this.links?.check(PATH + file, proof) ?? 'invalid';
  }
}
