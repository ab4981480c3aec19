import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { CLOSE, ERRORS } from '../../protocol/index.js';
import type { ClientMessage, CloseEvent, ErrorCode, ServerMessage } from '../../protocol/index.js';
import type { Codec, Ending, Fault } from '../session/codec.js';
import { decodeClientMessage } from './decode.js';

/** How the socket closes for what is no error of the native protocol. */
const CLOSE_OF = {
  client: CLOSE.normal,
  agent: CLOSE.normal,
  idle: CLOSE.normal, // the agent has said goodbye
  limit: CLOSE.callTooLong,
  shutdown: CLOSE.goingAway,
  disconnected: CLOSE.notResumable, // nobody is there to read it
  transferred: CLOSE.normal, // on telephones only
  taken: CLOSE.taken,
  handover: CLOSE.moved,
  refused: CLOSE.policyViolation, // this wire's clients prove who they are in the handshake
} as const satisfies Record<Exclude<Ending, ErrorCode>, CloseEvent>;

/** The native wire: a text frame is a message of src/protocol, a binary frame is audio. It has no state. */
export class NativeCodec implements Codec {
  decode(frame: Buffer, isBinary: boolean): Uint8Array | ClientMessage | Fault {
    return isBinary ? frame : decodeClientMessage(frame);
  }

  /** Events of a conversation are messages of this wire as they are; the number is put into the text. */
  encode(message: ServerMessage | ConversationEvent, seq?: number): string {
    // The compiler checks here that every event still is a message.
    const checked: ServerMessage = message;
    const text = JSON.stringify(checked);
    return seq === undefined ? text : `${text.slice(0, -1)},"seq":${seq}}`;
  }

  audio(chunk: Uint8Array): Uint8Array {
    return chunk;
  }

  /** response.interrupted follows, and says so. */
  cleared(): undefined {
    return undefined;
  }

  closeOf(why: Ending): CloseEvent {
    return why in CLOSE_OF ? CLOSE_OF[why as keyof typeof CLOSE_OF] : CLOSE[ERRORS[why as ErrorCode].close];
  }
}
