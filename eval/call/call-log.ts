// Everything that happened in a call as the caller's end saw it, with times; and the audio that came.
import type { Timed, CallEvent, EventName } from '../scenario/events.js';
import { showMs } from '../scenario/times.js';

export type TimedOf<Type extends EventName> = Extract<Timed, { type: Type }>;

/** A response as it was received and heard. */
export interface ReceivedResponse {
  readonly responseId: string;
  readonly chunks: Uint8Array[];
  /** What left the loudspeaker, in order. */
  readonly heard: Int16Array[];
  /** How much of it was heard, ms. */
  heardMs: number;
  lastAudioAtMs: number;
  /** Everything has arrived. */
  complete: boolean;
}

const POLL_MS = 5;
/** Events that a story can do without. */
const DULL: ReadonlySet<string> = new Set(['response.text', 'turn.metrics', 'session.started', 'pong']);
const MAX_STORY = 40;

export class CallLog {
  readonly events: Timed[] = [];
  readonly responses = new Map<string, ReceivedResponse>();
  readonly ignored: string[] = [];

  /** @param startedAt as performance.now counts, ms */
  constructor(private readonly startedAt: number) {}

  get nowMs(): number {
    return performance.now() - this.startedAt;
  }

  /** Puts an event in its place; `at` as performance.now counts, now when absent. */
  add(event: CallEvent, at = performance.now()): void {
    const timed: Timed = { ...event, atMs: at - this.startedAt };
    // What is known only later, such as when a sound ended, goes where it belongs.
    const index = this.events.findLastIndex((one) => one.atMs <= timed.atMs);
    this.events.splice(index + 1, 0, timed);
  }

  of<Type extends EventName>(type: Type): TimedOf<Type>[] {
    return this.events.filter((event): event is TimedOf<Type> => event.type === type);
  }

  response(responseId: string): ReceivedResponse {
    const known = this.responses.get(responseId);
    if (known !== undefined) return known;
    const fresh: ReceivedResponse = {
      responseId,
      chunks: [],
      heard: [],
      heardMs: 0,
      lastAudioAtMs: 0,
      complete: false,
    };
    this.responses.set(responseId, fresh);
    return fresh;
  }

  /** The response that began last. */
  get current(): ReceivedResponse | undefined {
    return [...this.responses.values()].at(-1);
  }

  /** Resolves when `condition` holds, true; false after `timeoutMs`. */
  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      if (performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return true;
  }

  /** The log as it is now. */
  snapshot(): CallLog {
    const copy = new CallLog(this.startedAt);
    copy.events.push(...this.events);
    copy.ignored.push(...this.ignored);
    for (const [id, response] of this.responses) {
      copy.responses.set(id, { ...response, chunks: [...response.chunks], heard: [...response.heard] });
    }
    return copy;
  }

  /** What happened, a line an event, without what every call is full of. */
  story(): string[] {
    const lines = this.events
      .filter(({ type }) => !DULL.has(type))
      // Of partials that follow each other the last one says it all.
      .filter(({ type }, n, all) => type !== 'transcript.partial' || all[n + 1]?.type !== type)
      .map(({ atMs, type, ...rest }) => {
        const details = Object.entries(rest)
          .filter(([key, value]) => !['turnId', 'callId', 'audioMs', 'durationMs'].includes(key) && value !== undefined)
          .map(([key, value]) => `${key}=${JSON.stringify(value)}`.slice(0, 120));
        return `${showMs(atMs).padStart(8)}  ${[type, ...details].join(' ')}`;
      });
    return lines.length <= MAX_STORY
      ? lines
      : [...lines.slice(0, MAX_STORY), `... and ${lines.length - MAX_STORY} more`];
  }
}
