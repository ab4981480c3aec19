import { EventLog, settle } from '../../../test/contract/event-log.js';
import { voiceFaultMatrix } from '../../../test/contract/voice-faults.contract.js';
import { ElevenLabsSimulator, SIMULATED_ELEVENLABS_KEY } from '../../../test/simulators/elevenlabs.js';
import type { ElevenLabsKnobs } from '../../../test/simulators/elevenlabs.js';
import { httpVoiceFaults } from '../../../test/contract/http-voice-faults.js';
import { until } from '../../../test/simulators/until.js';
import { voiceOf } from '../../../test/simulators/voice.js';
import type { TtsEvent, TtsOptions } from '../tts.port.js';
import { ElevenLabsTextToSpeech } from './elevenlabs-tts.js';
import type { ElevenLabsTtsOptions } from './elevenlabs-tts.js';

const MS_PER_CHAR = 20;

const adapterFor = (simulator: ElevenLabsSimulator, options: Partial<ElevenLabsTtsOptions> = {}) =>
  new ElevenLabsTextToSpeech({
    apiKey: SIMULATED_ELEVENLABS_KEY,
    model: 'eleven_flash_v2_5',
    baseUrl: simulator.url,
    ...options,
  });

describe('the ElevenLabs voice', () => {
  let simulator: ElevenLabsSimulator;
  let tts: ElevenLabsTextToSpeech;

  const simulate = async (knobs: ElevenLabsKnobs = {}, options: Partial<ElevenLabsTtsOptions> = {}): Promise<void> => {
    simulator = await ElevenLabsSimulator.start({ msPerChar: MS_PER_CHAR, ...knobs });
    tts = adapterFor(simulator, options);
  };

  const open = (options: Partial<TtsOptions> = {}) => {
    const log = new EventLog<TtsEvent>(['ended', 'failed']);
    const stream = tts.open({ voice: '', language: 'en-US', sampleRate: 16_000, ...options }, log.listener);
    log.markOpened();
    return { stream, log };
  };

  const say = async (text: string, options: Partial<TtsOptions> = {}) => {
    const { stream, log } = open(options);
    stream.speak(0, text);
    stream.end();
    await log.untilType('ended');
    return log;
  };

  afterEach(async () => {
    await until('no request is left', () => simulator.active === 0);
    await tts.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it.each([
    ['eleven_flash_v2_5', 8000, 'pcm_8000', 'de'],
    ['eleven_multilingual_v2', 48_000, 'pcm_24000', undefined],
  ])('asks %s for what it can do', async (model, sampleRate, format, language) => {
    await simulate({}, { model });
    await say('Guten Tag.', { voice: 'a-voice', language: 'de-DE', sampleRate });
    const [request] = simulator.requests;
    expect(request?.url.pathname).toBe('/v1/text-to-speech/a-voice/stream/with-timestamps');
    expect(request?.url.searchParams.get('output_format')).toBe(format);
    expect(request?.body).toEqual({
      text: 'Guten Tag.',
      model_id: model,
      ...(language === undefined ? {} : { language_code: language }),
    });
  });

  it.each([1, 333, 65_537])('delivers every sample when chunks have %i bytes', async (chunkBytes) => {
    const text = chunkBytes === 1 ? 'Hi.' : 'Good morning, this is Julia.';
    await simulate({ chunkBytes });
    const log = await say(text);
    const audio = Buffer.concat(log.of('audio').map(({ chunk }) => chunk));
    expect(audio.equals(voiceOf(text, 16_000, MS_PER_CHAR))).toBe(true);
  });

  it.each(['text', 'part'] as const)('times the words when times count from the %s', async (timesFrom) => {
    await simulate({ timesFrom, chunkBytes: 3200 });
    const log = await say('One two three.');
    const words = log.of('words').at(-1)?.words ?? [];
    expect(words.map(({ text, startMs, endMs }) => [text, Math.round(startMs), Math.round(endMs)])).toEqual([
      ['One', 0, 60],
      ['two', 80, 140],
      ['three.', 160, 280],
    ]);
  });

  it('speaks without timings when none come', async () => {
    await simulate({ withoutAlignment: true });
    const log = await say('One two three.');
    expect(log.of('words')).toEqual([]);
  });

  it('keeps its connections for segments that come one after another', async () => {
    await simulate();
    const { stream, log } = open();
    for (let segment = 0; segment < 4; segment += 1) {
      stream.speak(segment, 'Hello there.');
      await log.untilType('segment.ended', segment + 1);
    }
    stream.end();
    await log.untilType('ended');
    expect(simulator.counts.connections).toBeLessThanOrEqual(2);
  });

  it('does not play a file that comes where raw samples were asked for', async () => {
    await simulate({ encode: (audio) => Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0'), audio]) });
    const { stream, log } = open();
    stream.speak(0, 'Hello there.');
    await log.untilType('failed');
    expect(log.of('audio')).toEqual([]);
    expect(log.of('failed')[0]?.error).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('answered MP3'),
    });
  });

  it('takes a line without audio for what it is', async () => {
    await simulate({ lineBehind: { audio_base64: null, alignment: null } });
    const audio = Buffer.concat((await say('Hi there.')).of('audio').map(({ chunk }) => chunk));
    expect(audio.equals(voiceOf('Hi there.', 16_000, MS_PER_CHAR))).toBe(true);
  });

  it.each([
    { detail: { status: 'quota_exceeded', message: 'You said: a secret sentence.' } },
    { error: 'quota_exceeded', message: 'You said: a secret sentence.', code: 1008 },
  ])('names a fault that comes in the middle of the speech: %o', async (lineBehind) => {
    await simulate({ lineBehind });
    const { stream, log } = open();
    stream.speak(0, 'A secret sentence.');
    await log.untilType('failed');
    expect(log.of('failed')[0]?.error).toMatchObject({
      message: 'elevenlabs broke off the speech: quota_exceeded',
      code: 'unavailable',
      retryable: true,
    });
  });

  it('tells ElevenLabs’ name of a fault and nothing of its prose', async () => {
    await simulate({
      refusal: {
        status: 401,
        headers: { 'retry-after': '2' },
        body: { detail: { status: 'quota_exceeded', message: 'You said: a secret sentence.' } },
      },
    });
    const { stream, log } = open();
    stream.speak(0, 'A secret sentence.');
    await log.untilType('failed');
    expect(log.of('failed')[0]?.error).toMatchObject({
      message: 'elevenlabs answered 401: quota_exceeded',
      retryAfterMs: 2000,
    });
  });

  it.each([
    ['before the answer', { connection: 'hang' }],
    ['in the audio', { fault: { kind: 'stall', afterBytes: 3200 } }],
  ] as [string, ElevenLabsKnobs][])('cancels its requests when aborted %s', async (_name, knobs) => {
    await simulate(knobs);
    const { stream, log } = open();
    stream.speak(0, 'Hello there.');
    stream.speak(1, 'And more.');
    await until('both requests', () => simulator.requests.length === 2);
    stream.abort();
    log.markAborted();
    await until('both requests are gone', () => simulator.active === 0);
    expect(simulator.counts.aborted).toBe(2);
    await settle(20);
    expect(log.violations).toEqual([]);
  });
});

voiceFaultMatrix(
  'elevenlabs',
  httpVoiceFaults({ garbage: 'protocol, retry', earlyEnd: 'closed_early, retry' }),
  async (knobs) => {
    const simulator = await ElevenLabsSimulator.start({ msPerChar: MS_PER_CHAR, ...knobs });
    const waits = knobs.connection === 'hang' || knobs.fault?.kind === 'stall';
    const tts = adapterFor(simulator, waits ? { firstAudioTimeoutMs: 300, audioTimeoutMs: 300 } : {});
    await tts.warmUp();
    return {
      tts,
      close: async () => {
        await until('no request is left', () => simulator.active === 0);
        await tts.close();
        await until('no connection is left', () => simulator.open === 0);
        await simulator.close();
      },
    };
  },
);
