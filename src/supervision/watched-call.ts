import type { CallInfo, CallTransition } from '../calls/call-observer.port.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import type { Cost } from '../usage/prices.port.js';
import { SaidLines } from './said-line.js';
import { shownEvent } from './shown-event.js';

/** Turns whose latency counts; a median of more says nothing new. */
const MAX_LATENCIES = 100;

export interface CallWatcher {
  /** What may be shown of something that happened. */
  event(event: ConversationEvent, seq: number): void;
  /** The call goes on in another process. */
  left(): void;
}

interface UnderWay {
  readonly id: string;
  readonly by: 'agent' | 'supervisor';
  readonly turnId?: string;
  /** What was written of it; kept where values are hidden only. */
  told: string;
}

/** What is known of one call that goes on in this process, by what its observers are told. */
export class WatchedCall {
  /** Since it came to this process. */
  turns = 0;
  interruptions = 0;
  errors = 0;
  cost: Cost | undefined;
  readonly lines = new SaidLines();
  readonly watchers = new Set<CallWatcher>();
  /** A person answers. */
  private attended = false;
  private floor: 'listening' | 'thinking' | 'speaking' = 'listening';
  /** The client is gone, or the caller waits for somebody else. */
  private readonly heldBy = new Set<'line' | 'transfer'>();
  private latencies: number[] = [];
  private reply: UnderWay | undefined;

  constructor(readonly info: CallInfo) {}

  get state(): 'listening' | 'thinking' | 'speaking' | 'held' {
    return this.heldBy.size > 0 ? 'held' : this.floor;
  }

  /** Of the latest turns, ms; undefined before the first. */
  get voiceToVoiceMs(): number | undefined {
    const sorted = this.latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  /** Whether words of it may be shown, now. */
  get showsWords(): boolean {
    return (this.info.privacy?.level ?? 'standard') === 'standard';
  }

  /** Nobody is told who calls. */
  get isAnonymous(): boolean {
    const { privacy } = this.info;
    return (privacy?.base ?? privacy?.level) === 'zero';
  }

  /** Returns whether anything that the list of calls shows has changed. */
  event(event: ConversationEvent, seq: number): boolean {
    const told = this.reply?.told;
    const changed = this.take(event);
    if (this.watchers.size > 0) {
      const shown = shownEvent(event, this.info.privacy, told);
      if (shown !== undefined) for (const watcher of this.watchers) watcher.event(shown, seq);
    }
    return changed;
  }

  /** The same. */
  transition({ type }: CallTransition): boolean {
    if (type === 'detached') this.heldBy.add('line');
    else if (type === 'attached') this.heldBy.delete('line');
    else return false;
    return true;
  }

  spent(cost: Cost): void {
    const { currency } = cost;
    this.cost = this.cost?.currency === currency ? { currency, amount: this.cost.amount + cost.amount } : cost;
  }

  private take(event: ConversationEvent): boolean {
    switch (event.type) {
      case 'turn.ended':
        this.turns += 1;
        this.floor = this.attended ? 'listening' : 'thinking';
        this.line({ speaker: 'user', text: event.text, turnId: event.turnId });
        return true;
      case 'response.started':
        return this.replyStarted(event);
      case 'response.text':
        if (this.reply?.id === event.responseId && this.info.privacy?.redactor !== undefined) {
          this.reply.told += event.delta;
        }
        return false;
      case 'turn.metrics':
        this.floor = 'speaking';
        if (event.voiceToVoiceMs !== undefined) {
          this.latencies = [...this.latencies.slice(1 - MAX_LATENCIES), event.voiceToVoiceMs];
        }
        return true;
      case 'response.paused':
        this.floor = 'listening';
        return true;
      case 'response.resumed':
        this.floor = 'speaking';
        return true;
      case 'response.completed':
        return this.replyOver(event.responseId, event.text, false);
      case 'response.interrupted':
        // Whoever takes a call over ends what the agent is saying.
        if (!this.attended || this.reply?.by === 'supervisor') this.interruptions += 1;
        return this.replyOver(event.responseId, event.heardText, true);
      case 'error':
        this.errors += 1;
        return true;
      case 'supervisor.changed':
        this.attended = event.active;
        return true;
      case 'transfer.changed':
        this.heldBy.add('transfer');
        return true;
      case 'transfer.ended':
        this.heldBy.delete('transfer');
        return true;
      case 'audio.skipped':
      case 'call.answered':
      case 'consent.changed':
      case 'custom.message':
      case 'disclosure.told':
      case 'keys.pressed':
      case 'response.audio_done':
      case 'response.speak':
      case 'session.ended':
      case 'speech.started':
      case 'speech.stopped':
      case 'tool.call':
      case 'tool.finished':
      case 'tool.progress':
      case 'tool.result':
      case 'tool.started':
      case 'transcript.final':
      case 'transcript.partial':
      default:
        return event.type === 'session.ended';
    }
  }

  private replyStarted({
    responseId: id,
    turnId,
    by,
  }: Extract<ConversationEvent, { type: 'response.started' }>): boolean {
    this.reply = { id, by: by ?? 'agent', ...(turnId === undefined ? {} : { turnId }), told: '' };
    // What is said unasked needs no thought.
    this.floor = turnId === undefined ? 'speaking' : 'thinking';
    return true;
  }

  private replyOver(responseId: string, text: string, interrupted: boolean): boolean {
    const { reply } = this;
    const known = reply?.id === responseId ? reply : undefined;
    if (known !== undefined) {
      this.reply = undefined;
      this.floor = 'listening';
    }
    this.line({
      speaker: known?.by ?? 'agent',
      text,
      responseId,
      ...(known?.turnId === undefined ? {} : { turnId: known.turnId }),
      ...(interrupted ? { interrupted: true as const } : {}),
      ...(interrupted && known !== undefined && known.told.length > text.length ? { told: known.told } : {}),
    });
    return true;
  }

  /** What may not be shown is not kept either. */
  private line(line: Omit<Parameters<SaidLines['add']>[0], 'at'>): void {
    if (this.showsWords) this.lines.add({ ...line, at: Date.now() });
  }
}
