import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { NumberedEvent } from './line.port.js';

/** Most events kept, and most characters of their JSON. */
const MAX_EVENTS = 512;
const MAX_CHARS = 256 * 1024;

/** Most characters of it that another process is given. */
const TAIL_CHARS = 64 * 1024;

/** What another process needs to go on with a log. */
export interface KeptEvents {
  readonly seq: number;
  readonly events: readonly NumberedEvent[];
  /** The latest event that cannot be told again; 0 when there is none. */
  readonly forgottenSeq: number;
}

/** Of these the next one says it all, or only the present counts. */
const FLEETING = new Set<ConversationEvent['type']>(['transcript.partial', 'tool.progress']);

/** What a client was told, numbered and bounded, so that it can be told again. */
export class EventLog {
  private readonly log: (NumberedEvent & { readonly chars: number })[] = [];
  private chars = 0;

  /** `lastSeq`: of what has been told already. */
  constructor(
    private lastSeq = 0,
    private lostSeq = 0,
  ) {}

  /** Goes on with what another process has kept; `jump` numbers are left out that it may have used since. */
  static of({ seq, events, forgottenSeq }: KeptEvents, jump: number): EventLog {
    const log = new EventLog(seq + jump, forgottenSeq);
    for (const kept of events) log.keep(kept);
    return log;
  }

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
    return this.log.filter((kept) => kept.seq > seq);
  }

  /** For another process; see `of`. */
  kept(maxChars = TAIL_CHARS): KeptEvents {
    const events: NumberedEvent[] = [];
    let left = maxChars;
    for (const { seq, event, chars } of this.log.toReversed()) {
      left -= chars;
      if (left < 0) return { seq: this.lastSeq, events, forgottenSeq: seq };
      events.unshift({ seq, event });
    }
    return { seq: this.lastSeq, events, forgottenSeq: this.lostSeq };
  }

  private keep({ seq, event }: NumberedEvent): void {
    const chars = JSON.stringify(event).length;
    this.log.push({ seq, event, chars });
    this.chars += chars;
    while (this.log.length > MAX_EVENTS || this.chars > MAX_CHARS) {
      const gone = this.log.shift();
      if (gone === undefined) return;
      this.chars -= gone.chars;
      this.lostSeq = gone.seq;
    }
  }
}
