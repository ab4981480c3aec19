// What is being said this moment, for captions: of a reply, how much of it has been heard. The server's voice does not tell
// when its words are; between its beginning and its end they are taken to be spoken evenly.
import { BYTES_PER_SAMPLE } from '../src/protocol/constants.js';
import type { ServerEvent } from './client-events.js';
import type { VoiceClient } from './voice-client.js';

/** How far a voice is with a reply. */
export type HeardSoFar = { readonly playedMs: number } | { readonly heardChars: number };

export interface Caption {
  /** `turnId` or `responseId`. */
  readonly id: string;
  readonly speaker: 'caller' | 'agent';
  /** All that was said so far, or will be. */
  readonly text: string;
  /** How much of it was heard, characters; all of a caller's. */
  readonly heard: number;
}

/** What captions follow. */
export interface CaptionedCall {
  readonly client: Pick<VoiceClient, 'on' | 'session'>;
  /** Undefined of a reply that is over, or unknown. */
  heard(responseId: string): HeardSoFar | undefined;
}

/** A reply whose words are shown. */
interface Spoken {
  readonly id: string;
  text: string;
  /** ms of audio that have come. */
  audioMs: number;
  /** No more comes. */
  complete: boolean;
  /** How far it was when it was last looked at, characters. */
  heard: number;
}

/** Of a voice that nothing is known of, characters in a second. */
const USUAL_RATE = 14;
/** Longer than any reply that is spoken as a whole; captions need no more, characters. */
const MOST_CHARS = 20_000;

export class Captions {
  readonly #call: CaptionedCall;
  readonly #subscriptions: (() => void)[];
  #reply: Spoken | undefined;
  #caller: { readonly id: string; readonly settled: string; readonly text: string } | undefined;
  /** Whose words stand. `answered`: a caller's, whose answer has come and is not heard yet. */
  #floor: Caption['speaker'] | 'answered' | undefined;
  /** Of this call's voice, characters in a ms. */
  #rate = USUAL_RATE / 1000;

  constructor(call: CaptionedCall) {
    this.#call = call;
    this.#subscriptions = [
      call.client.on('message', (message) => this.#take(message)),
      call.client.on('audio', ({ responseId, chunk }) => this.#hear(responseId, chunk.byteLength)),
    ];
  }

  /**
   * Who spoke last, and what; undefined before anybody has. What a caller said stands until the voice answers: its text is there
   * sooner, often before his own words could be read. Ask as often as captions are drawn.
   */
  get now(): Caption | undefined {
    if (this.#reply !== undefined && this.#floor !== 'caller') {
      const { id, text } = this.#reply;
      const heard = this.#heardOf(this.#reply);
      if (heard > 0) this.#floor = 'agent';
      if (this.#floor === 'agent') return { id, speaker: 'agent', text, heard };
    }
    if (this.#caller === undefined) return undefined;
    const { id, text } = this.#caller;
    return { id, speaker: 'caller', text, heard: text.length };
  }

  /** Stops listening to the client. */
  dispose(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  #take(message: ServerEvent): void {
    if (message.type === 'transcript.partial') {
      const settled = this.#settledOf(message.turnId);
      this.#said(message.turnId, settled, `${settled} ${message.text}`);
    } else if (message.type === 'transcript.final') {
      const settled = `${this.#settledOf(message.turnId)} ${message.text}`.trim();
      this.#said(message.turnId, settled, settled);
    } else if (message.type === 'turn.ended') this.#said(message.turnId, message.text, message.text);
    else if (message.type === 'response.text') this.#write(message.responseId, message.delta);
    else if (message.type === 'response.audio_done') this.#complete(message.responseId, message.audioMs);
    else if (message.type === 'response.interrupted' && this.#reply?.id === message.responseId) {
      // What was not heard is not said.
      Object.assign(this.#reply, { text: message.heardText, heard: message.heardText.length });
    }
  }

  #settledOf(turnId: string): string {
    return this.#caller?.id === turnId ? this.#caller.settled : '';
  }

  #said(id: string, settled: string, text: string): void {
    if (text.trim() === '') return;
    this.#caller = { id, settled, text: text.trim() };
    this.#floor = 'caller';
  }

  #write(id: string, delta: string): void {
    if (this.#reply?.id !== id) this.#reply = { id, text: '', audioMs: 0, complete: false, heard: 0 };
    this.#reply.text = (this.#reply.text + delta).slice(0, MOST_CHARS);
    if (this.#floor === undefined) this.#floor = 'agent';
    else if (this.#floor === 'caller') this.#floor = 'answered';
  }

  #hear(id: string, bytes: number): void {
    const rate = this.#call.client.session?.audio.output.sampleRate;
    if (this.#reply?.id === id && rate !== undefined) this.#reply.audioMs += (bytes / BYTES_PER_SAMPLE / rate) * 1000;
  }

  #complete(id: string, audioMs: number): void {
    if (this.#reply?.id !== id) return;
    Object.assign(this.#reply, { audioMs, complete: true });
    if (audioMs > 0 && this.#reply.text !== '') this.#rate = this.#reply.text.length / audioMs;
  }

  /** Never less than before: a word that was shown as heard stays so. */
  #heardOf(reply: Spoken): number {
    const { text, audioMs, complete } = reply;
    const so = this.#call.heard(reply.id);
    const chars =
      so === undefined
        ? text.length
        : 'heardChars' in so
          ? so.heardChars
          : // Audio of the last words may not have come yet: then it takes the time that words take.
            (so.playedMs * text.length) / Math.max(complete ? 1 : text.length / this.#rate, audioMs);
    reply.heard = Math.max(reply.heard, Math.min(text.length, Math.floor(chars)));
    return reply.heard;
  }
}
