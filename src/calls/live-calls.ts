import type { CallRoute } from '../database/calls/call-record.port.js';
import type { ConversationFactory } from './call-factory.js';
import type { CallBook, NotBegun } from './call-book.port.js';
import {
  type Call,
  type CallFinder,
  CallRefused,
  type CallRequest,
  type Calls,
  NotResumable,
  type Opening,
  type ResumeRequest,
} from './call.port.js';
import { settledWithin } from '../deadline/within.js';
import { describeFault } from './describe-fault.js';
import type { Line } from './line.port.js';
import { findToken, ResumeTokens } from './resume-tokens.js';
import { LiveCall, type LiveCallDeps } from './live-call.js';
import { MARKS } from './spending.js';
import type { SupervisedCalls } from './supervision.port.js';

/** How often a call that other processes want too is asked for. */
const MAX_ATTEMPTS = 3;
/** How long an owner may take to hand a call over before it is taken from it, ms. */
const ASK_MS = 400;
/**
 * Time between two calls that are handed over, ms. Their clients come back at once, and each costs the process that takes its
 * call some 25 ms: all together they would wait for each other.
 */
const HANDOVER_SPACING_MS = 40;
/** How long calls may take to end when the process stops, ms. */
const CLOSE_MS = 10_000;

const WEB: CallRoute = { direction: 'inbound', channel: 'web' };

export interface LiveCallsDeps extends LiveCallDeps {
  /** Where calls are written down before they begin. */
  readonly book?: CallBook;
}

/** The calls of this process. */
export class LiveCalls implements Calls, CallFinder, SupervisedCalls {
  private readonly calls = new Map<string, LiveCall>();
  /** Those too that have left, and still have something to finish. */
  private readonly running = new Set<LiveCall>();

  constructor(
    private readonly factory: Pick<ConversationFactory, 'plan' | 'agentNameOf' | 'privacyOf'>,
    private readonly deps: LiveCallsDeps,
  ) {
    deps.store?.onAsked(async (sessionId) => {
      const call = this.calls.get(sessionId);
      if (call !== undefined) await this.leave(call, 'taken');
    });
  }

  /** For calls that no other process may know of. */
  private get alone(): LiveCallDeps {
    const { store: _shared, ...deps } = this.deps;
    return deps;
  }

  /** Calls of this process, with a client or waiting for one. */
  get size(): number {
    return this.calls.size;
  }

  /** The process stood still, and with it each of them. */
  stalled(stall: Parameters<LiveCall['stalled']>[0]): void {
    for (const call of this.calls.values()) call.stalled(stall);
  }

  async open(request: CallRequest): Promise<Opening> {
    const { book, budgets } = this.deps;
    const { sessionId, caller, route = WEB } = request;
    const agent = this.factory.agentNameOf(request);
    const asked = {
      sessionId,
      userId: caller.userId,
      agent,
      route,
      privacy: this.factory.privacyOf(agent, caller.userId),
    };
    await book?.asked(asked);
    const hasBudget = (await budgets?.hasLeft({ userId: caller.userId, isPrivate: asked.privacy === 'zero' })) ?? true;
    return {
      start: (line) => {
        try {
          if (!hasBudget) throw new CallRefused('budget_spent', MARKS.budget_spent);
          return this.start(request, line);
        } catch (error) {
          book?.notBegun(asked, whyNotBegun(error));
          throw error;
        }
      },
      cancel: () => book?.notBegun(asked, { status: 'canceled' }),
    };
  }

  /** For a call that is written down. Throws CallRefused. */
  start(request: CallRequest, line: Line): Call {
    const plan = this.factory.plan(request);
    const call = new LiveCall(request, plan, plan.info.privacy?.level === 'zero' ? this.alone : this.deps);
    this.own(call);
    call.start(line);
    return call;
  }

  find(sessionId: string): { readonly userId: string; readonly call: LiveCall } | undefined {
    const call = this.calls.get(sessionId);
    return call === undefined ? undefined : { userId: call.rights().userId, call };
  }

