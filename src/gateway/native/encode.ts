import type { ConversationEvent, SessionEndReason } from '../../conversation/conversation.port.js';
import { CLOSE, ERRORS } from '../../protocol/index.js';
import type { CloseEvent, ErrorCode, ServerMessage } from '../../protocol/index.js';

/** A server message as a text frame. Events of a conversation are messages of this wire as they are. */
export function encode(message: ServerMessage | ConversationEvent): string {
  // The compiler checks here that every event still is a message.
  const checked: ServerMessage = message;
  return JSON.stringify(checked);
}

const CLOSE_OF_REASON = {
  client: CLOSE.normal,
  agent: CLOSE.normal,
  idle: CLOSE.normal, // the agent has said goodbye
  limit: CLOSE.callTooLong,
  shutdown: CLOSE.goingAway,
  disconnected: CLOSE.notResumable, // nobody is there to read it
} as const satisfies Record<Exclude<SessionEndReason, 'error'>, CloseEvent>;

/** How the socket closes when the conversation has ended by itself. `fatal` is the code of its last fatal error. */
export function closeOf(reason: SessionEndReason, fatal: ErrorCode | undefined): CloseEvent {
  return reason === 'error' ? CLOSE[ERRORS[fatal ?? 'internal'].close] : CLOSE_OF_REASON[reason];
}
