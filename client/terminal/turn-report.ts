import type { ServerMessageOf, WireArtifact } from '../../src/protocol/index.js';
import type { PreparedTurn } from './prepare.js';

export interface ToolReport {
  readonly name: string;
  readonly arguments: unknown;
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly artifacts: readonly WireArtifact[];
  /** ms, by the server's clock. */
  readonly durationMs: number;
}

/** ms after the end of the caller's speech (or after a typed turn was sent), as the client saw it. */
export interface TurnLatency {
  /** From the first sample of the caller's speech to the silence of the agent that was being talked over. */
  readonly silencedMs?: number;
  readonly finalMs?: number;
  readonly firstTokenMs?: number;
  readonly firstAudioMs?: number;
}

export interface TurnReport {
  readonly number: number;
  readonly kind: PreparedTurn['kind'];
  readonly said: string;
  /** What the server understood. */
  readonly heard: string;
  readonly tools: readonly ToolReport[];
  readonly reply: string;
  /** The reply was heard to its end, or cut off on purpose after it had begun. */
  readonly answered: boolean;
  /** The caller talked over the reply. */
  readonly interrupted: boolean;
  /** Why it was not answered. */
  readonly failure?: string;
  readonly latency: TurnLatency;
  /** The server's own measurement. */
  readonly metrics?: Omit<ServerMessageOf<'turn.metrics'>, 'type' | 'turnId' | 'seq'>;
  /** The reply's audio as received: its length, ms, and root mean square (full scale is 32 768). */
  readonly audio: { readonly ms: number; readonly rms: number };
}
