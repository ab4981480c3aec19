import type { Call } from '../../calls/call.port.js';
import type { SessionSlot } from '../../limits/limits.port.js';

/** The places of running calls: a call keeps its place as long as it lives, with and without a socket. */
export class CallSlots {
  private readonly taken = new WeakSet<Call>();

  /** The socket has become the line of this call: its place is the call's, or is given back when the call has one. */
  handOver(slot: SessionSlot, call: Call): void {
    if (this.taken.has(call)) {
      slot.release();
      return;
    }
    this.taken.add(call);
    void call.ended.then(() => slot.release());
  }
}
