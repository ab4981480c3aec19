// Calls that begin in one process and go on in another, both of them here: what a worker has to do when another is killed.
import type { ConversationFactory } from '../calls/call-factory.js';
import type { Call, CallRequest, Calls, Opening, ResumeRequest } from '../calls/call.port.js';
import { LiveCalls } from '../calls/live-calls.js';
import { storedCallSchema } from '../calls/redis/stored-call.schema.js';
import type { Lease, ResumeRights, SaveResult, SessionStore, StoredCall } from '../calls/session-store.port.js';
import { systemClock } from '../conversation/system-clock.js';

/** How long a rehearsed call waits for its caller, ms. */
const GRACE_MS = 5000;

export class TwoProcesses implements Calls {
  readonly shared = true;
  private readonly first: LiveCalls;
  private readonly second: LiveCalls;

  constructor(factory: Pick<ConversationFactory, 'plan' | 'agentNameOf' | 'privacyOf'>) {
    const kept = new Map<string, Kept>();
    const process = (owner: string): LiveCalls =>
      new LiveCalls(factory, {
        clock: systemClock,
        observers: [],
        resumeGraceMs: GRACE_MS,
        log: { error: () => undefined },
        store: new KeptCalls(kept, owner),
      });
    this.first = process('first');
    this.second = process('second');
  }

  open(request: CallRequest): Promise<Opening> {
    return this.first.open(request);
  }

  resume(request: ResumeRequest): Promise<Call> {
    return this.second.resume(request);
  }

  handOver(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.all([this.first.close(), this.second.close()]);
  }
}

interface Kept {
  readonly fence: number;
  readonly owner: string;
  readonly rights: ResumeRights;
  /** JSON, as where several processes share them. */
  readonly call: string;
}

/** A SessionStore in this process. Owners do not hand calls over: they are thought to have been killed. */
class KeptCalls implements SessionStore {
  constructor(
    private readonly kept: Map<string, Kept>,
    readonly owner: string,
  ) {}

  create(sessionId: string): Lease {
    return { sessionId, fence: 1 };
  }

  save({ sessionId, fence }: Lease, rights: ResumeRights, call: StoredCall): Promise<SaveResult> {
    if ((this.kept.get(sessionId)?.fence ?? 0) > fence) return Promise.resolve('lost');
    this.kept.set(sessionId, { fence, owner: this.owner, rights, call: JSON.stringify(call) });
    return Promise.resolve('saved');
  }

  free(lease: Lease, rights: ResumeRights, call: StoredCall): Promise<SaveResult> {
    return this.save(lease, rights, call);
  }

  remove({ sessionId }: Lease): Promise<void> {
    this.kept.delete(sessionId);
    return Promise.resolve();
  }

  rights(sessionId: string): ReturnType<SessionStore['rights']> {
    const found = this.kept.get(sessionId);
    if (found === undefined) return Promise.resolve(undefined);
    const { fence, owner, rights } = found;
    return Promise.resolve({ ...rights, fence, owner, ownerListens: false, seenAt: 0 });
  }

  claim(sessionId: string, { fence }: { readonly fence: number }): ReturnType<SessionStore['claim']> {
    const found = this.kept.get(sessionId);
    if (found?.fence !== fence) return Promise.resolve(undefined);
    const call = storedCallSchema.parse(JSON.parse(found.call));
    this.kept.set(sessionId, { ...found, fence: fence + 1, owner: this.owner });
    return Promise.resolve({ lease: { sessionId, fence: fence + 1 }, call });
  }

  overdue(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  bury(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  askFor(): Promise<void> {
    return Promise.resolve();
  }

  onAsked(): void {
    // Nobody asks.
  }

  close(): void {
    // There is nothing to close.
  }
}
