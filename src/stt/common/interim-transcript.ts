import type { Transcription } from '../transcriber.port.js';

/** Transcribes an utterance again and again while it grows. One request at a time; what it costs is documented above. */
export class InterimTranscript {
  private controller: AbortController | undefined;
  /** Length of the utterance at which the next request is due, bytes. */
  private dueAt: number;

  /** @param everyBytes audio between two requests; 0 never asks */
  constructor(
    private readonly everyBytes: number,
    private readonly transcribe: (pcm: Uint8Array, signal: AbortSignal) => Promise<Transcription>,
    private readonly listener: (text: string) => void,
  ) {
    this.dueAt = everyBytes;
  }

  /** The utterance has grown to `bytes`. */
  grown(audio: readonly Uint8Array[], bytes: number): void {
    if (this.everyBytes === 0 || bytes < this.dueAt || this.controller !== undefined) return;
    this.dueAt = bytes + this.everyBytes;
    void this.ask(Buffer.concat(audio, bytes));
  }

  /** The utterance is over (or the call): its partials are of no use any more. */
  abort(): void {
    this.controller?.abort();
    this.controller = undefined;
    this.dueAt = this.everyBytes;
  }

  private async ask(pcm: Uint8Array): Promise<void> {
    const controller = new AbortController();
    this.controller = controller;
    let text = '';
    try {
      ({ text } = await this.transcribe(pcm, controller.signal));
    } catch {
      // A partial is a convenience: whether the provider has failed is decided by the request for the final transcript.
    }
    if (controller.signal.aborted) return;
    this.controller = undefined;
    if (text !== '') this.listener(text);
  }
}
