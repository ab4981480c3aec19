import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { TranscriptionObserver, TranscriptionOutcome } from '../transcription/transcription-observer.port.js';

/** s. From the cache it takes milliseconds, an hour of audio on this machine minutes. */
const LATENCY_BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300];

/** One-shot transcription: how often, how long, from where. */
export class TranscriptionMetrics implements TranscriptionObserver {
  private readonly requests;
  private readonly latency;
  private readonly audio;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'parley_transcriptions_total',
      help: 'Transcription requests by outcome: ok, left (the client went), internal, or the code of the error',
      labelNames: ['outcome'],
      registers,
    });
    this.latency = new Histogram({
      name: 'parley_transcription_seconds',
      help: 'From the end of the upload to the answer, by provider and source: cache, shared (another request), provider',
      labelNames: ['provider', 'source'],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.audio = new Counter({
      name: 'parley_transcribed_audio_seconds_total',
      help: 'Audio that providers transcribed, s',
      labelNames: ['provider'],
      registers,
    });
  }

  finished({ outcome, provider, cached, shared, latencyMs, audioSeconds }: TranscriptionOutcome): void {
    this.requests.inc({ outcome });
    if (provider === undefined) return;
    const source = cached ? 'cache' : shared ? 'shared' : 'provider';
    this.latency.observe({ provider, source }, latencyMs / 1000);
    if (source === 'provider') this.audio.inc({ provider }, audioSeconds);
  }
}
