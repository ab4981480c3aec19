import type { Transcription } from '../transcriber.port.js';
import type { Utterance } from './utterance.js';

export interface TranscriptionQueueListener {
  /** In the order in which the utterances came, whichever was answered first. */
  settled(utterance: Utterance, transcription: Transcription): void;
  /** A request failed. The queue is dead: nothing more is told. */
  failed(error: unknown): void;
}

interface Entry {
  readonly utterance: Utterance;
  asked: boolean;
  transcription: Transcription | undefined;
}

/** Sends utterances to a transcriber, a few at once, and hands the answers on in order. */
export class TranscriptionQueue {
  private readonly entries: Entry[] = [];
  private readonly controller = new AbortController();
  private inFlight = 0;

  /** @param maxInFlight requests at once, 1 or more */
  constructor(
    private readonly transcribe: (utterance: Utterance, signal: AbortSignal) => Promise<Transcription>,
    private readonly maxInFlight: number,
    private readonly listener: TranscriptionQueueListener,
  ) {}

  /** Whether every utterance is settled. */
  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Audio that is not settled, bytes. */
  get bytes(): number {
    return this.entries.reduce((sum, { utterance }) => sum + utterance.pcm.length, 0);
  }

  add(utterance: Utterance): void {
    this.entries.push({ utterance, asked: false, transcription: undefined });
    this.ask();
  }

  /** Cancels the requests under way; nothing more is told. Idempotent. */
  abort(): void {
    this.entries.length = 0;
    this.controller.abort();
  }

  private ask(): void {
    for (const entry of this.entries) {
      if (this.inFlight >= this.maxInFlight) return;
      if (!entry.asked) void this.run(entry);
    }
  }

  private async run(entry: Entry): Promise<void> {
    const { signal } = this.controller;
    entry.asked = true;
    this.inFlight += 1;
    try {
      entry.transcription = await this.transcribe(entry.utterance, signal);
    } catch (error) {
      if (signal.aborted) return;
      this.abort();
      return this.listener.failed(error);
    }
    this.inFlight -= 1;
    if (signal.aborted) return;
    this.settle();
    this.ask();
  }

  private settle(): void {
    for (let first = this.entries[0]; first?.transcription !== undefined; first = this.entries[0]) {
      this.entries.shift();
      this.listener.settled(first.utterance, first.transcription);
    }
  }
}
