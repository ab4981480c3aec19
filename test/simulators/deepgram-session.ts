import type { DeepgramKnobs, ScriptStep } from './deepgram-knobs.js';

/** What a session may do to its connection. */
export interface SessionContext {
  readonly requestId: string;
  readonly query: URLSearchParams;
  /** Hz. */
  readonly sampleRate: number;
  /** Sends a message, after the connection's latency. */
  send(message: object): void;
  /** Closes after what has been sent. */
  close(code?: number, reason?: string): void;
}

/** One stream's recognition: v1's, v2's or a script's. */
export interface RecogniserSession {
  audio(chunk: Buffer): void;
  /** Any client message but CloseStream and KeepAlive. */
  control(type: string): void;
  /** CloseStream: says what is left to say. */
  end(): void;
}

/** Sends the knobs' raw messages by the amount of audio received. */
export class ScriptedSession implements RecogniserSession {
  private bytes = 0;
  private steps: ScriptStep[];

  constructor(
    private readonly context: SessionContext,
    knobs: DeepgramKnobs,
  ) {
    this.steps = [...(knobs.script ?? [])].sort((a, b) => a.atMs - b.atMs);
  }

  audio(chunk: Buffer): void {
    this.bytes += chunk.length;
    const nowMs = (this.bytes / 2 / this.context.sampleRate) * 1000;
    for (let step = this.steps[0]; step !== undefined && step.atMs <= nowMs; step = this.steps[0]) {
      this.steps.shift();
      this.context.send(step.send);
    }
  }

  control(): void {
    // A script answers audio only.
  }

  end(): void {
    for (const step of this.steps.splice(0)) this.context.send(step.send);
  }
}
