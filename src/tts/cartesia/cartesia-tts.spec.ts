import { EventLog, settle } from '../../../test/contract/event-log.js';
import { CartesiaSimulator, SIMULATED_CARTESIA_KEY } from '../../../test/simulators/cartesia.js';
import type { CartesiaKnobs } from '../../../test/simulators/cartesia-session.js';
import { until } from '../../../test/simulators/until.js';
import { voiceOf } from '../../../test/simulators/voice.js';
import type { TtsEvent, TtsOptions } from '../tts.port.js';
import { CartesiaTextToSpeech } from './cartesia-tts.js';
import type { CartesiaTtsOptions } from './cartesia-tts.js';

const MS_PER_CHAR = 20;

describe('the Cartesia voice', () => {
  let simulator: CartesiaSimulator;
  let tts: CartesiaTextToSpeech;

  const simulate = async (
    knobs: CartesiaKnobs | ((connection: number) => CartesiaKnobs) = {},
    options: Partial<CartesiaTtsOptions> = {},
  ): Promise<void> => {
    simulator = await CartesiaSimulator.start((connection) => ({
      msPerChar: MS_PER_CHAR,
      ...(typeof knobs === 'function' ? knobs(connection) : knobs),
    }));
    tts = new CartesiaTextToSpeech({
      apiKey: SIMULATED_CARTESIA_KEY,
      model: 'sonic-3',
      baseUrl: simulator.url,
      ...options,
    });
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

  const audioOf = (log: EventLog<TtsEvent>, segment: number): Buffer =>
    Buffer.concat(log.of('audio').flatMap((event) => (event.segment === segment ? [event.chunk] : [])));

  afterEach(async () => {
    tts.close();
    await until('no connection is left', () => simulator.open === 0);
    await simulator.close();
  });

  it('asks for raw audio of the agent’s voice, at the rate that is wanted, and ends its context', async () => {
    await simulate();
    await say('Hello there.', { voice: 'a-voice', language: 'de-DE', sampleRate: 8000 });
    const params = {
      model_id: 'sonic-3',
      voice: { mode: 'id', id: 'a-voice' },
      language: 'de',
      output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 8000 },
      add_timestamps: true,
      max_buffer_delay_ms: 0,
    };
    await until('the context is ended', () => simulator.connections[0]?.requests.length === 3);
    const requests = simulator.connections[0]?.requests ?? [];
    const context_id = requests[0]?.context_id;
    expect(requests).toEqual([
      { ...params, context_id, transcript: 'Hello there. ', continue: true },
      { ...params, context_id, transcript: '', continue: true, flush: true },
      { ...params, context_id, transcript: '', continue: false },
    ]);
    await until('the context is gone', () => simulator.connections[0]?.contexts === 0);
  });

  it.each([1, 333, 4800, 65_537])('delivers every sample when chunks have %i bytes', async (chunkBytes) => {
    const text = chunkBytes === 1 ? 'Hi.' : 'Good morning, this is Julia.';
    await simulate({ chunkBytes });
    const log = await say(text);
    expect(audioOf(log, 0).equals(voiceOf(text, 16_000, MS_PER_CHAR))).toBe(true);
  });

  it('speaks many replies over one connection, and keeps it', async () => {
    await simulate({ betweenChunks: { ms: 1 }, chunkBytes: 1600 });
    const logs = await Promise.all(Array.from({ length: 6 }, (_, n) => say(`This is reply number ${n}.`)));
    await say('And one more.');
    expect(simulator.counts.handshakes).toBe(1);
    for (const [n, log] of logs.entries()) {
      const text = `This is reply number ${n}.`;
      expect(audioOf(log, 0).equals(voiceOf(text, 16_000, MS_PER_CHAR))).toBe(true);
    }
  });

  it('opens another connection when one carries as many replies as it may', async () => {
    await simulate({}, { maxRepliesPerConnection: 2 });
    await Promise.all(Array.from({ length: 5 }, () => say('Hello there.')));
    expect(simulator.counts.handshakes).toBe(3);
  });

  it('connects before there is anything to say', async () => {
    await simulate();
    const { stream } = open();
    await until('it is connected', () => simulator.counts.accepted === 1);
    stream.abort();
  });

  it('lets go of a connection that nobody uses', async () => {
    await simulate({}, { idleMs: 30 });
    await say('Hello there.');
    await until('it is closed', () => simulator.open === 0);
    await say('Hello again.');
    expect(simulator.counts.handshakes).toBe(2);
  });

  it.each(['context', 'flush'] as const)(
    'times words from their segment when times count from the %s',
    async (timesFrom) => {
      await simulate({ timesFrom });
      const { stream, log } = open();
      stream.speak(0, 'One two three.');
      stream.speak(1, 'Four five.');
      stream.end();
      await log.untilType('ended');
      const last = (segment: number) =>
        log
          .of('words')
          .findLast((event) => event.segment === segment)
          ?.words.map(({ text, startMs, endMs }) => [text, Math.round(startMs), Math.round(endMs)]);
      expect(last(0)).toEqual([
        ['One', 0, 60],
        ['two', 80, 140],
        ['three.', 160, 280],
      ]);
      expect(last(1)).toEqual([
        ['Four', 0, 80],
        ['five.', 100, 200],
      ]);
    },
  );

  it('knows the segments apart without flush ids', async () => {
    await simulate({ withoutFlushIds: true });
    const { stream, log } = open();
    stream.speak(0, 'One two three.');
    stream.speak(1, 'Four five.');
    stream.end();
    await log.untilType('ended');
    expect(audioOf(log, 1).equals(voiceOf('Four five.', 16_000, MS_PER_CHAR))).toBe(true);
  });

  it('begins a new context after a pause, because Cartesia forgets the old one', async () => {
    await simulate();
    const { stream, log } = open();
    stream.speak(0, 'Let me look.');
    await log.untilType('segment.ended');
    stream.speak(1, 'Here it is.');
    stream.end();
    await log.untilType('ended');
    const contexts = new Set(simulator.connections[0]?.requests.map(({ context_id }) => context_id));
    expect(contexts.size).toBe(2);
  });

  it('cancels on abort and gives audio that still comes to nobody', async () => {
    await simulate({ betweenChunks: { ms: 5 }, chunkBytes: 640 });
    const { stream, log } = open();
    stream.speak(0, 'This is a sentence that somebody talks over.');
    stream.speak(1, 'Never spoken.');
    await log.untilType('audio');
    stream.abort();
    log.markAborted();
    const other = await say('Somebody else speaks on.');
    expect(log.violations).toEqual([]);
    expect(audioOf(other, 0).equals(voiceOf('Somebody else speaks on.', 16_000, MS_PER_CHAR))).toBe(true);
    const requests = simulator.connections[0]?.requests ?? [];
    expect(requests.filter(({ cancel }) => cancel === true)).toHaveLength(1);
    expect(simulator.counts.handshakes).toBe(1);
  });

  it('survives the loss of a connection between two sentences', async () => {
    await simulate();
    const { stream, log } = open();
    stream.speak(0, 'Let me look.');
    await log.untilType('segment.ended');
    simulator.drop();
    await until('it is gone', () => simulator.open === 0);
    await settle(20);
    stream.speak(1, 'Here it is.');
    stream.end();
    await log.untilType('ended');
    expect(simulator.counts.handshakes).toBe(2);
  });

  it('fails everyone who speaks over a connection that is lost, and nobody else', async () => {
    await simulate({ fault: { kind: 'stall', afterBytes: 640 }, chunkBytes: 640 }, { maxRepliesPerConnection: 2 });
    const speaking = [open(), open(), open()];
    for (const { stream } of speaking) stream.speak(0, 'Hello there, how are you?');
    await Promise.all(speaking.map(({ log }) => log.untilType('audio')));
    simulator.drop();
    await Promise.all(speaking.map(({ log }) => log.untilType('failed')));
    for (const { log } of speaking) {
      expect(log.of('failed')[0]).toMatchObject({ segment: 0, error: { code: 'unavailable', retryable: true } });
    }
  });

  it('lets nobody begin on a connection on which something did not answer in time', async () => {
    await simulate((connection) => (connection === 0 ? { fault: { kind: 'stall', afterBytes: 0 } } : {}), {
      firstAudioTimeoutMs: 1500,
    });
    const { stream, log } = open();
    stream.speak(0, 'Hello there.');
    await log.untilType('failed');
    const other = open();
    other.stream.speak(0, 'Hello there.');
    other.stream.end();
    await other.log.until('end', (events) => events.some(({ type }) => type === 'ended'));
    expect(simulator.counts.handshakes).toBe(2);
  });

  it('says nothing of what was to be spoken in its errors', async () => {
    await simulate({ fault: { kind: 'our-error', afterBytes: 0 } });
    const { stream, log } = open();
    stream.speak(0, 'A secret sentence.');
    await log.untilType('failed');
    expect(log.of('failed')[0]?.error.message).toBe('cartesia answered 400: model_not_found');
  });
});
