// How long the agent took to answer, by turn.
import type { ServerEvent } from '../../../client/client-events.js';

export interface Latency {
  readonly turnId: string;
  /** ms from the end of speech, as far as the server knows them. */
  readonly finalMs?: number;
  readonly turnEndMs?: number;
  readonly firstTokenMs?: number;
  readonly firstAudioMs?: number;
}

/** An hour of turns. */
const MOST_TURNS = 500;

type Metrics = Extract<ServerEvent, { readonly type: 'turn.metrics' }>;

/**
 * The server measures stage by stage (docs/protocol.md, `turn.metrics`): a typed turn has no end of speech, and is counted
 * from its own end.
 */
export function afterMetrics(known: readonly Latency[], metrics: Metrics): readonly Latency[] {
  const { turnId, endpointingMs = 0, transcriptMs, firstTokenMs, firstAudioMs, voiceToVoiceMs } = metrics;
  const token = firstTokenMs === undefined ? undefined : endpointingMs + firstTokenMs;
  const audio =
    voiceToVoiceMs ?? (token === undefined || firstAudioMs === undefined ? undefined : token + firstAudioMs);
  const latency: Latency = {
    turnId,
    ...(transcriptMs === undefined ? {} : { finalMs: transcriptMs }),
    ...(metrics.endpointingMs === undefined ? {} : { turnEndMs: metrics.endpointingMs }),
    ...(token === undefined ? {} : { firstTokenMs: token }),
    ...(audio === undefined ? {} : { firstAudioMs: audio }),
  };
  return [...known.filter((one) => one.turnId !== turnId), latency].slice(-MOST_TURNS);
}

/** The nearest-rank percentile; undefined of nothing. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
