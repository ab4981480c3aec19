import { DeepgramMediaSimulator } from '../../../test/simulators/deepgram-media.js';
import type { DeepgramMediaKnobs, DeepgramMediaOptions } from '../../../test/simulators/deepgram-media.js';
import { SIMULATED_DEEPGRAM_KEY } from '../../../test/simulators/deepgram.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { TranscriberRequest } from '../../stt/transcriber.port.js';
import { DeepgramTranscriber } from './deepgram-transcriber.js';

const NEVER = new AbortController().signal;
const request: TranscriberRequest = {
  pcm: new Uint8Array(64_000),
  sampleRate: 16_000,
  language: 'en-US',
  keyTerms: ['Parley', 'Julia Smith'],
};

let simulator: DeepgramMediaSimulator;
let transcriber: DeepgramTranscriber;

async function start(options: DeepgramMediaOptions = {}, model = 'nova-3', timeoutMs = 5000): Promise<void> {
  simulator = await DeepgramMediaSimulator.start(options);
  transcriber = new DeepgramTranscriber({ apiKey: SIMULATED_DEEPGRAM_KEY, model, baseUrl: simulator.url, timeoutMs });
}

afterEach(async () => {
  await transcriber.close();
  await simulator.close();
});

async function failure(): Promise<ProviderError> {
  const error = await transcriber.transcribe(request, NEVER).catch((error: unknown) => error);
  if (!(error instanceof ProviderError)) throw new Error(`not a ProviderError: ${String(error)}`);
  return error;
}

describe('DeepgramTranscriber', () => {
  it('sends a WAV file and gives back words with their times', async () => {
    await start({ transcript: 'hello there' });
    await transcriber.warmUp();
    const { text, language, words, confidence } = await transcriber.transcribe(request, NEVER);
    expect({ text, language, confidence }).toEqual({ text: 'hello there', language: 'en-US', confidence: 0.98 });
    expect(words).toEqual([
      { text: 'Hello', startMs: 0, endMs: 800, confidence: 0.97 },
      { text: 'there', startMs: 1000, endMs: 1800, confidence: 0.97 },
    ]);
    const [sent] = simulator.requests;
    expect(sent).toMatchObject({ contentType: 'audio/wav', seconds: 2, sampleRate: 16_000 });
    expect(sent?.query.getAll('keyterm')).toEqual(['Parley', 'Julia Smith']);
    expect(sent?.query.get('model')).toBe('nova-3');
    expect(sent?.query.get('language')).toBe('en-US');
    expect(sent?.query.has('detect_language')).toBe(false);
  });

  it('lets Deepgram find out the language when none is named, and says what it found', async () => {
    await start();
    const { language } = await transcriber.transcribe({ ...request, language: undefined }, NEVER);
    expect(language).toBe('en');
    expect(simulator.requests[0]?.query.get('detect_language')).toBe('true');
  });

  it('gives older models their own parameter for key terms', async () => {
    await start({}, 'nova-2');
    await transcriber.transcribe(request, NEVER);
    expect(simulator.requests[0]?.query.getAll('keywords')).toEqual(['Parley', 'Julia Smith']);
    expect(simulator.requests[0]?.query.has('keyterm')).toBe(false);
  });

  it('takes silence for no words', async () => {
    await start({ transcript: '' });
    expect(await transcriber.transcribe(request, NEVER)).toMatchObject({ text: '', words: [], confidence: undefined });
  });

  it.each<[string, DeepgramMediaKnobs, Partial<ProviderError>]>([
    [
      'a rate limit',
      { refusal: { status: 429, headers: { 'retry-after': '7' } } },
      { code: 'rate_limited', retryAfterMs: 7000 },
    ],
    ['no money', { refusal: { status: 402 } }, { code: 'unauthorized', retryable: false }],
    ['a fault of theirs', { refusal: { status: 503 } }, { code: 'unavailable', retryable: true, status: 503 }],
    [
      'a refusal',
      { refusal: { status: 400, body: '{"err_code":"Bad Request"}' } },
      { code: 'bad_request', retryable: false },
    ],
    ['a lost connection', { fault: 'destroy' }, { code: 'unavailable', retryable: true }],
    ['half an answer', { fault: 'cut' }, { code: 'unavailable', retryable: true }],
    ['an answer that is not JSON', { fault: 'garbage' }, { code: 'protocol', retryable: true }],
    ['an answer without a transcript', { fault: 'malformed' }, { code: 'protocol', retryable: true }],
  ])('tells of %s, once', async (_name, knobs, expected) => {
    await start({ knobs });
    expect(await failure()).toMatchObject({ provider: 'deepgram', ...expected });
    // Retries belong to the chain above.
    expect(simulator.requests).toHaveLength(1);
  });

  it('does not quote the key that was refused', async () => {
    await start({ apiKey: 'another' });
    const error = await failure();
    expect(error).toMatchObject({ code: 'unauthorized', retryable: false, status: 401 });
    expect(error.message).toContain('INVALID_AUTH');
    expect(error.message).not.toContain(SIMULATED_DEEPGRAM_KEY);
  });

  it.each(['hang', 'stall'] as const)('gives up an answer that does not come: %s', async (fault) => {
    await start({ knobs: { fault } }, 'nova-3', 100);
    expect(await failure()).toMatchObject({ code: 'timeout', retryable: true });
    await waitFor(() => simulator.active === 0);
  });

  it('takes the request back when nobody waits for it any more', async () => {
    await start({ knobs: { fault: 'hang' } });
    const controller = new AbortController();
    const answer = transcriber.transcribe(request, controller.signal);
    await waitFor(() => simulator.requests.length === 1);
    controller.abort(new Error('gone'));
    await expect(answer).rejects.toThrow('gone');
    await waitFor(() => simulator.active === 0);
  });

  it('says that nobody is there', async () => {
    await start();
    await simulator.close();
    expect(await failure()).toMatchObject({ code: 'unavailable', retryable: true });
    simulator = await DeepgramMediaSimulator.start();
  });
});
