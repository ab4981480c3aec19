// Every message of the server, with the time since the call began.
import { signal } from '@preact/signals';
import type { ServerEvent } from '../../../client/client-events.js';

export interface LoggedEvent {
  readonly number: number;
  /** ms since the log was cleared. */
  readonly atMs: number;
  readonly event: ServerEvent;
}

/** Older ones are dropped; how many is said. */
const MOST_EVENTS = 2000;

export class EventLog {
  readonly entries = signal<readonly LoggedEvent[]>([]);
  readonly dropped = signal(0);
  #from = performance.now();
  #number = 0;

  add(event: ServerEvent): void {
    this.#number += 1;
    const logged = { number: this.#number, atMs: Math.round(performance.now() - this.#from), event };
    const all = [...this.entries.value, logged];
    if (all.length > MOST_EVENTS) this.dropped.value += all.length - MOST_EVENTS;
    this.entries.value = all.slice(-MOST_EVENTS);
  }

  clear(): void {
    this.entries.value = [];
    this.dropped.value = 0;
    this.#from = performance.now();
    this.#number = 0;
  }
}

/** Says only that the connection lives, every second: shown to whoever asks for it. */
const HEARTBEAT = 'pong';

/** Those that hold every word of the filter, in their names or anywhere in their JSON. */
export function matching(entries: readonly LoggedEvent[], filter: string): readonly LoggedEvent[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries.filter(({ event }) => event.type !== HEARTBEAT);
  return entries.filter(({ event }) => {
    const text = JSON.stringify(event).toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
