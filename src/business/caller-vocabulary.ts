// The names that may come up in a caller's calls (business.vocabulary): asked for when a call begins, and kept for a while,
// so that no call waits for them. Each caller's own are kept apart, by everything that decides what he may see.
import type { Access } from '../database/data.port.js';
import type { Vocabulary } from '../stt/domain.port.js';
import type { OpenBusiness } from './business.js';

/** A client that is new is heard by his name after so long, ms. */
const KEPT_MS = 5 * 60_000;
/** Callers whose names are kept. */
const MOST_CALLERS = 500;
/** Names that come later are of no use to the turn that they would help, ms. */
const DEADLINE_MS = 5_000;

/** Claims of one token, which decide nothing about what may be seen (RFC 7519, 4.1). */
const OF_TOKEN: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf', 'jti']);

/** What is there by now; undefined while nothing is. */
export type KnownVocabulary = () => Vocabulary | undefined;

interface Entry {
  readonly since: number;
  vocabulary?: Vocabulary;
}

export class CallerVocabularies {
  private readonly entries = new Map<string, Entry>();

  /** `onFault` is told what went wrong, without anybody's words; the call goes on without names. */
  constructor(
    private readonly load: OpenBusiness['vocabulary'],
    private readonly onFault: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Begins to load the caller's names where they are not there. Never throws. */
  of(caller: Access['caller']): KnownVocabulary {
    const { load } = this;
    if (load === undefined) return () => undefined;
    const key = JSON.stringify([
      caller.userId,
      Object.entries(caller.claims).filter(([claim]) => !OF_TOKEN.has(claim)),
    ]);
    const known = this.entries.get(key);
    if (known !== undefined && this.now() - known.since < KEPT_MS) return () => known.vocabulary;
    this.entries.delete(key);
    for (const oldest of [...this.entries.keys()].slice(0, Math.max(0, this.entries.size - MOST_CALLERS + 1))) {
      this.entries.delete(oldest);
    }
    // What is known of him serves until the new names are there.
    const entry: Entry = {
      since: this.now(),
      ...(known?.vocabulary === undefined ? {} : { vocabulary: known.vocabulary }),
    };
    this.entries.set(key, entry);
    load({ caller, signal: AbortSignal.timeout(DEADLINE_MS) }).then(
      (vocabulary) => {
        entry.vocabulary = vocabulary;
      },
      (error: unknown) => {
        // The next call asks again.
        if (this.entries.get(key) === entry) this.entries.delete(key);
        this.onFault(error);
      },
    );
    return () => entry.vocabulary;
  }
}
