import { EventLog, settle } from '../../../test/contract/event-log.js';
import { faultTitle } from '../../../test/contract/fault-matrix.js';
import type { FaultOutcome, FaultPhase } from '../../../test/contract/fault-matrix.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { SpeechKnobs } from '../../../test/simulators/openai-knobs.js';
import { speechOf } from '../../../test/simulators/openai-speech.js';
import { until } from '../../../test/simulators/until.js';
import type { TtsEvent, TtsOptions } from '../tts.port.js';
import { OpenAiTextToSpeech } from './openai-tts.js';
import type { OpenAiTtsOptions } from './openai-tts.js';

const MS_PER_CHAR = 20;
const RATE = 24_000;

describe('the OpenAI voice', () => {
  let simulator: OpenAiSimulator;
  let tts: OpenAiTextToSpeech;

  const simulate = async (
    speech: SpeechKnobs | ((request: number) => SpeechKnobs),
    options: Partial<OpenAiTtsOptions> = {},
  ): Promise<void> => {
    simulator = await OpenAiSimulator.start({
      speech: (request) => ({ msPerChar: MS_PER_CHAR, ...(typeof speech === 'function' ? speech(request) : speech) }),
    });
    tts = new OpenAiTextToSpeech({
      apiKey: SIMULATED_OPENAI_KEY,
      model: 'gpt-4o-mini-tts',
      baseUrl: simulator.url,
      ...options,
    });
  };

  const open = (options: Partial<TtsOptions> = {}) => {
    const log = new EventLog<TtsEvent>(['ended', 'failed']);
    const stream = tts.open({ voice: '', language: 'en-US', sampleRate: RATE, ...options }, log.listener);
    log.markOpened();
    return { stream, log };
  };

  const audioOf = (log: EventLog<TtsEvent>, segment: number): Buffer =>
    Buffer.concat(log.of('audio').flatMap((event) => (event.segment === segment ? [event.chunk] : [])));

  const failure = async (log: EventLog<TtsEvent>) => {
    await log.untilType('failed');
    await settle(20);
    expect(log.violations).toEqual([]);
    expect(log.of('failed')).toHaveLength(1);
    const { segment, error } = log.of('failed')[0] ?? {};
    return { segment, code: error?.code, retryable: error?.retryable, status: error?.status };
  };

  afterEach(async () => {
    await until('no request is left', () => simulator.active === 0);
    await tts.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('asks for raw audio of the agent’s voice', async () => {
    await simulate({}, { instructions: 'Calmly.' });
    const { stream, log } = open({ voice: 'coral' });
    stream.speak(0, 'Hello there.');
    stream.end();
    await log.untilType('ended');
    expect(simulator.speechRequests).toEqual([
      {
        model: 'gpt-4o-mini-tts',
        voice: 'coral',
        response_format: 'pcm',
        instructions: 'Calmly.',
        input: 'Hello there.',
      },
    ]);
  });

  it('has a voice when the agent names none', async () => {
    await simulate({}, { voice: 'sage' });
    const { stream, log } = open();
    stream.speak(0, 'Hello.');
    stream.end();
    await log.untilType('ended');
    expect(simulator.speechRequests[0]).toMatchObject({ voice: 'sage' });
  });

  it.each([1, 333, 4800, 65_537])('delivers every sample when chunks have %i bytes', async (chunkBytes) => {
    const text = chunkBytes === 1 ? 'Hi.' : 'Good morning, this is Julia.';
    await simulate({ chunkBytes });
    const { stream, log } = open();
    stream.speak(0, text);
    stream.end();
    await log.untilType('ended');
    expect(audioOf(log, 0).equals(speechOf(text, MS_PER_CHAR))).toBe(true);
  });

  it('asks for the next segment while one is spoken, and for no more than that', async () => {
    await simulate((request) => (request === 0 ? { fault: { kind: 'stall', afterBytes: 4800 } } : {}));
    const { stream, log } = open();
    for (const [segment, text] of ['One one.', 'Two two.', 'Three.'].entries()) stream.speak(segment, text);
    await log.untilType('audio');
    await until('the second request has been answered', () => simulator.counts.finished === 1);
    await settle(30);
    expect(simulator.counts.speech).toBe(2);
    expect(new Set(log.events.map((event) => ('segment' in event ? event.segment : -1)))).toEqual(new Set([0]));
    stream.abort();
  });

  it('reads only so far ahead', async () => {
    const long = 'A sentence that takes a while to say. '.repeat(40); // 30 s
    await simulate((request) => (request === 0 ? { firstAudio: { ms: 300 } } : { chunkBytes: 48_000 }), {
      maxAheadMs: 200,
    });
    const { stream, log } = open();
    stream.speak(0, 'Hello.');
    stream.speak(1, long);
    stream.end();
    await log.untilType('audio');
    await log.untilType('ended');
    expect(log.of('segment.ended').map(({ segment }) => segment)).toEqual([0, 1]);
    expect(audioOf(log, 1).equals(speechOf(long, MS_PER_CHAR))).toBe(true);
  });

  it('keeps its connections for segments that come one after another', async () => {
    await simulate({});
    const { stream, log } = open();
    for (let segment = 0; segment < 6; segment += 1) {
      stream.speak(segment, 'Hello there.');
      await log.untilType('segment.ended', segment + 1);
    }
    stream.end();
    await log.untilType('ended');
    // Two, because a segment may be asked for before the pool has its connection back.
    expect(simulator.counts.connections).toBeLessThanOrEqual(2);
  });

  describe('reports, without retrying,', () => {
    const cases: [string, FaultPhase, SpeechKnobs, FaultOutcome][] = [
      ['401', 'connect', { refusal: { status: 401 } }, { code: 'unauthorized', retryable: false, status: 401 }],
      ['400', 'connect', { refusal: { status: 400 } }, { code: 'bad_request', retryable: false, status: 400 }],
      ['429', 'connect', { refusal: { status: 429 } }, { code: 'rate_limited', retryable: true, status: 429 }],
      ['500', 'connect', { refusal: { status: 500 } }, { code: 'unavailable', retryable: true, status: 500 }],
      ['no answer', 'connect', { hang: true }, { code: 'timeout', retryable: true }],
      ['no audio', 'first byte', { empty: true }, { code: 'closed_early', retryable: true }],
      ['stall', 'first byte', { fault: { kind: 'stall', afterBytes: 0 } }, { code: 'timeout', retryable: true }],
      ['stall', 'mid-stream', { fault: { kind: 'stall', afterBytes: 4800 } }, { code: 'timeout', retryable: true }],
      [
        'lost connection',
        'first byte',
        { fault: { kind: 'destroy', afterBytes: 0 } },
        { code: 'unavailable', retryable: true },
      ],
      [
        'lost connection',
        'mid-stream',
        { fault: { kind: 'destroy', afterBytes: 4800 } },
        { code: 'unavailable', retryable: true },
      ],
    ];
    for (const [fault, phase, knobs, outcome] of cases) {
      it(faultTitle('openai speech', { fault, phase, knobs, outcome }), async () => {
        const waits = outcome.code === 'timeout';
        await simulate(knobs, waits ? { firstAudioTimeoutMs: 150, audioTimeoutMs: 150 } : {});
        const { stream, log } = open();
        stream.speak(0, 'Hello there, how are you?');
        stream.speak(1, 'Never spoken.');
        stream.end();
        expect(await failure(log)).toMatchObject({ segment: 0, ...outcome });
        expect(log.of('segment.ended')).toEqual([]);
        expect(log.of('audio').length > 0).toBe(phase === 'mid-stream');
        // One request a segment, and none of them again.
        expect(simulator.counts.speech).toBeLessThanOrEqual(2);
      });
    }

    it('a segment that fails while the one before it is spoken, when its turn comes', async () => {
      await simulate((request) =>
        request === 0 ? { chunkBytes: 4800, betweenChunks: { ms: 10 } } : { refusal: { status: 503 } },
      );
      const { stream, log } = open();
      stream.speak(0, 'Good morning, this is Julia.');
      stream.speak(1, 'Never spoken.');
      expect(await failure(log)).toMatchObject({ segment: 1, code: 'unavailable' });
      expect(log.of('segment.ended').map(({ segment }) => segment)).toEqual([0]);
      expect(audioOf(log, 0).equals(speechOf('Good morning, this is Julia.', MS_PER_CHAR))).toBe(true);
    });
  });

  it('does not count the time in which it reads no further', async () => {
    await simulate(
      (request) =>
        request === 0
          ? { chunkBytes: 2400, betweenChunks: { ms: 60 } }
          : { chunkBytes: 9600, betweenChunks: { ms: 5 } },
      { maxAheadMs: 100, audioTimeoutMs: 400 },
    );
    const { stream, log } = open();
    stream.speak(0, 'Good morning, this is Julia.'); // 12 chunks of 60 ms: longer than the deadline
    stream.speak(1, 'Good morning, this is Julia.');
    stream.end();
    await log.untilType('ended');
    expect(log.of('segment.ended')).toHaveLength(2);
  });

  it.each([
    ['before the answer', { hang: true }],
    ['in the audio', { fault: { kind: 'stall', afterBytes: 4800 } }],
  ] as [string, SpeechKnobs][])('cancels its requests when aborted %s', async (_name, knobs) => {
    await simulate(knobs);
    const { stream, log } = open();
    stream.speak(0, 'Hello there.');
    stream.speak(1, 'And more.');
    await until('both requests', () => simulator.counts.speech === 2);
    stream.abort();
    log.markAborted();
    await until('both requests are gone', () => simulator.active === 0);
    expect(simulator.counts.aborted).toBe(2);
    await settle(20);
    expect(log.violations).toEqual([]);
  });
});
