import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { NumberedEvent } from './line.port.js';

/** Most events kept, and most characters of their JSON. */
const MAX_EVENTS = 512;
const MAX_CHARS = 256 * 1024;

/** Of these the next one says it all, or only the present counts. */
const FLEETING = new Set<ConversationEvent['type']>(['transcript.partial', 'tool.progress']);

/** What a client was told, numbered and bounded, so that it can be told again. */
export class EventLog {
  private readonly kept: (NumberedEvent & { readonly chars: number })[] = [];
  private chars = 0;

  /** `seq` and `forgottenSeq`: of a call that began in another process; its events follow by `restore`. */
  constructor(
    private lastSeq = 0,
    private lostSeq = 0,
  ) {}

  /** Of the latest event. */
  get seq(): number {
    return this.lastSeq;
  }

  /** Of the latest event that cannot be told again; 0 when there is none. */
  get forgottenSeq(): number {
    return this.lostSeq;
  }

  /** Takes a number without keeping anything for it. */
  next(): number {
    this.lastSeq += 1;
    return this.lastSeq;
  }

  /** Keeps the event; returns its number. Throws when it cannot be put into JSON, and then keeps nothing. */
  add(event: ConversationEvent): number {
    const seq = this.next();
    if (!FLEETING.has(event.type)) this.keep({ seq, event });
    return seq;
  }

  /** What came after `seq`, oldest first. */
  after(seq: number): readonly NumberedEvent[] {
    return this.kept.filter((kept) => kept.seq > seq);
  }

  /** Takes in what another process has kept. */
  restore(events: readonly NumberedEvent[]): void {
    for (const kept of events) this.keep(kept);
  }

  private keep({ seq, event }: NumberedEvent): void {
    const chars = JSON.stringify(event).length;
    this.kept.push({ seq, event, chars });
    this.chars += chars;
    while (this.kept.length > MAX_EVENTS || this.chars > MAX_CHARS) {
      const gone = this.kept.shift();
      if (gone === undefined) return;
      this.chars -= gone.chars;
      this.lostSeq = gone.seq;
    }
  }
}
