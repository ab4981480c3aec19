// The client's end of a call, on whatever wire. A call has at most one at a time, and outlives it.
import type { ConversationEvent } from '../conversation/conversation.port.js';

/** Something that the client was told, by its number in the call. */
export interface NumberedEvent {
  readonly seq: number;
  readonly event: ConversationEvent;
}

/** Implemented by the transport. Every method is synchronous and never throws. */
export interface Line {
  /** `seq` numbers what the client was told in this call: it grows, with gaps; see EventLog. */
  event(event: ConversationEvent, seq: number): void;
  /** One piece of the reply's audio, PCM16 mono at the call's output rate, in order. Hot path. */
  audio(chunk: Uint8Array): void;
  /** Drops audio that has not left the process yet. */
  clearAudio(): void;
  /**
   * The call goes on without this line, which is told nothing more: `taken`, another line of the same client has it (here or
   * in another process); `handover`, this process stops, and the client may resume the call elsewhere.
   */
  released(why: 'taken' | 'handover'): void;
}
