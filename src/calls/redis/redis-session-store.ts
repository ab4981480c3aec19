import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { describeFault } from '../describe-fault.js';
import type { Lease, ResumeRights, SaveResult, SessionStore, StoredCall, StoredRights } from '../session-store.port.js';
import { Mailbox } from './mailbox.js';
import { CLAIM, READ, REMOVE, SAVE } from './lease-scripts.js';
import { storedCallSchema } from './stored-call.schema.js';

const keyOf = (sessionId: string): string => `parley:call:${sessionId}`;
/** Largest call that is kept, characters of JSON. */
const MAX_CHARS = 1_048_576;
/** What was seen counts for a claim so long, ms: no longer than a command of ours may take. */
const CLAIM_WITHIN_MS = 1000;
/** How long a call that is over is remembered as over, ms: longer than any owner can stand still and go on. */
const REMEMBER_MS = 120_000;

const fieldsSchema = z.object({
  userId: z.string(),
  tokenHashes: z.string().transform((hashes) => hashes.split(' ')),
  owner: z.string().transform((owner) => (owner === '' ? undefined : owner)),
  fence: z.coerce.number().int(),
  seenAt: z.number(),
});

/** Calls in the Redis that all processes share. Its connection fails at once while Redis is away, and within its deadline. */
export class RedisSessionStore implements SessionStore {
  readonly owner = randomUUID();
  private readonly mailbox: Mailbox;
  private away = false;

  constructor(
    private readonly redis: Redis,
    private readonly log: { warn(line: object): void; log(line: object): void },
  ) {
    this.mailbox = new Mailbox(redis, this.owner);
  }

  create(sessionId: string): Lease {
    return { sessionId, fence: 1 };
  }

  async save(lease: Lease, rights: ResumeRights, call: StoredCall, ttlMs: number): Promise<SaveResult> {
    return this.write(lease, rights, call, ttlMs, this.owner);
  }

  async free(lease: Lease, rights: ResumeRights, call: StoredCall, ttlMs: number): Promise<SaveResult> {
    return this.write(lease, rights, call, ttlMs, '');
  }

  async remove({ sessionId, fence }: Lease): Promise<void> {
    await this.ask((redis) => redis.eval(REMOVE, 1, keyOf(sessionId), fence, REMEMBER_MS));
  }

  async rights(sessionId: string): Promise<StoredRights | undefined> {
    const answer = await this.ask((redis) => redis.eval(READ, 1, keyOf(sessionId)));
    const [userId, tokenHashes, owner, fence, seenAt] = Array.isArray(answer) ? answer : [];
    return fieldsSchema.safeParse({ userId, tokenHashes, owner, fence, seenAt }).data;
  }

  async claim(
    sessionId: string,
    { fence, seenAt }: Pick<StoredRights, 'fence' | 'seenAt'>,
  ): Promise<{ lease: Lease; call: StoredCall } | undefined> {
    const json = await this.ask((redis) =>
      redis.eval(CLAIM, 1, keyOf(sessionId), fence, seenAt, this.owner, CLAIM_WITHIN_MS),
    );
    if (typeof json !== 'string') return undefined;
    const lease = { sessionId, fence: fence + 1 };
    try {
      return { lease, call: storedCallSchema.parse(JSON.parse(json)) };
    } catch (error) {
      this.log.warn({ msg: 'a call cannot be read', callId: sessionId, ...describeFault(error) });
      await this.remove(lease);
      return undefined;
    }
  }

  async askFor(sessionId: string, owner: string, waitMs: number): Promise<void> {
    await this.ask(() => this.mailbox.ask(sessionId, owner, waitMs));
  }

  onAsked(free: (sessionId: string) => Promise<void>): void {
    this.mailbox.onAsked(free);
  }

  close(): void {
    this.mailbox.close();
  }

  private async write(
    { sessionId, fence }: Lease,
    { userId, tokenHashes }: ResumeRights,
    call: StoredCall,
    ttlMs: number,
    owner: string,
  ): Promise<SaveResult> {
    const json = JSON.stringify(call);
    if (json.length > MAX_CHARS) {
      this.log.warn({ msg: 'a call is too large to be kept', callId: sessionId, chars: json.length });
      return 'away';
    }
    const tokens = tokenHashes.join(' ');
    const written = await this.ask((redis) =>
      redis.eval(SAVE, 1, keyOf(sessionId), fence, owner, userId, tokens, json, ttlMs),
    );
    return written === undefined ? 'away' : written === 1 ? 'saved' : 'lost';
  }

  /** Undefined when Redis does not answer; said once, and once when it does again. */
  private async ask<T>(command: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await command(this.redis);
      if (this.away) this.log.log({ msg: 'calls can be resumed by other processes again' });
      this.away = false;
      return answer;
    } catch (error) {
      if (!this.away) this.log.warn({ msg: 'calls cannot be resumed by other processes', ...describeFault(error) });
      this.away = true;
      return undefined;
    }
  }
}