  ids(): readonly string[] {
    return [...this.calls.keys()];
  }

  /** Whether another process could go on with the calls of this one. */
  get shared(): boolean {
    return this.deps.store !== undefined && this.deps.resumeGraceMs > 0;
  }

  async resume(request: ResumeRequest): Promise<Call> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const own = this.calls.get(request.sessionId);
      if (own !== undefined && (await this.gives(own, request))) return own;
      const taken = await this.takeOver(request);
      if (taken !== undefined) return taken;
    }
    throw new NotResumable();
  }

  async handOver(withinMs: number): Promise<void> {
    const calls = [...this.calls.values()];
    const spacing = Math.min(HANDOVER_SPACING_MS, withinMs / Math.max(1, calls.length));
    await Promise.all(
      calls.map(async (call, n) => {
        if (n > 0) await this.pass(n * spacing);
        // It may be over by then, or have been asked for.
        if (this.calls.has(call.id)) await this.leave(call, 'handover');
      }),
    );
  }

  private pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.deps.clock.after(ms, resolve);
    });
  }

  /** Ends all calls, and waits a bounded time until nothing of them is left. */
  async close(): Promise<void> {
    for (const call of this.calls.values()) call.end('shutdown');
    await settledWithin(Promise.all([...this.running].map(({ ended }) => ended)), CLOSE_MS, this.deps.clock);
  }

  /**
   * Fetches a call from where processes share them: handed over by its owner, or else taken from it. Undefined when another
   * process was faster: it may hand the call over then. Throws NotResumable.
   */
  private async takeOver({ sessionId, resumeToken, caller }: ResumeRequest): Promise<LiveCall | undefined> {
    const { store } = this.deps;
    const rights = this.shared ? await store?.rights(sessionId) : undefined;
    const tokenHash = rights && findToken(resumeToken, rights.tokenHashes);
    if (store === undefined || rights === undefined || tokenHash === undefined || rights.userId !== caller.userId) {
      throw new NotResumable();
    }
    if (rights.owner !== undefined && rights.ownerListens) await store.askFor(sessionId, rights.owner, ASK_MS);
    const tokens = new ResumeTokens(tokenHash);
    const claimed = await store.claim(sessionId, rights, tokens.hashes);
    if (claimed === undefined) return undefined;
    try {
      const { agent, ...request } = claimed.call.request;
      const full = { ...request, agent, sessionId, caller };
      const call = new LiveCall(full, this.factory.plan(full), this.deps, { ...claimed, tokens });
      this.own(call);
      call.goOn();
      return call;
    } catch (error) {
      // The agent is gone, or another version has written what nobody here can read.
      this.deps.log.error({ msg: 'call cannot go on here', callSid: sessionId, ...describeFault(error) });
      await store.remove(claimed.lease);
      throw new NotResumable();
    }
  }

  /**
   * Whether the client may have the call, and it is still this process's: one that stood still may have lost it without
   * knowing. By then the token that the client gets next is known wherever it comes back. Throws NotResumable.
   */
  private async gives(call: LiveCall, { resumeToken, caller }: ResumeRequest): Promise<boolean> {
    const admitted = call.admits(caller.userId, resumeToken);
    const isHere = await call.isHere();
    if (isHere && !admitted) throw new NotResumable();
    return isHere;
  }

  private async leave(call: LiveCall, why: 'taken' | 'handover'): Promise<void> {
    // From here on who wants it finds it where it is kept.
    this.calls.delete(call.id);
    if (!(await call.leave(why))) this.own(call);
  }

  private own(call: LiveCall): void {
    this.calls.set(call.id, call);
    this.running.add(call);
    void call.ended.then(() => {
      this.running.delete(call);
      if (this.calls.get(call.id) === call) this.calls.delete(call.id);
    });
  }
}

/** What is not for the client stays out of it. */
function whyNotBegun(error: unknown): NotBegun {
  if (error instanceof CallRefused) return { status: 'refused', error: { code: error.code, message: error.message } };
  return { status: 'failed', error: { code: 'internal', message: 'The server failed.' } };
}
