import type { Redis } from 'ioredis';
import { z } from 'zod';

/** Where an owner is asked. */
export const channelOf = (owner: string): string => `parley:calls:${owner}`;

const letterSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ask'), sessionId: z.string(), from: z.string() }),
  z.object({ type: z.literal('freed'), sessionId: z.string() }),
]);
type Letter = z.infer<typeof letterSchema>;

/** How processes ask each other for calls. What gets lost on the way costs a wait, and nothing else. */
export class Mailbox {
  private readonly subscriber: Redis;
  private readonly waiting = new Map<string, Set<() => void>>();
  private free: (sessionId: string) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly redis: Redis,
    private readonly owner: string,
  ) {
    this.subscriber = redis.duplicate({ autoResubscribe: false });
    // The connection whose duplicate this is says when Redis is away.
    this.subscriber.on('error', () => undefined);
    this.subscriber.on('ready', () => {
      this.subscriber.subscribe(channelOf(owner)).catch(() => this.subscriber.disconnect(true));
    });
    this.subscriber.on('message', (_channel: string, text: string) => this.read(text));
  }

  onAsked(free: (sessionId: string) => Promise<void>): void {
    this.free = free;
  }

  /** Resolves when the owner has freed the call, when nobody listens who could, and after `waitMs`. */
  async ask(sessionId: string, owner: string, waitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.waiting.get(sessionId) ?? new Set();
    this.waiting.set(sessionId, waiting.add(resolve));
    const timer = setTimeout(resolve, waitMs);
    try {
      const listeners = await this.send(owner, { type: 'ask', sessionId, from: this.owner });
      if (listeners > 0) await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(resolve);
      if (waiting.size === 0) this.waiting.delete(sessionId);
    }
  }

  close(): void {
    this.subscriber.disconnect();
  }

  private read(text: string): void {
    const letter = parse(text);
    if (letter?.type === 'freed') for (const resolve of this.waiting.get(letter.sessionId) ?? []) resolve();
    if (letter?.type === 'ask') void this.hand(letter.sessionId, letter.from);
  }

  private async hand(sessionId: string, from: string): Promise<void> {
    try {
      await this.free(sessionId);
    } finally {
      // Lost when Redis is away: who asked waits a little longer then.
      await this.send(from, { type: 'freed', sessionId }).catch(() => undefined);
    }
  }

  private send(owner: string, letter: Letter): Promise<number> {
    return this.redis.publish(channelOf(owner), JSON.stringify(letter));
  }
}

function parse(text: string): Letter | undefined {
  try {
    return letterSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // not JSON, so not from one of us
  }
}
