// `/v1/speak`: Speak, Flush, Clear and Close; Metadata, audio, Flushed, Cleared and Warning. More than 20 Flush in 60 s are
// ignored with a Warning. Speech is a tone whose length follows the text's.
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { Speaker } from './voice.js';
import { playFault } from './voice-knobs.js';
import type { VoiceKnobs } from './voice-knobs.js';

/** What a connection has seen, for tests. */
export interface DeepgramSpeakLog {
  readonly query: URLSearchParams;
  /** The client's messages, in order. */
  readonly messages: { readonly type: string; readonly text?: string }[];
  open: boolean;
}

const MAX_FLUSHES = 20;
const WINDOW_MS = 60_000;
const MAX_TEXT = 2000;

export class DeepgramSpeakSession {
  readonly log: DeepgramSpeakLog;
  private readonly speaker: Speaker;
  private readonly flushedAt: number[] = [];
  private pending = '';
  private sequence = 0;

  constructor(
    private readonly socket: WebSocket,
    tcp: Duplex,
    url: URL,
    knobs: VoiceKnobs,
  ) {
    this.log = { query: url.searchParams, messages: [], open: true };
    this.speaker = new Speaker(Number(url.searchParams.get('sample_rate')), knobs, {
      chunk: (audio) => {
        if (socket.readyState === socket.OPEN) socket.send(audio);
      },
      done: () => {
        this.send({ type: 'Flushed', sequence_id: this.sequence });
        this.sequence += 1;
      },
      fault: (kind) => playFault(kind, socket, tcp, FAULT_MESSAGES),
    });
    socket.on('message', (data: Buffer) => {
      this.take(JSON.parse(data.toString()) as { type: string; text?: string });
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.log.open = false;
      this.speaker.stop();
    });
    this.send({ type: 'Metadata', request_id: randomUUID(), model_name: url.searchParams.get('model') });
  }

  private take(message: { type: string; text?: string }): void {
    this.log.messages.push(message);
    switch (message.type) {
      case 'Speak':
        if ((message.text ?? '').length > MAX_TEXT) return this.warn('DATA-0001');
        this.pending += message.text ?? '';
        return;
      case 'Flush':
        return this.flush();
      case 'Clear':
        this.pending = '';
        this.speaker.forget();
        return this.send({ type: 'Cleared', sequence_id: this.sequence });
      case 'Close':
        return this.socket.close(1000);
      default:
        return this.warn('DATA-0000');
    }
  }

  private flush(): void {
    const now = performance.now();
    while ((this.flushedAt[0] ?? now) <= now - WINDOW_MS) this.flushedAt.shift();
    if (this.flushedAt.length >= MAX_FLUSHES) return this.warn('EXCESSIVE_FLUSH');
    this.flushedAt.push(now);
    this.speaker.speak(this.pending);
    this.pending = '';
  }

  private warn(code: string): void {
    this.send({ type: 'Warning', code, description: 'It was ignored.' });
  }

  private send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

const FAULT_MESSAGES = {
  malformed: { type: 7 },
  error: { type: 'Error', code: 'INTERNAL_SERVER_ERROR', description: 'It did not work.' },
  ourError: { type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE', description: 'It did not work.' },
};
