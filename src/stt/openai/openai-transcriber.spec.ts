import { faultTitle, outcomeOf } from '../../../test/contract/fault-matrix.js';
import { transcriptionFaults } from '../../../test/contract/transcription-faults.js';
import { SIMULATED_TRANSCRIPTION_KEY, TranscriptionSimulator } from '../../../test/simulators/transcription.js';
import type { TranscriptionSimulatorOptions } from '../../../test/simulators/transcription.js';
import { silence, tone } from '../../../test/simulators/tone.js';
import { until } from '../../../test/simulators/until.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { TranscriberRequest } from '../transcriber.port.js';
import { OpenAiTranscriber } from './openai-transcriber.js';
import type { OpenAiTranscriberOptions } from './openai-transcriber.js';

const RATE = 16_000;
const request: TranscriberRequest = { pcm: tone(600, RATE), sampleRate: RATE, language: 'en-US', keyTerms: ['Parley'] };
const never = new AbortController().signal;

describe('the transcriber of openai', () => {
  let simulator: TranscriptionSimulator;
  let transcriber: OpenAiTranscriber;

  const start = async (
    options: TranscriptionSimulatorOptions = {},
    own: Partial<OpenAiTranscriberOptions> = {},
  ): Promise<void> => {
    simulator = await TranscriptionSimulator.start(options);
    transcriber = new OpenAiTranscriber({
      apiKey: SIMULATED_TRANSCRIPTION_KEY,
      model: 'gpt-4o-mini-transcribe',
      baseUrl: `${simulator.url}/v1`,
      ...own,
    });
  };

  afterEach(async () => {
    await transcriber.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('asks the newer models for JSON and their tokens’ probabilities', async () => {
    await start();
    expect(await transcriber.transcribe(request, never)).toMatchObject({
      text: 'Hello there.',
      confidence: expect.closeTo(Math.exp(-0.22), 3) as number,
    });
    expect(simulator.requests[0]?.fields).toEqual({
      model: 'gpt-4o-mini-transcribe',
      language: 'en',
      prompt: 'Parley',
      response_format: 'json',
      'include[]': 'logprobs',
    });
  });

  it.each([
    ['whisper-1', { response_format: 'verbose_json', prompt: 'Parley' }],
    ['gpt-4o-transcribe-diarize', { response_format: 'json' }],
    ['gpt-transcribe', { response_format: 'json', 'keywords[]': 'Parley' }],
  ])('asks %s for what it has', async (model, fields) => {
    await start({}, { model });
    await transcriber.transcribe(request, never);
    expect(simulator.requests[0]?.fields).toEqual({ model, language: 'en', ...fields });
  });

  it.each(['gpt-4o-mini-transcribe', 'whisper-1'])('hears nothing in silence with %s', async (model) => {
    await start({}, { model });
    expect(await transcriber.transcribe({ ...request, pcm: silence(800, RATE) }, never)).toMatchObject({ text: '' });
  });

  it('lengthens what the service would refuse', async () => {
    await start();
    await transcriber.transcribe({ ...request, pcm: tone(40, RATE) }, never);
    expect(simulator.requests[0]?.audioMs).toBeCloseTo(200, 0);
  });

  it('connects to nothing before it is used', async () => {
    await start();
    await transcriber.warmUp();
    expect(simulator.counts.connections).toBe(0);
  });

  it.each(transcriptionFaults.map((fault) => [faultTitle('openai transcriptions', fault), fault] as const))(
    '%s',
    async (_title, { knobs, outcome }) => {
      await start({ knobs }, { timeoutMs: 'hang' in knobs || knobs.fault?.kind === 'stall' ? 100 : 15_000 });
      const error = await transcriber.transcribe(request, never).catch((reason: unknown) => reason);
      if (!(error instanceof ProviderError)) throw new Error(`not a ProviderError: ${String(error)}`);
      expect(outcomeOf(error)).toEqual(outcome);
      expect(simulator.counts.requests).toBe(1);
      await until('no request is left', () => simulator.active === 0);
    },
  );

  it('does not quote the key that was wrong', async () => {
    await start({}, { apiKey: 'sk-very-secret' });
    const error = await transcriber.transcribe(request, never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unauthorized', retryable: false, status: 401 });
    expect(String(error)).not.toContain('secret');
  });
});
