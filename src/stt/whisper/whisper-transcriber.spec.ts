import { faultTitle, outcomeOf } from '../../../test/contract/fault-matrix.js';
import { transcriptionFaults } from '../../../test/contract/transcription-faults.js';
import { SIMULATED_TRANSCRIPTION_KEY, TranscriptionSimulator } from '../../../test/simulators/transcription.js';
import type { TranscriptionSimulatorOptions } from '../../../test/simulators/transcription.js';
import { silence, tone } from '../../../test/simulators/tone.js';
import { until } from '../../../test/simulators/until.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { TranscriberRequest } from '../transcriber.port.js';
import { WhisperTranscriber } from './whisper-transcriber.js';
import type { WhisperTranscriberOptions } from './whisper-transcriber.js';

const RATE = 16_000;
const request: TranscriberRequest = { pcm: tone(600, RATE), sampleRate: RATE, language: 'en-US', keyTerms: [] };
const never = new AbortController().signal;

describe.each([
  ['whisper', ''],
  ['whisper.cpp', '/inference'],
])('the transcriber of %s', (adapter, path) => {
  let simulator: TranscriptionSimulator;
  let transcriber: WhisperTranscriber;

  const start = async (
    options: TranscriptionSimulatorOptions = {},
    own: Partial<WhisperTranscriberOptions> = {},
  ): Promise<void> => {
    simulator = await TranscriptionSimulator.start(options);
    transcriber = new WhisperTranscriber({ url: simulator.url + path, apiKey: SIMULATED_TRANSCRIPTION_KEY, ...own });
  };

  afterEach(async () => {
    await transcriber.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('gives the words, the language and how sure the model is', async () => {
    await start({ transcripts: ['Hello there.'] });
    expect(await transcriber.transcribe(request, never)).toEqual({
      text: 'Hello there.',
      language: 'english',
      words: [],
      confidence: expect.closeTo(Math.exp(-0.22), 3),
    });
  });

  it('uploads WAV at 16 kHz with a length, the language without its region and the terms as a prompt', async () => {
    await start({}, { model: 'small' });
    const audio = { pcm: tone(1500, 24_000), sampleRate: 24_000, language: 'de-DE', keyTerms: ['Parley', 'Julia'] };
    await transcriber.transcribe(audio, never);
    const [sent] = simulator.requests;
    expect(sent).toMatchObject({
      sampleRate: RATE,
      sized: true,
      path: path === '' ? '/v1/audio/transcriptions' : path,
    });
    expect(sent?.audioMs).toBeCloseTo(1500, 0);
    expect(sent?.fields).toMatchObject({
      language: 'de',
      prompt: 'Parley, Julia',
      response_format: 'verbose_json',
      temperature: '0',
      ...(path === '' ? { model: 'Systran/faster-whisper-small' } : { no_language_probabilities: 'true' }),
    });
  });

  it('lengthens what is too short, and lets the language be found out', async () => {
    await start();
    await transcriber.transcribe({ ...request, pcm: tone(60, RATE), language: undefined }, never);
    expect(simulator.requests[0]?.audioMs).toBeCloseTo(1100, 0);
    expect(simulator.requests[0]?.fields['language']).toBe(path === '' ? undefined : 'auto');
    expect(simulator.requests[0]?.fields['prompt']).toBeUndefined();
  });

  it('hears nothing in silence, whatever Whisper makes of it', async () => {
    await start();
    expect(await transcriber.transcribe({ ...request, pcm: silence(1500, RATE) }, never)).toMatchObject({ text: '' });
  });

  it('needs no key where the server knows none', async () => {
    await start({ apiKey: null }, { apiKey: undefined });
    expect(await transcriber.transcribe(request, never)).toMatchObject({ text: 'Hello there.' });
  });

  it('keeps its connection from one utterance to the next', async () => {
    await start();
    for (let n = 0; n < 3; n += 1) await transcriber.transcribe(request, never);
    expect(simulator.counts.connections).toBe(1);
  });

  it('stops a request that nobody waits for any more, with the caller’s reason', async () => {
    await start({ knobs: { hang: true } });
    const controller = new AbortController();
    const answer = transcriber.transcribe(request, controller.signal);
    await until('the request', () => simulator.counts.requests === 1);
    const reason = new Error('the call is over');
    controller.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await until('it is cancelled', () => simulator.active === 0);
  });

  it('does not ask when the signal is aborted already', async () => {
    await start();
    await expect(transcriber.transcribe(request, AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
    expect(simulator.counts.requests).toBe(0);
  });

  it('connects to nothing before it is used', async () => {
    await start();
    await transcriber.warmUp();
    expect(simulator.counts.connections).toBe(0);
  });

  it.each(transcriptionFaults.map((fault) => [faultTitle(adapter, fault), fault] as const))(
    '%s',
    async (_title, { knobs, outcome }) => {
      // A hanging fault is only told by our own deadline, which counts the audio's length too.
      await start({ knobs }, { timeoutMs: 'hang' in knobs || knobs.fault?.kind === 'stall' ? 100 : 15_000 });
      const error = await transcriber.transcribe(request, never).catch((reason: unknown) => reason);
      if (!(error instanceof ProviderError)) throw new Error(`not a ProviderError: ${String(error)}`);
      expect(outcomeOf(error)).toEqual(outcome);
      expect(error.message).not.toContain(SIMULATED_TRANSCRIPTION_KEY);
      expect(simulator.counts.requests).toBe(1); // no retries inside
      await until('no request is left', () => simulator.active === 0);
    },
  );

  it('takes an error object for what it is, whatever the status', async () => {
    if (path === '') return;
    await start({ knobs: { body: 'error' } });
    await expect(transcriber.transcribe(request, never)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });

  it('asks again after a failure as if nothing had been', async () => {
    await start({ knobs: (n) => (n === 0 ? { reset: true } : {}) });
    await expect(transcriber.transcribe(request, never)).rejects.toBeInstanceOf(ProviderError);
    expect(await transcriber.transcribe(request, never)).toMatchObject({ text: 'Hello there.' });
  });
});
