import type {
  Lease,
  LostCall,
  ResumeRights,
  SaveResult,
  SessionStore,
  StoredCall,
  StoredRights,
} from '../../src/calls/session-store.port.js';

interface Entry {
  fence: number;
  owner?: string | undefined;
  rights?: ResumeRights;
  json?: string;
  /** ms since 1970. */
  dueAt?: number;
  seenAt?: number;
}

/** What several `MemorySessionStore`s share: one of these is one Redis. */
export class SharedMemory {
  readonly entries = new Map<string, Entry>();
  readonly askers = new Map<string, (sessionId: string) => Promise<void>>();
  /** Every command fails while it is set. */
  away = false;
}

/** A SessionStore of several processes that live in one: for tests of what Redis does not decide. */
export class MemorySessionStore implements SessionStore {
  saves = 0;

  constructor(
    private readonly shared: SharedMemory,
    readonly owner: string,
  ) {}

  create(sessionId: string): Lease {
    return { sessionId, fence: 1 };
  }

  async save(lease: Lease, rights: ResumeRights, call: StoredCall, ttlMs: number): Promise<SaveResult> {
    return this.write(lease, rights, call, ttlMs, this.owner);
  }

  async free(lease: Lease, rights: ResumeRights, call: StoredCall, ttlMs: number): Promise<SaveResult> {
    return this.write(lease, rights, call, ttlMs, undefined);
  }

  async overdue(): Promise<readonly string[] | undefined> {
    if (this.shared.away) return undefined;
    return [...this.shared.entries].flatMap(([id, { dueAt = Infinity }]) => (dueAt <= Date.now() ? [id] : []));
  }

  async bury(sessionId: string): Promise<{ lease: Lease; call: LostCall } | undefined> {
    const entry = this.shared.away ? undefined : this.shared.entries.get(sessionId);
    if (entry?.json === undefined || (entry.dueAt ?? Infinity) > Date.now()) return undefined;
    const { request, startedAt } = JSON.parse(entry.json) as StoredCall;
    const { rights = { userId: '' }, seenAt = 0 } = entry;
    this.shared.entries.set(sessionId, { fence: Infinity });
    const call = { sessionId, userId: rights.userId, agent: request.agent, startedAt, seenAt };
    return { lease: { sessionId, fence: Infinity }, call };
  }

  async remove({ sessionId, fence }: Lease): Promise<void> {
    const entry = this.shared.entries.get(sessionId);
    if ((entry?.fence ?? 0) <= fence) this.shared.entries.set(sessionId, { fence: fence + 1 });
  }

  async rights(sessionId: string): Promise<StoredRights | undefined> {
    const entry = this.shared.away ? undefined : this.shared.entries.get(sessionId);
    if (entry?.rights === undefined) return undefined;
    const { rights, owner, fence } = entry;
    const ownerListens = owner !== undefined && owner !== this.owner && this.shared.askers.has(owner);
    return { ...rights, owner, ownerListens, fence, seenAt: 0 };
  }

  async claim(
    sessionId: string,
    { fence }: Pick<StoredRights, 'fence'>,
    tokenHashes: readonly string[],
  ): Promise<{ lease: Lease; call: StoredCall } | undefined> {
    const entry = this.shared.away ? undefined : this.shared.entries.get(sessionId);
    if (entry?.json === undefined || entry.fence !== fence) return undefined;
    entry.fence += 1;
    entry.owner = this.owner;
    if (entry.rights !== undefined) entry.rights = { ...entry.rights, tokenHashes };
    return { lease: { sessionId, fence: entry.fence }, call: JSON.parse(entry.json) as StoredCall };
  }

  async askFor(sessionId: string, owner: string): Promise<void> {
    await this.shared.askers.get(owner)?.(sessionId);
  }

  onAsked(free: (sessionId: string) => Promise<void>): void {
    this.shared.askers.set(this.owner, free);
  }

  /** As a process that is killed, or stands still: nobody hears what it is asked. */
  close(): void {
    this.shared.askers.delete(this.owner);
  }

  private write(
    { sessionId, fence }: Lease,
    rights: ResumeRights,
    call: StoredCall,
    ttlMs: number,
    owner: string | undefined,
  ): SaveResult {
    const { entries, away } = this.shared;
    if (away) return 'away';
    const entry = entries.get(sessionId);
    if (entry !== undefined && entry.fence > fence) return 'lost';
    this.saves += 1;
    const seenAt = Date.now();
    entries.set(sessionId, { fence, owner, rights, json: JSON.stringify(call), seenAt, dueAt: seenAt + ttlMs });
    return 'saved';
  }
}
