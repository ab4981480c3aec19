import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { describeFault } from '../describe-fault.js';
import type {
  Lease,
  LostCall,
  ResumeRights,
  SaveResult,
  SessionStore,
  StoredCall,
  StoredRights,
} from '../session-store.port.js';
import { channelOf, Mailbox } from './mailbox.js';
import { BURY, CLAIM, OVERDUE, READ, REMOVE, SAVE } from './lease-scripts.js';
import { storedCallSchema } from './stored-call.schema.js';

const keyOf = (sessionId: string): string => `parley:call:${sessionId}`;
/** The keys that a script wants that knows every call. */
const keysOf = (sessionId: string) => [keyOf(sessionId), 'parley:calls:overdue', 'parley:calls:facts'] as const;
/** Overdue calls that are told at once. */
const MAX_OVERDUE = 100;
/** A fence that no owner ever gets to: the call is over for all of them. */
const OVER = 1_000_000_000_000;
/** How long whoever ends an overdue call has the time to write that down, ms. */
const BURY_WITHIN_MS = 60_000;
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
  listeners: z.coerce.number(),
});

const factsSchema = z.object({ userId: z.string(), agent: z.string(), startedAt: z.number(), seenAt: z.number() });

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
    await this.ask((redis) => redis.eval(REMOVE, 3, ...keysOf(sessionId), fence, REMEMBER_MS, sessionId));
  }

  async rights(sessionId: string): Promise<StoredRights | undefined> {
    const answer = await this.ask((redis) => redis.eval(READ, 1, keyOf(sessionId), channelOf('')));
    const [userId, tokenHashes, owner, fence, seenAt, listeners] = Array.isArray(answer) ? answer : [];
    const read = fieldsSchema.safeParse({ userId, tokenHashes, owner, fence, seenAt, listeners }).data;
    if (read === undefined) return undefined;
    const { listeners: count, ...rights } = read;
    return { ...rights, ownerListens: count > 0 && rights.owner !== this.owner };
  }

  async claim(
    sessionId: string,
    { fence, seenAt }: Pick<StoredRights, 'fence' | 'seenAt'>,
    tokenHashes: readonly string[],
  ): Promise<{ lease: Lease; call: StoredCall } | undefined> {
    const json = await this.ask((redis) =>
      redis.eval(CLAIM, 1, keyOf(sessionId), fence, seenAt, this.owner, CLAIM_WITHIN_MS, tokenHashes.join(' ')),
    );
    if (typeof json !== 'string') return undefined;
    const lease = { sessionId, fence: fence + 1 };
    try {
      return { lease, call: storedCallSchema.parse(JSON.parse(json)) };
    } catch (error) {
      this.log.warn({ msg: 'a call cannot be read', callSid: sessionId, ...describeFault(error) });
      await this.remove(lease);
      return undefined;
    }
  }

  async overdue(): Promise<readonly string[] | undefined> {
    const [, overdue] = keysOf('');
    const ids = await this.ask((redis) => redis.eval(OVERDUE, 1, overdue, MAX_OVERDUE));
    return ids === undefined ? undefined : z.array(z.string()).parse(ids);
  }

  async bury(sessionId: string): Promise<{ lease: Lease; call: LostCall } | undefined> {
    const json = await this.ask((redis) =>
      redis.eval(BURY, 3, ...keysOf(sessionId), sessionId, OVER, REMEMBER_MS, BURY_WITHIN_MS),
    );
    if (typeof json !== 'string') return undefined;
    // Written by this room.
    const facts = factsSchema.parse(JSON.parse(json));
    return { lease: { sessionId, fence: OVER }, call: { sessionId, ...facts } };
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
      this.log.warn({ msg: 'a call is too large to be kept', callSid: sessionId, chars: json.length });
      return 'away';
    }
    const tokens = tokenHashes.join(' ');
    const { request, startedAt } = call;
    const facts = JSON.stringify({ userId, agent: request.agent, startedAt, seenAt: Date.now() });
    const written = await this.ask((redis) =>
      redis.eval(SAVE, 3, ...keysOf(sessionId), fence, owner, userId, tokens, json, ttlMs, sessionId, facts),
    );
    if (written === undefined) return 'away';
    // Not before a call is really there again.
    if (this.away) this.log.log({ msg: 'calls can be resumed by other processes again' });
    this.away = false;
    return written === 1 ? 'saved' : 'lost';
  }

  /** Undefined when Redis does not answer; said once, and once when calls are kept again. */
  private async ask<T>(command: (redis: Redis) => Promise<T>): Promise<T | undefined> {
    try {
      return await command(this.redis);
    } catch (error) {
      if (!this.away) this.log.warn({ msg: 'calls cannot be resumed by other processes', ...describeFault(error) });
      this.away = true;
      return undefined;
    }
  }
}
