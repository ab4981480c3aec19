import type { Response } from 'express';
import type { Caller } from '../identity/caller.port.js';
import { refusal } from '../rest/refusal.js';
import { EventStream } from './event-stream.js';

/** Of one user at a time. */
const MAX_STREAMS = 20;
/** Longest time that a timer can wait, ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The streams that are open: not too many of a user, none longer than its token, none left when the server stops. */
export class EventStreams {
  private readonly streams = new Map<string, Set<EventStream>>();

  /** Throws 429 for a user who has too many. */
  open({ userId, claims }: Caller, response: Response): EventStream {
    const own = this.streams.get(userId) ?? new Set();
    if (own.size >= MAX_STREAMS) {
      throw refusal(429, 'too_many_streams', `At most ${MAX_STREAMS} streams of a user at a time: close one.`);
    }
    const stream = new EventStream(response);
    this.streams.set(userId, own.add(stream));
    const expiry = untilExpiry(claims['exp']);
    const timer = expiry === undefined ? undefined : setTimeout(() => stream.cut('token_expired'), expiry);
    stream.onOver(() => {
      clearTimeout(timer);
      own.delete(stream);
      if (own.size === 0 && this.streams.get(userId) === own) this.streams.delete(userId);
    });
    return stream;
  }

  close(): void {
    for (const own of this.streams.values()) for (const stream of own) stream.cut('shutting_down');
  }
}

/** ms; `exp`: s since 1970 (RFC 7519). */
function untilExpiry(exp: unknown): number | undefined {
  if (typeof exp !== 'number') return undefined;
  return Math.min(MAX_TIMER_MS, Math.max(0, exp * 1000 - Date.now()));
}
