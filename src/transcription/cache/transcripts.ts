import type { MemoryTranscripts } from './memory-transcripts.js';
import type { RedisTranscripts } from './redis-transcripts.js';
import type { CachedTranscript, TranscriptCache } from './transcript-cache.port.js';

/**
 * This process's own transcripts in front of those that all instances share, when there is a Redis. An entry is the answer
 * to its key for ever (the key is the audio's hash), so the two cannot disagree; an entry that comes from Redis keeps the
 * end of its time.
 */
export class Transcripts implements TranscriptCache {
  constructor(
    private readonly memory: MemoryTranscripts,
    private readonly shared: RedisTranscripts | undefined,
  ) {}

  async get(key: string): Promise<CachedTranscript | undefined> {
    const own = this.memory.get(key);
    if (own !== undefined) return own;
    const stored = await this.shared?.get(key);
    if (stored === undefined) return undefined;
    this.memory.set(key, stored.transcript, stored.ttlMs);
    return stored.transcript;
  }

  set(key: string, transcript: CachedTranscript): void {
    this.memory.set(key, transcript);
    void this.shared?.set(key, transcript);
  }
}
