// What makes a wire: a codec translates its frames into the words of src/protocol and back, and knows nothing else. The
// session, the same for every wire, decides what they do.
import type { ConversationEvent, SessionEndReason } from '../../conversation/conversation.port.js';
import type { ClientMessage, CloseEvent, ErrorCode, ServerMessage, SessionStart } from '../../protocol/index.js';
import type { Frame } from '../transport/outbox.js';

/** A frame that says nothing on its wire. */
export interface Fault {
  readonly type: 'fault';
  readonly code: ErrorCode;
  /** What is wrong, for the client. */
  readonly problem: string;
}

/** The first message of a client that could prove nothing in its handshake: `proof` is for the wire's Door to look at. */
export interface Introduction {
  readonly type: 'introduction';
  readonly proof: Readonly<Record<string, string>>;
  /** What it asks for when it is believed. */
  readonly start: SessionStart;
}

/** No frame, one, or several in order. */
export type Encoded = Frame | readonly Frame[] | undefined;

/**
 * Why a socket is closed: how the call ended, the fault that ended the session, that the call goes on without it, or that
 * the client was not believed.
 */
export type Ending = Exclude<SessionEndReason, 'error'> | ErrorCode | 'taken' | 'handover' | 'refused';

/** The state of one connection on one wire. No method throws for what a client sends. */
export interface Codec {
  /**
   * Hot path. Bytes are microphone audio, PCM16 at the session's input rate, whatever the frame looked like, and do not count
   * as control (whether they can be that is the session's to see); undefined is a frame that asks for nothing.
   */
  decode(frame: Buffer, isBinary: boolean): Uint8Array | ClientMessage | Introduction | Fault | undefined;
  /** `seq` is the message's number in the call, where it has one. */
  encode(message: ServerMessage | ConversationEvent, seq?: number): Encoded;
  /** Hot path: one piece of the reply's audio, PCM16 at the session's output rate. Its frames can be taken back. */
  audio(chunk: Uint8Array): Encoded;
  /** Audio that had not been sent was taken back: what tells the client to throw away what it has, if anything does. */
  cleared(): Encoded;
  closeOf(why: Ending): CloseEvent;
}
