import type { ConversationCalls } from './call-factory.js';
import { type Call, type CallRequest, type Calls, NotResumable, type ResumeRequest } from './call.port.js';
import type { Line } from './line.port.js';
import { LiveCall, type LiveCallDeps } from './live-call.js';

/** How long calls may take to end when the process stops, ms. */
const CLOSE_MS = 10_000;

/** The calls of this process. */
export class LiveCalls implements Calls {
  private readonly calls = new Map<string, LiveCall>();

  constructor(
    private readonly factory: Pick<ConversationCalls, 'plan'>,
    private readonly deps: LiveCallDeps,
  ) {}

  /** Calls of this process, with a client or waiting for one. */
  get size(): number {
    return this.calls.size;
  }

  start(request: CallRequest, line: Line): Call {
    const call = new LiveCall(request, this.factory.plan(request), this.deps);
    this.own(call);
    call.start(line);
    return call;
  }

  async resume({ sessionId, resumeToken, caller }: ResumeRequest): Promise<Call> {
    const call = this.calls.get(sessionId);
    if (call?.admits(caller.userId, resumeToken) !== true) throw new NotResumable();
    return call;
  }

  /** Ends all calls, and waits a bounded time until nothing of them is left. */
  async close(): Promise<void> {
    const calls = [...this.calls.values()];
    for (const call of calls) call.end('shutdown');
    const late = new Promise<void>((resolve) => {
      this.deps.clock.after(CLOSE_MS, resolve);
    });
    await Promise.race([Promise.all(calls.map(({ ended }) => ended)), late]);
  }

  private own(call: LiveCall): void {
    this.calls.set(call.id, call);
    void call.ended.then(() => {
      if (this.calls.get(call.id) === call) this.calls.delete(call.id);
    });
  }
}
