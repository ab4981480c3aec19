import type { TranscriptionOutcome } from './transcription-observer.port.js';

/** The one log line of a request: how much, how long, how it ended; never a word of it. */
export function describeOutcome(caller: string, outcome: TranscriptionOutcome): Record<string, unknown> {
  const { latencyMs, audioSeconds, provider, ...rest } = outcome;
  return {
    msg: 'transcription',
    caller,
    ...rest,
    ...(provider === undefined ? {} : { provider }),
    ms: Math.round(latencyMs * 10) / 10,
    audioSeconds: Math.round(audioSeconds * 1000) / 1000,
    rtf: audioSeconds === 0 ? null : Math.round(latencyMs / audioSeconds) / 1000,
  };
}
