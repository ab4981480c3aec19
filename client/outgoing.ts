// All that the client says, over one connection after the other: microphone audio, and messages in their place between it.
import { BYTES_PER_SAMPLE, bytesForMs, msForBytes } from '../src/protocol/constants.js';
import type { Carrier } from './audio-codec.js';
import type { SessionInfo } from './client-events.js';
import { OutboundAudio } from './outbound-audio.js';
import type { ClientMessage, NumberedMessage } from './wire/messages.js';

export interface OutgoingOptions {
  readonly session: SessionInfo;
  /** What the server has taken of another client, whose session this one goes on with. */
  readonly taken?: Taken;
  /** Whether the session outlives its connection, so that messages are numbered and kept. */
  readonly resumable: boolean;
  /** Audio that may wait for the network, ms. */
  readonly maxBufferedMs: number;
  dropping(waitingBytes: number): void;
  recovered(droppedMs: number): void;
}

/** Where a server goes on: what it has taken of this session. */
export interface Taken {
  readonly receivedSamples: number;
  /** 0: no message so far. */
  readonly lastClientSeq: number;
}

interface Kept {
  readonly clientSeq: number;
  readonly text: string;
  /** Audio that was said before it, bytes. */
  readonly at: number;
}

/**
 * The newest audio that is kept for a server that has to hear it again, ms: a gap of 10 s, the longest wait between two
 * attempts, and what was under way. A server hears 12 s at once.
 */
const KEPT_AUDIO_MS = 11_800;
/** Messages kept: of those that were sent, and with those that wait for a connection. A server takes 100 at once. */
const MAX_SENT = 32;
const MAX_KEPT = 64;
/** Bytes waiting for the network beyond which the connection counts as dead; audio alone never comes near. */
const MAX_BACKLOG = 4 * 1024 * 1024;
/** Bytes waiting for the network beyond which what the next message makes obsolete is not worth sending. */
const MAX_FLEETING_BACKLOG = 16 * 1024;

export class Outgoing {
  readonly #resumable: boolean;
  readonly #sampleRate: number;
  readonly #audio: OutboundAudio;
  readonly #kept: Kept[] = [];
  #connection: Carrier | undefined;
  #clientSeq = 0;
  /** The caller's words that are not final yet, as they were told last. */
  #partial: ClientMessage | undefined;

  constructor(connection: Carrier, options: OutgoingOptions) {
    const { session, resumable, maxBufferedMs, taken } = options;
    const { sampleRate } = session.audio.input;
    this.#sampleRate = sampleRate;
    this.#connection = connection;
    this.#resumable = resumable;
    this.#clientSeq = taken?.lastClientSeq ?? 0;
    this.#audio = new OutboundAudio({
      maxBufferedBytes: bytesForMs(maxBufferedMs, sampleRate),
      keptBytes: bytesForMs(KEPT_AUDIO_MS, sampleRate),
      countedBytes: (taken?.receivedSamples ?? 0) * BYTES_PER_SAMPLE,
      maxFrameBytes: session.limits.maxFrameBytes,
      dropping: (waitingBytes) => options.dropping(waitingBytes),
      recovered: (droppedBytes) => options.recovered(Math.round(msForBytes(droppedBytes, sampleRate))),
    });
  }

  /** Bytes that wait for the network. */
  get bufferedBytes(): number {
    return this.#connection?.bufferedBytes ?? 0;
  }

  /** One chunk of the microphone. Returns false when the network holds it back and may lose it. */
  audio(chunk: Uint8Array): boolean {
    if (this.#connection !== undefined) return this.#audio.send(this.#connection, chunk);
    this.#audio.keep(chunk);
    return true;
  }

  /** What the server must get once. Returns false when too much waits for a connection already. */
  say(message: NumberedMessage): boolean {
    if (this.#resumable && this.#connection === undefined && this.#kept.length >= MAX_KEPT) return false;
    if (message.type === 'input.transcript') this.#partial = undefined;
    if (this.#resumable) this.#keepAndSend(message);
    else this.send(message);
    return true;
  }

  /** Says something on this connection, whatever waits there. */
  send(message: ClientMessage): void {
    this.#send(JSON.stringify(message));
  }

  /** What the next message of its kind makes obsolete: sent now or not at all. */
  mention(message: ClientMessage): boolean {
    if (this.#connection === undefined || this.bufferedBytes > MAX_FLEETING_BACKLOG) return false;
    this.send(message);
    return true;
  }

  /** Words of the caller that the next ones replace: without a connection the last of them wait for it. */
  partial(message: ClientMessage): boolean {
    this.#partial = message;
    return this.#connection === undefined ? this.#resumable : this.mention(message);
  }

  /** The connection is gone. What is said from now on waits for the next. */
  hold(): void {
    this.#connection = undefined;
  }

  /**
   * The server takes up the session on this connection: it gets what it has not taken, in the order in which it was said.
   * Returns the ms of audio that are lost, older than what is kept.
   */
  resume(connection: Carrier, { receivedSamples, lastClientSeq }: Taken): number {
    const lostBytes = this.#audio.resume(receivedSamples * BYTES_PER_SAMPLE);
    this.#connection = connection;
    for (const { clientSeq, text, at } of this.#kept) {
      if (clientSeq <= lastClientSeq) continue;
      this.#audio.resend(connection, at);
      connection.send(text);
    }
    this.#audio.resend(connection, this.#audio.position);
    if (this.#partial !== undefined) connection.send(JSON.stringify(this.#partial));
    return Math.round(msForBytes(lostBytes, this.#sampleRate));
  }

  #keepAndSend(message: NumberedMessage): void {
    this.#clientSeq += 1;
    const text = JSON.stringify({ ...message, clientSeq: this.#clientSeq });
    this.#kept.push({ clientSeq: this.#clientSeq, text, at: this.#audio.position });
    if (this.#connection !== undefined && this.#kept.length > MAX_SENT) this.#kept.shift();
    this.#send(text);
  }

  #send(text: string): void {
    if (this.bufferedBytes > MAX_BACKLOG) this.#connection?.abandon('the network takes no more data');
    else this.#connection?.send(text);
  }
}
