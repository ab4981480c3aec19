// Published versions of agents, and which of them callers get, for all workers.

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

/** A change of a release, as it is kept, shown and told. */
export interface ReleaseStep {
  /** ISO 8601. */
  readonly at: string;
  /** Number of a version; 0 is the file. */
  readonly baseline: number;
  readonly canary: number | null;
  /** Percent of the callers that the canary gets. */
  readonly share: number;
  /** A sentence. */
  readonly why: string;
  readonly by: string;
}

export interface ReleaseRow {
  readonly agent: string;
  /** Grows with every change. */
  readonly revision: number;
  /** JSON. */
  readonly release: unknown;
  /** The last 100, the newest last. */
  readonly history: readonly ReleaseStep[];
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
  releases(): Promise<readonly ReleaseRow[]>;
  /** As PlanBook.move. */
  move(agent: string, revision: number, release: object, step: ReleaseStep): Promise<number | undefined>;
  performance(agent: string, since: Date): Promise<readonly Performance[]>;
}

/** Nest injection token of the ReleaseBook. */
export const RELEASE_BOOK = Symbol('ReleaseBook');
