// Echo: tells whether what the microphone hears is the agent's own voice coming back. Owns the comparison of sounds; what
// follows from it (nobody is interrupted, no words are taken) is the conversation's business.

export interface EchoOptions {
  /** Rate of the microphone's PCM16 mono audio, Hz. */
  readonly inputSampleRate: number;
  /** Rate of the reply's PCM16 mono audio, Hz. */
  readonly outputSampleRate: number;
}

export interface EchoStream {
  /** A reply begins; what was sent before is forgotten. */
  replyStarted(): void;
  /** It is over: of what was sent, only this much was played, ms. */
  replyEnded(playedMs: number): void;
  /** Audio of the reply, in order, as it is sent. Not kept. */
  sent(chunk: Uint8Array): void;
  /** Audio of the microphone; `playedMs`: how much of the reply had been played when the chunk arrived. Not kept. */
  heard(chunk: Uint8Array, playedMs: number): void;
  /** Whether the microphone's latest audio is explained by what was played shortly before. */
  isEcho(): boolean;
}

export interface EchoDetector {
  open(options: EchoOptions): EchoStream;
}
