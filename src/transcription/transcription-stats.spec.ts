import type { TranscriptionOutcome } from './transcription-observer.port.js';
import { TranscriptionStats } from './transcription-stats.js';

const done: TranscriptionOutcome = {
  provider: 'deepgram',
  outcome: 'ok',
  cached: false,
  shared: false,
  latencyMs: 100,
  bytes: 1000,
  characters: 20,
  audioSeconds: 2,
};

describe('TranscriptionStats', () => {
  it('divides by nothing before the first request', () => {
    expect(new TranscriptionStats(new Date(0)).report()).toMatchObject({
      since: '1970-01-01T00:00:00.000Z',
      requests: 0,
      cache: { hitRate: null },
      latencyMs: { all: { count: 0, p50: null } },
      realTimeFactor: null,
    });
  });

  it('tells transcribed, cached, shared and failed requests apart', () => {
    const stats = new TranscriptionStats();
    stats.finished(done);
    stats.finished({ ...done, latencyMs: 300, audioSeconds: 6 });
    stats.finished({ ...done, shared: true, latencyMs: 40 });
    stats.finished({ ...done, cached: true, latencyMs: 2 });
    stats.finished({ ...done, outcome: 'audio_corrupt', provider: undefined, latencyMs: 9000, audioSeconds: 0 });
    stats.finished({ ...done, outcome: 'audio_corrupt', provider: undefined, latencyMs: 9000, audioSeconds: 0 });
    expect(stats.report()).toMatchObject({
      requests: 6,
      success: 4,
      failures: 2,
      failuresByCode: { audio_corrupt: 2 },
      cache: { hits: 1, misses: 3, shared: 1, hitRate: 0.25 },
      latencyMs: {
        all: { count: 4, p50: 40, p95: 300, p99: 300 },
        cached: { count: 1, p50: 2 },
        transcribed: { count: 3, p50: 100, p95: 300 },
      },
      // 0.4 s for 8 s; what was shared or cached took nobody's time.
      realTimeFactor: 0.05,
      audioSeconds: 8,
    });
  });
});
