import type { Clock } from '../conversation/clock.port.js';
import type { ConversationEvent, SessionEndReason } from '../conversation/conversation.port.js';
import type { CallObservers } from './call-observers.js';
import { describeFault } from './describe-fault.js';
import { FaultBoundary } from './fault-boundary.js';

/** How long a conversation that has failed may take to end by itself, ms. */
const FAULT_END_MS = 2000;

/** What the end of a call by a fault needs of it. */
export interface Faulty {
  readonly id: string;
  /** Nothing more is told to anybody. */
  readonly isOver: boolean;
  tell(event: ConversationEvent): void;
  /** May throw. */
  endConversation(reason: SessionEndReason): void;
  /** Ends without the conversation, which does not end by itself. */
  abandon(): void;
}

/** What a fault of ours leads to: the end of the call in which it happened, and of no other. */
export class CallFaults {
  readonly boundary = new FaultBoundary(
    (error, where) => this.faulted(error, where),
    () => this.call.id,
  );
  private failed = false;

  constructor(
    private readonly call: Faulty,
    private readonly observers: CallObservers,
    private readonly deps: { readonly clock: Clock; readonly log: { error(line: object): void } },
  ) {}

  /** A fault of ours is ending the call. */
  get failing(): boolean {
    return this.failed;
  }

  /** Ends the conversation, whatever state a fault has left it in. */
  end(reason: SessionEndReason): void {
    try {
      this.call.endConversation(reason);
    } catch (error) {
      this.deps.log.error({ msg: 'call did not end', callSid: this.call.id, ...describeFault(error) });
      this.call.abandon();
    }
  }

  private faulted(error: unknown, where: string): void {
    const fault = describeFault(error);
    this.deps.log.error({ msg: 'call failed', callSid: this.call.id, where, ...fault });
    if (this.call.isOver) return;
    this.observers.transition({ type: 'faulted', where, fault });
    if (this.failed) return;
    this.failed = true;
    this.call.tell({
      type: 'error',
      code: 'internal',
      message: 'The server failed; start a new session.',
      fatal: true,
    });
    this.deps.clock.after(FAULT_END_MS, () => this.call.abandon());
    // Not from within whatever has failed.
    queueMicrotask(() => this.end('error'));
  }
}
