import { z } from 'zod';
import type { CachedTranscript } from './transcript-cache.port.js';

/** The two commands that are used; ioredis has them. */
export interface RedisCommands {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, unit: 'PX', ttlMs: number): Promise<unknown>;
}

export interface RedisLimits {
  readonly ttlMs: number;
  /** Of one value, bytes; a larger one is not stored. */
  readonly maxEntryBytes: number;
  /** After a failure Redis is left alone for so long, so that not every request waits for it, ms. */
  readonly restMs?: number;
}

const REST_MS = 5000;
const PREFIX = 'parley:transcript:1:';

const storedSchema = z.object({
  expiresAt: z.number(),
  transcript: z.object({
    text: z.string(),
    language: z.string().nullable(),
    duration: z.number(),
    provider: z.string(),
    words: z.array(
      z.object({
        text: z.string(),
        startMs: z.number(),
        endMs: z.number(),
        confidence: z.number().optional(),
      }),
    ),
    confidence: z.number().nullable(),
  }),
});

export interface Stored {
  readonly transcript: CachedTranscript;
  /** How much longer it may be used, ms. */
  readonly ttlMs: number;
}

/** Transcripts that the instances share. Nothing here rejects: Redis being away costs a transcription, never a request. */
export class RedisTranscripts {
  private restUntil = 0;
  private isAway = false;

  /** @param onChange told once when Redis begins to fail and once when it works again; the error's name, no values */
  constructor(
    private readonly redis: RedisCommands,
    private readonly limits: RedisLimits,
    private readonly onChange: (state: 'away' | 'back', reason: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  async get(key: string): Promise<Stored | undefined> {
    const value = await this.attempt(() => this.redis.get(PREFIX + key));
    return typeof value === 'string' ? this.read(value) : undefined;
  }

  async set(key: string, transcript: CachedTranscript): Promise<void> {
    const { ttlMs, maxEntryBytes } = this.limits;
    const value = JSON.stringify({ expiresAt: this.now() + ttlMs, transcript });
    if (Buffer.byteLength(value) > maxEntryBytes) return;
    await this.attempt(() => this.redis.set(PREFIX + key, value, 'PX', ttlMs));
  }

  /** Something that is not ours, or of another version, counts as nothing. */
  private read(value: string): Stored | undefined {
    const parsed = storedSchema.safeParse(parseJson(value));
    if (!parsed.success) return undefined;
    const { expiresAt, transcript } = parsed.data;
    const ttlMs = expiresAt - this.now();
    return ttlMs > 0 ? { transcript: transcript as CachedTranscript, ttlMs } : undefined;
  }

  private async attempt<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (this.now() < this.restUntil) return undefined;
    try {
      const result = await command();
      if (this.isAway) this.onChange('back', '');
      this.isAway = false;
      return result;
    } catch (error) {
      this.restUntil = this.now() + (this.limits.restMs ?? REST_MS);
      if (!this.isAway) this.onChange('away', nameOf(error));
      this.isAway = true;
      return undefined;
    }
  }
}

/** The code or the first word of a Redis error (`READONLY`, `OOM`): its message may quote the command. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return /^[A-Z]{2,}\b/.exec(error.message)?.[0] ?? error.name;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
