import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { ProviderKind } from '../provider/provider.port.js';
import { RolloutStoreError } from './rollout.port.js';
import type { Hold, RolloutState, RolloutStore, SetShares } from './rollout.port.js';

/** A hash for each kind: `shares` and one `hold:<provider>` for each hold, so that no two writers overwrite each other. */
const keyOf = (kind: ProviderKind): string => `parley:rollout:${kind}`;
const SHARES = 'shares';
const HOLD = 'hold:';
/** Where a change of a kind is announced; the message is the kind. */
const CHANNEL = 'parley:rollout';
/** How long a connection that is being made is waited for, ms. */
const READY_WITHIN_MS = 1_500;

const sharesSchema = z.object({
  entries: z
    .array(z.object({ providers: z.tuple([z.string()], z.string()), share: z.number() }))
    .min(1)
    .max(100),
  baseline: z.string(),
  by: z.string(),
  at: z.string(),
});
const holdSchema = z.object({
  provider: z.string(),
  cause: z.enum(['down', 'errors', 'latency']),
  why: z.string(),
  at: z.string(),
  by: z.string(),
});
const kindSchema = z.enum(['stt', 'llm', 'tts']);

/** What all instances share: kept in Redis without an end, read again whenever somebody announces a change. */
export class RedisRolloutStore implements RolloutStore {
  readonly scope = 'all instances';
  private subscriber: Redis | undefined;

  /** @param warn told of what cannot be read */
  constructor(
    private readonly redis: Redis,
    private readonly warn: (line: object) => void,
  ) {}

  get connected(): boolean {
    return this.redis.status === 'ready';
  }

  async read(kind: ProviderKind): Promise<RolloutState> {
    const fields = await this.ask((redis) => redis.hgetall(keyOf(kind)));
    const shares = fields[SHARES];
    const holds = Object.entries(fields).filter(([name]) => name.startsWith(HOLD));
    return {
      shares: shares === undefined ? undefined : this.parse(sharesSchema, shares, kind),
      holds: holds.map(([, text]) => this.parse(holdSchema, text, kind)).filter((hold) => hold !== undefined),
    };
  }

  async setShares(kind: ProviderKind, shares: SetShares | undefined): Promise<void> {
    await this.ask((redis) =>
      shares === undefined ? redis.hdel(keyOf(kind), SHARES) : redis.hset(keyOf(kind), SHARES, JSON.stringify(shares)),
    );
    await this.announce(kind);
  }

  async addHold(kind: ProviderKind, hold: Hold): Promise<void> {
    const added = await this.ask((redis) => redis.hsetnx(keyOf(kind), HOLD + hold.provider, JSON.stringify(hold)));
    if (added === 1) await this.announce(kind);
  }

  async removeHolds(kind: ProviderKind, providers: readonly string[]): Promise<void> {
    await this.ask((redis) => redis.hdel(keyOf(kind), ...providers.map((provider) => HOLD + provider)));
    await this.announce(kind);
  }

  watch(listener: (kind: ProviderKind) => void): void {
    const subscriber = this.redis.duplicate({ autoResubscribe: false });
    this.subscriber = subscriber;
    // The shared connection tells of the same trouble, and this one is made again by itself.
    subscriber.on('error', () => undefined);
    subscriber.on('message', (_channel: string, message: string) => {
      const kind = kindSchema.safeParse(message);
      if (kind.success) listener(kind.data);
    });
    subscriber.on('ready', () => {
      subscriber.subscribe(CHANNEL).then(
        // Whatever was announced before this moment has been missed.
        () => kindSchema.options.forEach(listener),
        (error: Error) => this.warn({ msg: 'rollout changes are not heard at once', reason: error.message }),
      );
    });
  }

  async close(): Promise<void> {
    this.subscriber?.disconnect();
  }

  /** The change is made; who misses the announcement reads it a little later. */
  private async announce(kind: ProviderKind): Promise<void> {
    try {
      await this.redis.publish(CHANNEL, kind);
    } catch (error) {
      this.warn({ msg: 'rollout change is not announced', kind, reason: (error as Error).message });
    }
  }

  private async ask<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      await this.ready();
      return await command(this.redis);
    } catch (error) {
      throw new RolloutStoreError(`Redis did not answer: ${(error as Error).message}`, { cause: error });
    }
  }

  private async ready(): Promise<void> {
    const { redis } = this;
    if (redis.status === 'ready') return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const deadline = setTimeout(() => reject(new Error('there is no connection')), READY_WITHIN_MS);
    redis.once('ready', resolve);
    try {
      await promise;
    } finally {
      clearTimeout(deadline);
      redis.off('ready', resolve);
    }
  }

  private parse<T>(schema: z.ZodType<T>, text: string, kind: ProviderKind): T | undefined {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      this.warn({ msg: 'rollout state in Redis cannot be read and is passed over', kind });
      return undefined;
    }
  }
}
