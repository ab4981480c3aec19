import { AsyncLocalStorage } from 'node:async_hooks';
import type { SupervisedCalls } from '../calls/supervision.port.js';
import type { LiveBoard } from './live-board.js';
import type { LiveCalls, LiveCallView } from './live.schema.js';
import type { WatchedCall } from './watched-call.js';

/** Calls in a list; of more the newest. */
const MAX_CALLS = 500;
const MAX_WORDS = 200;
/** Time between two lists that are told, ms. */
const EVERY_MS = 500;

/** The calls of this process as a list, and told again as it changes. */
export class LiveList {
  private readonly readers = new Set<(json: string) => void>();
  private stopListening: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private toldAt = 0;
  /** What is told is no call's work, though one has caused it. */
  private readonly outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly board: LiveBoard,
    private readonly finder: SupervisedCalls,
  ) {}

  now(): LiveCalls {
    const calls = [...this.board.all()].flatMap((call) => this.view(call) ?? []);
    const newest = calls.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
    return { calls: newest.slice(0, MAX_CALLS), total: calls.length };
  }

  /** Tells the list as JSON at once, and at most twice a second when it has changed. Returns how to stop that. */
  watch(reader: (json: string) => void): () => void {
    this.readers.add(reader);
    this.stopListening ??= this.board.onChange(() => this.changed());
    reader(JSON.stringify(this.now()));
    return () => {
      this.readers.delete(reader);
      if (this.readers.size > 0) return;
      clearTimeout(this.timer);
      this.timer = undefined;
      this.stopListening?.();
      this.stopListening = undefined;
    };
  }

  private changed(): void {
    const ms = Math.max(0, this.toldAt + EVERY_MS - Date.now());
    this.timer ??= this.outside(() => setTimeout(() => this.tell(), ms));
  }

  private tell(): void {
    this.timer = undefined;
    this.toldAt = Date.now();
    const json = JSON.stringify(this.now());
    for (const reader of this.readers) reader(json);
  }

  private view(watched: WatchedCall): LiveCallView | undefined {
    const { info, state, turns, interruptions, errors, voiceToVoiceMs = null, cost, lines } = watched;
    const found = this.finder.find(info.sessionId);
    if (found === undefined) return undefined;
    const { channel = 'web', direction = 'inbound' } = info.route ?? {};
    return {
      callSid: info.sessionId,
      userId: watched.isAnonymous ? null : info.userId,
      agent: info.agent,
      channel,
      direction,
      startedAt: new Date(Date.now() - found.call.ageMs).toISOString(),
      state,
      turns,
      interruptions,
      errors,
      voiceToVoiceMs,
      cost: cost?.amount ?? null,
      currency: cost?.currency ?? null,
      lastWords: (watched.showsWords ? lines.last(info.privacy, MAX_WORDS) : undefined) ?? null,
      takenOverBy: found.call.supervision.takenOverBy ?? null,
    };
  }
}
