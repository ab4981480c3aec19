import type { ConversationEvent } from '../../conversation/conversation.port.js';
import type { ErrorCode, ServerMessage } from '../../protocol/index.js';
import type { GatewayObserver } from '../gateway-observer.port.js';
import type { Connection } from '../transport/connection.js';
import type { Codec, Encoded, Ending } from './codec.js';

/** What is said to the client of one socket, in the words of its wire. */
export class ClientEnd {
  constructor(
    private readonly connection: Connection,
    private readonly codec: Codec,
    private readonly observer: GatewayObserver,
  ) {}

  say(message: ServerMessage | ConversationEvent, seq?: number): void {
    this.send(this.codec.encode(message, seq), false);
  }

  error(code: ErrorCode, message: string, fatal: boolean): void {
    this.observer.errorSent(code);
    this.say({ type: 'error', code, message, fatal });
  }

  /** Hot path. */
  audio(chunk: Uint8Array): void {
    this.send(this.codec.audio(chunk), true);
  }

  /** Barge-in: takes back the audio that has not been sent, and has the client throw away what it has. */
  clearAudio(): void {
    this.connection.clearAudio();
    this.send(this.codec.cleared(), false);
  }

  /** Closes after what waits has been sent. */
  finish(why: Ending): void {
    this.connection.finish(this.codec.closeOf(why));
  }

  /** Closes without what waits. */
  closeNow(why: Ending): void {
    this.connection.closeNow(this.codec.closeOf(why));
  }

  private send(encoded: Encoded, isAudio: boolean): void {
    if (typeof encoded === 'string' || encoded instanceof Uint8Array) this.connection.send(encoded, isAudio);
    else if (encoded !== undefined) for (const frame of encoded) this.connection.send(frame, isAudio);
  }
}
