import type { ConversationEvent } from '../../conversation/conversation.port.js';
import type { Opus } from '../../opus/opus.js';
import type { ErrorCode, ServerMessage } from '../../protocol/index.js';
import type { GatewayObserver } from '../gateway-observer.port.js';
import type { Connection } from '../transport/connection.js';
import type { Codec, Encoded, Ending } from './codec.js';
import { PackedSpeech } from './packed-speech.js';

/** What is said to the client of one socket, in the words of its wire. */
export class ClientEnd {
  /** Undefined while audio goes out as it comes. */
  private speech: PackedSpeech | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly codec: Codec,
    private readonly observer: GatewayObserver,
  ) {}

  /**
   * Packs audio from now on, as `opus` can; false when it cannot. `lost`: it could, and cannot go on: what was not packed
   * is thrown away.
   */
  pack(opus: Opus, sampleRate: number, lost: () => void): boolean {
    const encoder = opus.encoder(sampleRate, {
      packet: (packet) => {
        this.connection.send(packet, true);
        this.speech?.advance();
      },
      lost: () => {
        const { speech } = this;
        this.speech = undefined;
        speech?.release();
        lost();
      },
    });
    if (encoder !== undefined) this.speech = new PackedSpeech(encoder);
    return encoder !== undefined;
  }

  say(message: ServerMessage | ConversationEvent, seq?: number): void {
    // The next one's audio has nothing to do with what was said before it, however that came to its end.
    if (message.type === 'response.audio_done' || message.type === 'response.started') this.speech?.end();
    // Nobody's place is before or behind a pong: it measures the line.
    if (message.type === 'pong') this.send(this.codec.encode(message, seq), false);
    else this.inOrder(() => this.send(this.codec.encode(message, seq), false));
  }

  error(code: ErrorCode, message: string, fatal: boolean): void {
    this.observer.errorSent(code);
    this.say({ type: 'error', code, message, fatal });
  }

  /** Hot path. */
  audio(chunk: Uint8Array): void {
    if (this.speech === undefined) this.send(this.codec.audio(chunk), true);
    else this.speech.push(chunk);
  }

  /** Barge-in: takes back the audio that has not been sent, and has the client throw away what it has. */
  clearAudio(): void {
    this.takeBack();
    this.send(this.codec.cleared(), false);
  }

  /** Takes back the audio that has not been sent. */
  takeBack(): void {
    this.connection.clearAudio();
    this.speech?.clear();
  }

  /** Closes after what waits has been sent. */
  finish(why: Ending): void {
    this.inOrder(() => this.connection.finish(this.codec.closeOf(why)));
  }

  /** Closes without what waits. */
  closeNow(why: Ending): void {
    this.closed();
    this.connection.closeNow(this.codec.closeOf(why));
  }

  /** The socket is gone, or not to be told anything any more. Idempotent. */
  closed(): void {
    this.speech?.close();
    this.speech = undefined;
  }

  private inOrder(step: () => void): void {
    if (this.speech === undefined) step();
    else this.speech.after(step);
  }

  private send(encoded: Encoded, isAudio: boolean): void {
    if (typeof encoded === 'string' || encoded instanceof Uint8Array) this.connection.send(encoded, isAudio);
    else if (encoded !== undefined) for (const frame of encoded) this.connection.send(frame, isAudio);
  }
}
