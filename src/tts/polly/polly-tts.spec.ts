import { EventLog, settle } from '../../../test/contract/event-log.js';
import { httpVoiceFaults } from '../../../test/contract/http-voice-faults.js';
import { ttsContract } from '../../../test/contract/tts.contract.js';
import { voiceFaultMatrix } from '../../../test/contract/voice-faults.contract.js';
import type { HttpVoiceKnobs } from '../../../test/simulators/http-voice.js';
import { PollySimulator, SIMULATED_AWS_CREDENTIALS } from '../../../test/simulators/polly.js';
import { until } from '../../../test/simulators/until.js';
import { voiceOf } from '../../../test/simulators/voice.js';
import type { TtsEvent, TtsOptions } from '../tts.port.js';
import { PollyTextToSpeech } from './polly-tts.js';
import type { PollyTtsOptions } from './polly-tts.js';

const MS_PER_CHAR = 20;

const adapterFor = (endpoint: string, options: Partial<PollyTtsOptions> = {}) =>
  new PollyTextToSpeech({
    region: 'eu-central-1',
    credentials: SIMULATED_AWS_CREDENTIALS,
    engine: 'neural',
    endpoint,
    ...options,
  });

describe('the Polly voice', () => {
  let simulator: PollySimulator;
  let tts: PollyTextToSpeech;

  const simulate = async (knobs: HttpVoiceKnobs = {}, options: Partial<PollyTtsOptions> = {}): Promise<void> => {
    simulator = await PollySimulator.start({ msPerChar: MS_PER_CHAR, ...knobs });
    tts = adapterFor(simulator.url, options);
  };

  const open = (options: Partial<TtsOptions> = {}) => {
    const log = new EventLog<TtsEvent>(['ended', 'failed']);
    const stream = tts.open({ voice: '', language: 'en-US', sampleRate: 16_000, ...options }, log.listener);
    log.markOpened();
    return { stream, log };
  };

  afterEach(async () => {
    await until('no request is left', () => simulator.active === 0);
    await tts.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it.each([
    ['neural', 8000, 'Joanna', '8000'],
    ['generative', 24_000, 'Joanna', '16000'],
    ['long-form', 16_000, 'Danielle', '16000'],
  ] as const)('asks the %s engine for raw audio', async (engine, sampleRate, voice, SampleRate) => {
    await simulate({}, { engine });
    const { stream, log } = open({ sampleRate });
    stream.speak(0, 'Hello there.');
    stream.end();
    await log.untilType('ended');
    expect(simulator.requests.map(({ body }) => body)).toEqual([
      { Engine: engine, OutputFormat: 'pcm', SampleRate, Text: 'Hello there.', TextType: 'text', VoiceId: voice },
    ]);
  });

  it.each([1, 333, 65_537])('delivers every sample when chunks have %i bytes', async (chunkBytes) => {
    const text = chunkBytes === 1 ? 'Hi.' : 'Good morning, this is Julia.';
    await simulate({ chunkBytes });
    const { stream, log } = open({ voice: 'Amy' });
    stream.speak(0, text);
    stream.end();
    await log.untilType('ended');
    const audio = Buffer.concat(log.of('audio').map(({ chunk }) => chunk));
    expect(audio.equals(voiceOf(text, 16_000, MS_PER_CHAR))).toBe(true);
    expect(simulator.requests[0]?.body).toMatchObject({ VoiceId: 'Amy' });
  });

  it('keeps its connection for segments that come one after another', async () => {
    await simulate();
    const { stream, log } = open();
    for (let segment = 0; segment < 4; segment += 1) {
      stream.speak(segment, 'Hello there.');
      await log.untilType('segment.ended', segment + 1);
    }
    stream.end();
    await log.untilType('ended');
    expect(simulator.connections).toBe(1);
  });

  it.each([
    ['before the answer', { connection: 'hang' }],
    ['in the audio', { fault: { kind: 'stall', afterBytes: 3200 } }],
  ] as [string, HttpVoiceKnobs][])('cancels its requests when aborted %s', async (_name, knobs) => {
    await simulate(knobs);
    const { stream, log } = open();
    stream.speak(0, 'Hello there.');
    stream.speak(1, 'And more.');
    await until('both requests', () => simulator.requests.length === 2);
    stream.abort();
    log.markAborted();
    await until('both requests are gone', () => simulator.active === 0);
    await settle(20);
    expect(log.violations).toEqual([]);
  });

  it('tells wrong credentials from anything that may pass', async () => {
    await simulate({}, { credentials: { accessKeyId: 'WRONG', secretAccessKey: 'wrong' } });
    const { stream, log } = open();
    stream.speak(0, 'Hello there.');
    await log.untilType('failed');
    expect(log.of('failed')[0]?.error).toMatchObject({
      code: 'unauthorized',
      retryable: false,
      message: 'polly answered 403: UnrecognizedClientException',
    });
  });
});

ttsContract('polly', async () => {
  const simulator = await PollySimulator.start({ msPerChar: MS_PER_CHAR, chunkBytes: 1001 });
  const gone = await PollySimulator.start();
  const goneUrl = gone.url;
  await gone.close();
  const tts = adapterFor(simulator.url);
  return {
    tts,
    sentences: ['Hello, this is Julia speaking.', 'How can I help you?', 'Client 5001 has three transactions.'],
    unreachable: () => adapterFor(goneUrl),
    close: async () => {
      await tts.close();
      await simulator.close();
    },
  };
});

voiceFaultMatrix('polly', httpVoiceFaults({ garbage: 'spoken', earlyEnd: 'spoken' }), async (knobs) => {
  const simulator = await PollySimulator.start({ msPerChar: MS_PER_CHAR, ...knobs });
  const waits = knobs.connection === 'hang' || knobs.fault?.kind === 'stall';
  const tts = adapterFor(simulator.url, waits ? { firstAudioTimeoutMs: 300, audioTimeoutMs: 300 } : {});
  return {
    tts,
    close: async () => {
      await until('no request is left', () => simulator.active === 0);
      await tts.close();
      await until('no connection is left', () => simulator.open === 0);
      await simulator.close();
    },
  };
});
