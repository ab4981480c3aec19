// What is being said in a call, by both sides, as a page shows it: words while they are still guesses, and replies with what
// was heard of them.
import type { ServerEvent } from './client-events.js';
import { Emitter } from './emitter.js';
import type { VoiceClient } from './voice-client.js';

export interface TranscriptEntry {
  /** `turnId` or `responseId`. */
  readonly id: string;
  readonly speaker: 'caller' | 'agent';
  /** What was said so far; of a reply that was interrupted, what was heard. */
  readonly text: string;
  /** Whether it will not change any more. */
  readonly final: boolean;
  /** Of a reply that was interrupted: what was written and not heard. */
  readonly unheard?: string;
}

export interface TranscriptEvents {
  readonly changed: { readonly entries: readonly TranscriptEntry[] };
}

/** An hour of talk; older entries are dropped. */
const MOST_ENTRIES = 1000;

/** Turns whose words are settled one after the other; there is one as a rule. */
const MOST_OPEN_TURNS = 10;

export class Transcript extends Emitter<TranscriptEvents> {
  readonly #subscriptions: (() => void)[];
  /** Words of a turn that are settled. */
  readonly #settled = new Map<string, string>();
  #entries: readonly TranscriptEntry[] = [];

  constructor(client: Pick<VoiceClient, 'on'>) {
    super();
    this.#subscriptions = [
      client.on('message', (message) => this.#take(message)),
      client.on('history', (message) => this.#take(message)),
    ];
  }

  /** Oldest first. The same list as long as nothing changes. */
  get entries(): readonly TranscriptEntry[] {
    return this.#entries;
  }

  /** Stops listening to the client. */
  dispose(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
  }

  #take(message: ServerEvent): void {
    if (message.type === 'transcript.partial') this.#caller(message.turnId, message.text, false);
    else if (message.type === 'transcript.final') this.#settle(message.turnId, message.text);
    else if (message.type === 'turn.ended') {
      this.#settled.delete(message.turnId);
      this.#caller(message.turnId, message.text, true);
    } else if (message.type === 'response.text') {
      const { responseId: id, delta } = message;
      this.#put({ id, speaker: 'agent', text: this.#textOf(id) + delta, final: false });
    } else if (message.type === 'response.completed') {
      this.#put({ id: message.responseId, speaker: 'agent', text: message.text, final: true });
    } else if (message.type === 'response.interrupted') this.#cutOff(message.responseId, message.heardText);
  }

  #settle(turnId: string, text: string): void {
    const settled = `${this.#settled.get(turnId) ?? ''} ${text}`.trim();
    this.#settled.set(turnId, settled);
    // One that never ends is followed by others.
    for (const [oldest] of this.#settled) {
      if (this.#settled.size <= MOST_OPEN_TURNS) break;
      this.#settled.delete(oldest);
    }
    this.#caller(turnId, settled, false);
  }

  #cutOff(id: string, heardText: string): void {
    const written = this.#textOf(id);
    const unheard = written.startsWith(heardText) ? written.slice(heardText.length).trim() : '';
    this.#put({ id, speaker: 'agent', text: heardText, final: true, unheard });
  }

  #caller(id: string, text: string, final: boolean): void {
    this.#put({ id, speaker: 'caller', text, final });
  }

  #textOf(responseId: string): string {
    return this.#entries.find(({ id, speaker }) => speaker === 'agent' && id === responseId)?.text ?? '';
  }

  #put(entry: TranscriptEntry): void {
    const isSame = ({ id, speaker }: TranscriptEntry): boolean => id === entry.id && speaker === entry.speaker;
    const at = this.#entries.findLastIndex(isSame);
    if (at >= 0 && this.#entries[at]?.final === true) return;
    // Words that are taken back, and a reply of which there is nothing to show.
    const isNothing = entry.text === '' && (entry.unheard ?? '') === '';
    const others = this.#entries.filter((one) => !isSame(one));
    if (isNothing && others.length === this.#entries.length) return;
    if (isNothing) this.#entries = others;
    else if (at >= 0) this.#entries = this.#entries.with(at, entry);
    else this.#entries = [...this.#entries, entry].slice(-MOST_ENTRIES);
    this.emit('changed', { entries: this.#entries });
  }
}
