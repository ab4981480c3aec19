import type { CallInfo, CallObserver, CallTransition } from '../calls/call-observer.port.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import type { Cost } from '../usage/prices.port.js';
import { WatchedCall } from './watched-call.js';

/** The calls that go on in this process, as they are seen from outside. Copies nothing while nobody watches. */
export class LiveBoard implements CallObserver {
  private readonly calls = new Map<string, WatchedCall>();
  private readonly listeners = new Set<() => void>();

  find(callSid: string): WatchedCall | undefined {
    return this.calls.get(callSid);
  }

  /** In the order in which they came here. */
  all(): Iterable<WatchedCall> {
    return this.calls.values();
  }

  /** `changed` is called for each change of what a list shows: to be taken note of, and no more. Returns how to stop that. */
  onChange(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  started(info: CallInfo): void {
    this.calls.set(info.sessionId, new WatchedCall(info));
    this.changed();
  }

  resumed(info: CallInfo): void {
    this.started(info);
  }

  event({ sessionId }: CallInfo, event: ConversationEvent, seq: number): void {
    const call = this.calls.get(sessionId);
    if (call === undefined) return;
    // Whoever hears of the end finds the call gone.
    if (event.type === 'session.ended') this.calls.delete(sessionId);
    if (call.event(event, seq)) this.changed();
  }

  used({ sessionId }: CallInfo, _usage: ProviderUsage, cost: Cost | undefined): void {
    const call = this.calls.get(sessionId);
    if (call === undefined || cost === undefined) return;
    call.spent(cost);
    this.changed();
  }

  transition({ sessionId }: CallInfo, transition: CallTransition): void {
    const call = this.calls.get(sessionId);
    if (call === undefined) return;
    if (transition.type === 'left') {
      this.calls.delete(sessionId);
      for (const watcher of call.watchers) watcher.left();
      return this.changed();
    }
    if (call.transition(transition)) this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
