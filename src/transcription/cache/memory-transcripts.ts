import type { CachedTranscript } from './transcript-cache.port.js';

export interface MemoryLimits {
  /** Of all entries together, bytes of UTF-16 and an overhead for each. */
  readonly maxBytes: number;
  /** Of one entry, bytes; a larger one is not kept. */
  readonly maxEntryBytes: number;
  readonly ttlMs: number;
}

interface Entry {
  readonly transcript: CachedTranscript;
  readonly bytes: number;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** What an entry costs besides its text: the map, the objects, the numbers of the words (measured: some 200 a word). */
const ENTRY_BYTES = 400;
const WORD_BYTES = 200;

/** The transcripts of this process: the one not asked for longest goes first when there is no room. */
export class MemoryTranscripts {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(
    private readonly limits: MemoryLimits,
    private readonly now: () => number = Date.now,
  ) {}

  /** Of all entries, by the measure of `maxBytes`. */
  get usedBytes(): number {
    return this.bytes;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): CachedTranscript | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.remove(key, entry);
    if (entry.expiresAt <= this.now()) return undefined;
    // A Map keeps the order of insertion: what was asked for last goes to the end.
    this.insert(key, entry);
    return entry.transcript;
  }

  /** @param ttlMs what is left of its time, when it comes from elsewhere */
  set(key: string, transcript: CachedTranscript, ttlMs: number = this.limits.ttlMs): void {
    const known = this.entries.get(key);
    if (known !== undefined) this.remove(key, known);
    const bytes = sizeOf(key, transcript);
    if (bytes > Math.min(this.limits.maxEntryBytes, this.limits.maxBytes)) return;
    this.insert(key, { transcript, bytes, expiresAt: this.now() + ttlMs });
    for (const [oldest, entry] of this.entries) {
      if (this.bytes <= this.limits.maxBytes) break;
      this.remove(oldest, entry);
    }
  }

  private insert(key: string, entry: Entry): void {
    this.entries.set(key, entry);
    this.bytes += entry.bytes;
  }

  private remove(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}

function sizeOf(key: string, { text, words }: CachedTranscript): number {
  const letters = words.reduce((sum, word) => sum + word.text.length, key.length + text.length);
  return ENTRY_BYTES + words.length * WORD_BYTES + letters * 2;
}
