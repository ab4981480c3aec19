import { settle } from '../../test/fakes/manual-clock.js';
import { ProviderHealth } from '../provider/health.js';
import { ProviderError } from '../provider/provider.port.js';
import { defaultGuardBounds, Guard } from '../rollout/guard.js';
import { GuardFeed } from './guard-feed.js';

const failure = new ProviderError('It broke.', { provider: 'p', code: 'unavailable', retryable: true });
const CALL = {
  sessionId: 's',
  userId: 'ann',
  agent: 'julia',
  providers: { stt: 'whisper>deepgram', llm: 'openai', tts: 'flite' },
};

describe('GuardFeed', () => {
  let guard: Guard;
  let health: ProviderHealth;
  let opened: string[];
  let feed: GuardFeed;
  beforeEach(() => {
    guard = new Guard(defaultGuardBounds, () => 0);
    health = new ProviderHealth();
    opened = [];
    feed = new GuardFeed(guard, health, (kind) => opened.push(kind));
  });

  it('counts what attempts have shown, and nothing of those that were given up', () => {
    const breaker = health.breaker('llm', 'openai');
    breaker.begin().succeeded();
    breaker.begin().failed(failure);
    breaker.begin().abandoned();
    breaker.begin();
    expect(guard.measured('llm', 'openai')).toMatchObject({ attempts: 2, errors: 1 });
  });

  it('finds a provider down when its breaker opens, and tells at once', async () => {
    const breaker = health.breaker('stt', 'whisper');
    for (let i = 0; i < 2; i += 1) breaker.begin().failed(failure);
    await settle();
    expect(opened).toEqual([]);
    breaker.begin().failed(failure);
    await settle();
    expect(opened).toEqual(['stt']);
    expect(guard.judge('stt', 'whisper')).toMatchObject({ cause: 'down' });
  });

  it('takes a turn’s waits for those of each chain’s first provider', () => {
    feed.started();
    feed.event(CALL, {
      type: 'turn.metrics',
      turnId: 't',
      endpointingMs: 1,
      transcriptMs: 310,
      firstTokenMs: 420,
      firstAudioMs: 130,
      voiceToVoiceMs: 900,
    });
    feed.event(CALL, { type: 'turn.metrics', turnId: 't', firstTokenMs: 500 });
    feed.event(CALL, { type: 'turn.ended', turnId: 't', text: 'hello' });
    expect(guard.measured('stt', 'whisper')).toMatchObject({ latencies: 1, p95Ms: 310 });
    expect(guard.measured('stt', 'deepgram').latencies).toBe(0);
    expect(guard.measured('llm', 'openai')).toMatchObject({ latencies: 2, p95Ms: 500 });
    expect(guard.measured('tts', 'flite')).toMatchObject({ latencies: 1, p95Ms: 130 });
  });
});
