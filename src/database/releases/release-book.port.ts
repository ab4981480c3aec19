// Published versions of agents, and how their calls went; which of them callers get stands in the journal of rollouts.

export interface ListedVersion {
  readonly number: number;
  /** Of what it says, as records of calls have it. */
  readonly version: string;
  /** ISO 8601. */
  readonly publishedAt: string;
  readonly publishedBy: string;
}

export interface StoredVersion {
  readonly number: number;
  readonly version: string;
  /** The YAML of its file. */
  readonly content: string;
}

/** What the calls of a version came to that are over. */
export interface Performance {
  readonly version: string;
  readonly calls: number;
  readonly failed: number;
  readonly turns: number;
  /** Turns that were taken for over while the caller was still speaking. */
  readonly falseCutOffs: number;
  /** By currency. */
  readonly cost: Readonly<Record<string, number>>;
}

/** Every method throws a DataError and nothing else. */
export interface ReleaseBook {
  /** Its number; the same content has the number that it got first. */
  publish(agent: string, version: string, content: string, by: string): Promise<number>;
  /** The newest first. */
  versions(agent: string): Promise<readonly ListedVersion[]>;
  version(agent: string, number: number): Promise<StoredVersion | undefined>;
  /** The newest, and those in use. */
  usable(agent: string): Promise<readonly StoredVersion[]>;
  performance(agent: string, since: Date): Promise<readonly Performance[]>;
}

/** Nest injection token of the ReleaseBook. */
export const RELEASE_BOOK = Symbol('ReleaseBook');
