// What is being said in a call, by both sides, as a page shows it: words while they are still guesses, and replies with what
// was heard of them.
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

export class Transcript extends Emitter<TranscriptEvents> {
  readonly #subscriptions: (() => void)[];
  /** Words of a turn that are settled. */
  readonly #settled = new Map<string, string>();
  #entries: readonly TranscriptEntry[] = [];

  constructor(client: Pick<VoiceClient, 'on'>) {
    super();
    this.#subscriptions = [
      client.on('transcript.partial', ({ turnId, text }) => this.#caller(turnId, text, false)),
      client.on('transcript.final', ({ turnId, text }) => {
        const settled = `${this.#settled.get(turnId) ?? ''} ${text}`.trim();
        this.#settled.set(turnId, settled);
        this.#caller(turnId, settled, false);
      }),
      client.on('turn.ended', ({ turnId, text }) => {
        this.#settled.delete(turnId);
        this.#caller(turnId, text, true);
      }),
      client.on('response.text', ({ responseId, delta }) => {
        this.#put({ id: responseId, speaker: 'agent', text: this.#textOf(responseId) + delta, final: false });
      }),
      client.on('response.completed', ({ responseId, text }) => {
        this.#put({ id: responseId, speaker: 'agent', text, final: true });
      }),
      client.on('response.interrupted', ({ responseId, heardText }) => {
        const written = this.#textOf(responseId);
        const unheard = written.startsWith(heardText) ? written.slice(heardText.length).trim() : '';
        this.#put({ id: responseId, speaker: 'agent', text: heardText, final: true, unheard });
      }),
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
