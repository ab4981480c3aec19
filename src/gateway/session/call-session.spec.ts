import { jest } from '@jest/globals';
import { performance } from 'node:perf_hooks';
import { settle } from '../../../test/fakes/manual-clock.js';
import { EchoCalls } from '../../../test/support/echo-calls.js';
import type { EchoCall } from '../../../test/support/echo-calls.js';
import { FakeWebSocket } from '../../../test/support/fake-websocket.js';
import { CallRefused } from '../../calls/call.port.js';
import type { Calls } from '../../calls/call.port.js';
import type { Line } from '../../calls/line.port.js';
import type { SessionSummary } from '../gateway-observer.port.js';
import { NativeCodec } from '../native/native-codec.js';
import { NATIVE_WIRE } from '../native/native.wire.js';
import { Ticker } from '../transport/ticker.js';
import { DEAD_AFTER_MS, PING_INTERVAL_MS } from '../transport/transport-limits.js';
import { CallSession } from './call-session.js';
import { CallSlots } from './call-slots.js';
import { END_TIMEOUT_MS, MAX_FAULTS, START_TIMEOUT_MS } from './session-limits.js';

const { maxFrameBytes: MAX_FRAME_BYTES } = NATIVE_WIRE;
const START = { type: 'session.start', protocol: 1 };
const TOKEN_TTL_MS = 200_000;

/** A call begins when it is written down: here, with the microtasks. */
const written = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('CallSession', () => {
  let ticker: Ticker;
  let ws: FakeWebSocket;
  let calls: EchoCalls;
  let session: CallSession;
  let releases: number;
  let closed: SessionSummary[];
  let logged: unknown[];
  let beginning: number;
  let maxSessionMs: number;

  const open = (factory: Pick<Calls, 'open'> = calls): void => {
    session = new CallSession(
      ws.ws,
      {
        token: {
          caller: { userId: 'ann', claims: {}, accessToken: 'secret-token' },
          expiresAt: Date.now() + TOKEN_TTL_MS,
          agents: undefined,
        },
        slot: { release: () => void (releases += 1) },
        agent: undefined,
        returning: false,
        address: '192.0.2.1',
        drain: ws.socket,
      },
      NATIVE_WIRE,
      {
        calls: {
          open: (...asked) => factory.open(...asked),
          resume: (...asked) => calls.resume(...asked),
          shared: false,
          handOver: () => Promise.resolve(),
        },
        slots: new CallSlots(),
        ticker,
        observer: {
          traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
          handshake: () => undefined,
          sessionOpened: () => undefined,
          sessionStarted: () => undefined,
          sessionResumed: () => undefined,
          sessionClosed: (summary) => void closed.push(summary),
          errorSent: () => undefined,
        },
        limits: { maxSessionMs, idleTimeoutMs: 60_000 },
        log: {
          log: (line: unknown) => void logged.push(line),
          warn: (line: unknown) => void logged.push(line),
          error: (line: unknown) => void logged.push(line),
        },
      },
    );
    beginning = ticker.now;
  };
  /** Lets time pass until `ms` after the session was opened; the client answers pings, and sends some when it is `heard`. */
  const at = (ms: number, { answering = true, heard = false } = {}): void => {
    for (let now = ticker.now + 1000; now < beginning + ms; now += 1000) {
      if (answering) ws.emit('pong');
      if (heard) ws.emit('ping');
      tick(now);
    }
    tick(beginning + ms);
  };
  const tick = (now: number): void => {
    const passed = now - ticker.now;
    clocks.monotonic += passed;
    clocks.epoch += passed;
    ticker.tick(now);
  };
  const lastMessage = () => ws.messages.at(-1);

  let clocks: { monotonic: number; epoch: number };

  beforeEach(() => {
    clocks = { monotonic: performance.now(), epoch: Date.now() };
    jest.spyOn(performance, 'now').mockImplementation(() => clocks.monotonic);
    jest.spyOn(Date, 'now').mockImplementation(() => clocks.epoch);
    ticker = new Ticker();
    ws = new FakeWebSocket();
    calls = new EchoCalls();
    releases = 0;
    closed = [];
    logged = [];
    maxSessionMs = 120_000;
    open();
  });
  afterEach(() => {
    if (ws.readyState !== 3) ws.gone(1006);
    jest.restoreAllMocks();
  });

  describe('before session.start', () => {
    it.each([
      ['audio', Buffer.alloc(640), 'audio_before_start', 4409],
      ['text that is not JSON', 'hello', 'bad_json', 4400],
      ['an unknown message', { type: 'hello' }, 'bad_message', 4400],
      ['another protocol', { type: 'session.start', protocol: 9 }, 'unsupported_protocol', 4400],
      ['a message of a running session', { type: 'ping' }, 'wrong_state', 4409],
      ['an unsupported rate', { ...START, audio: { input: { sampleRate: 11_025 } } }, 'unsupported_audio', 1003],
      ['an unknown agent', { ...START, agent: 'nobody' }, 'unknown_agent', 1008],
      ['a frame that is too large', Buffer.alloc(MAX_FRAME_BYTES + 2), 'frame_too_large', 1009],
    ])('ends the session for %s', async (_what, frame, code, close) => {
      ws.receive(frame);
      await written();
      expect(ws.messages).toEqual([{ type: 'error', code, message: expect.any(String), fatal: true }]);
      expect(ws.closedWith).toBe(close);
      ws.receive(START);
      expect(calls.calls).toEqual([]);
    });

    it('does not wait for it for ever', () => {
      at(START_TIMEOUT_MS - 1);
      expect(ws.errors).toEqual([]);
      at(START_TIMEOUT_MS);
      expect(ws.errors).toEqual(['start_timeout']);
      expect(ws.closedWith).toBe(4408);
    });

    it('reports a call that cannot be made, and hides why when it is our fault', async () => {
      const refusing = async (error: Error): Promise<void> => {
        ws.gone(1006);
        ws = new FakeWebSocket();
        const start = (): never => {
          throw error;
        };
        open({ open: async () => ({ start, cancel: () => undefined }) });
        ws.receive(START);
        await written();
      };
      await refusing(new CallRefused('overloaded', 'Try later.'));
      expect(lastMessage()).toEqual({ type: 'error', code: 'overloaded', message: 'Try later.', fatal: true });
      expect(ws.closedWith).toBe(1013);
      await refusing(new Error('password of the database'));
      expect(lastMessage()).toMatchObject({ code: 'internal', message: expect.not.stringContaining('password') });
      expect(ws.closedWith).toBe(1011);
    });
  });

  describe('while the call is written down', () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow: Pick<Calls, 'open'> = {
      open: async (request) => {
        await promise;
        return calls.open(request);
      },
    };
    const startSlowly = (): void => {
      ws.gone(1006);
      ws = new FakeWebSocket();
      open(slow);
      ws.receive(START);
    };

    it('keeps what the client sends meanwhile, in order', async () => {
      startSlowly();
      ws.receive({ type: 'text.submit', text: 'one' });
      ws.receive(Buffer.alloc(640));
      ws.receive({ type: 'text.submit', text: 'two' });
      expect(calls.calls).toEqual([]);
      resolve();
      await written();
      expect(calls.calls.at(-1)).toMatchObject({ texts: ['one', 'two'], audioBytes: 640 });
      expect(ws.errors).toEqual([]);
    });

    it('says that it has begun before the call says anything', async () => {
      ws.gone(1006);
      ws = new FakeWebSocket();
      const greeting = { type: 'response.started', responseId: 'r1' } as const;
      open({
        open: async (request) => {
          const opening = await calls.open(request);
          const start = (line: Line) => {
            const call = opening.start(line);
            queueMicrotask(() => line.event(greeting, 2));
            return call;
          };
          return { ...opening, start };
        },
      });
      ws.receive(START);
      await written();
      expect(ws.messages.map(({ type }) => type)).toEqual(['session.started', 'response.started']);
    });

    it('takes no more than it can hold', () => {
      startSlowly();
      for (let n = 0; n < 129; n += 1) ws.receive(Buffer.alloc(640));
      expect(ws.errors).toEqual(['audio_too_fast']);
    });

    it('does not begin a call whose client is gone', async () => {
      let canceled = 0;
      ws.gone(1006);
      ws = new FakeWebSocket();
      open({
        open: async () => ({
          start: () => {
            throw new Error('nobody is there');
          },
          cancel: () => void (canceled += 1),
        }),
      });
      ws.receive(START);
      ws.gone(1006);
      await written();
      expect(canceled).toBe(1);
      expect(logged).not.toContainEqual(expect.objectContaining({ msg: expect.stringMatching(/crash|fail/) }));
    });
  });

  describe('in a call', () => {
    beforeEach(async () => {
      ws.receive(START);
      await written();
    });
    const call = (): EchoCall => {
      const [first] = calls.calls;
      if (first === undefined) throw new Error('the call was not started');
      return first;
    };

    it('starts with the defaults of the protocol', () => {
      expect(ws.messages).toEqual([
        {
          type: 'session.started',
          protocol: 1,
          sessionId: session.id,
          agent: 'julia',
          audio: {
            input: { encoding: 'pcm16', sampleRate: 16_000 },
            output: { encoding: 'pcm16', sampleRate: 16_000 },
          },
          turnDetection: 'vad',
          resumeGraceMs: 0,
          seq: 1,
          limits: { maxFrameBytes: MAX_FRAME_BYTES, maxSessionMs, idleTimeoutMs: 60_000 },
        },
      ]);
      expect(call().request).toEqual({
        sessionId: session.id,
        caller: { userId: 'ann', claims: {}, accessToken: 'secret-token' },
        inputSampleRate: 16_000,
        outputSampleRate: 16_000,
      });
    });

    it.each([
      ['text that is not JSON', '{', 'bad_json'],
      ['an unknown message', { type: 'x' }, 'bad_message'],
      ['a second start', START, 'wrong_state'],
      ['half a sample', Buffer.alloc(641), 'odd_audio_length'],
      ['words where audio is wanted', { type: 'input.transcript', text: 'hi', final: true }, 'transcript_not_taken'],
      ['words without end', { type: 'input.transcript', text: 'a'.repeat(1001), final: true }, 'bad_message'],
    ])('survives %s', (_what, frame, code) => {
      ws.receive(frame);
      expect(lastMessage()).toMatchObject({ type: 'error', code, fatal: false });
      ws.receive({ type: 'text.submit', text: 'still here' });
      expect(call().texts).toEqual(['still here']);
      expect(call().audioBytes).toBe(0);
    });

    it('ends after too many faults', () => {
      for (let index = 0; index < MAX_FAULTS; index += 1) ws.receive('{');
      expect(ws.errors).toEqual([...Array<string>(MAX_FAULTS).fill('bad_json'), 'too_many_faults']);
      expect(lastMessage()).toMatchObject({ type: 'session.ended', reason: 'error' });
      expect(ws.closedWith).toBe(1008);
    });

    it('ends for audio that no microphone can make, but takes what was held back', () => {
      const second = Buffer.alloc(32_000);
      for (let index = 0; index < 10; index += 1) ws.receive(second);
      at(12_000);
      for (let index = 0; index < 20; index += 1) ws.receive(second);
      expect(ws.errors).toEqual([]);
      for (let index = 0; index < 60; index += 1) ws.receive(second);
      expect(ws.errors).toEqual(['audio_too_fast']);
      expect(ws.closedWith).toBe(4413);
    });

    it('carries real-time audio of a sound card that is a little fast, for as long as it likes', () => {
      const frame = Buffer.alloc(3232); // 101 ms in 100 ms
      for (let ms = 100; ms <= 110_000; ms += 100) {
        ws.receive(frame);
        if (ms % 300 === 0) at(ms);
        if (ms % 15_000 === 0) ws.emit('pong');
      }
      expect(ws.errors).toEqual([]);
    });

    it('ends for a flood of control messages, pings and pongs', () => {
      for (let index = 0; index < 180; index += 1) ws.receive({ type: 'ping' });
      for (let index = 0; index < 180; index += 1) ws.emit('ping');
      for (let index = 0; index < 180; index += 1) ws.emit('pong');
      expect(ws.errors).toEqual(['too_many_messages']);
      expect(ws.closedWith).toBe(4429);
    });

    it('ends when the client falls silent, though it answers pings', () => {
      at(59_000);
      expect(ws.errors).toEqual([]);
      at(62_000);
      expect(ws.errors).toEqual(['idle_timeout']);
      expect(lastMessage()).toMatchObject({ type: 'session.ended', reason: 'idle' });
      expect(ws.closedWith).toBe(4408);
    });

    it('keeps a silent client that pings', () => {
      for (let ms = 40_000; ms <= 80_000; ms += 40_000) {
        at(ms);
        if (ms % 80_000 === 0) ws.emit('ping');
        else ws.receive({ type: 'ping' });
      }
      expect(ws.errors).toEqual([]);
    });

    it('ends when the call is too long', () => {
      at(119_000, { heard: true });
      expect(ws.errors).toEqual([]);
      at(120_000, { heard: true });
      expect(ws.errors).toEqual(['call_too_long']);
      expect(ws.closedWith).toBe(4410);
    });

    it('finds a dead peer by its silence to pings', () => {
      at(PING_INTERVAL_MS + 2000, { answering: false });
      expect(ws.pings).toBeGreaterThanOrEqual(1);
      at(DEAD_AFTER_MS + 2000, { answering: false });
      expect(ws.terminated).toBe(true);
      expect(closed).toMatchObject([{ closeCode: 1006, reason: 'disconnected' }]);
    });

    it('gives up on a reader that does not read, and keeps nothing for it', () => {
      ws.bufferedAmount = 70_000;
      const chunk = new Uint8Array(32_000);
      for (let second = 0; second < 100; second += 1) call().output.audio(chunk);
      expect(ws.closedWith).toBe(4420);
      expect(call().endedBy).toBe('disconnected');
      expect(ws.audio).toEqual([]);
      ws.bufferedAmount = 0;
      tick(ticker.now + 250);
      expect(ws.audio).toEqual([]);
    });

    it('closes by the reason of a call that ends by itself', () => {
      call().conversation.end('agent');
      expect(lastMessage()).toMatchObject({ type: 'session.ended', reason: 'agent' });
      expect(ws.closedWith).toBe(1000);
    });

    it('closes by the error of a call that fails', () => {
      call().output.event({ type: 'error', code: 'llm_failed', message: 'No model.', fatal: true });
      call().conversation.end('error');
      expect(ws.closedWith).toBe(4503);
    });

    it('sends nothing after session.ended', () => {
      call().conversation.end('agent');
      const sent = ws.messages.length;
      call().output.event({ type: 'speech.started', audioMs: 1 });
      call().output.audio(new Uint8Array(640));
      ws.receive({ type: 'ping' });
      expect(ws.messages).toHaveLength(sent);
      expect(ws.audio).toEqual([]);
    });

    it('ends by itself a call that does not say that it has ended', () => {
      const { conversation } = call();
      const end = conversation.end.bind(conversation);
      conversation.end = () => undefined;
      ws.receive({ type: 'session.end' });
      expect(ws.closedWith).toBeUndefined();
      at(END_TIMEOUT_MS + 1000);
      expect(ws.closedWith).toBe(1000);
      end('client');
    });

    it('ends one session, not the process, when its call throws', async () => {
      call().conversation.pushAudio = () => {
        throw new Error('a fault of ours');
      };
      ws.receive(Buffer.alloc(640));
      expect(ws.errors).toEqual(['internal']);
      await Promise.resolve();
      expect(ws.closedWith).toBe(1011);
      expect(calls.faults).toMatchObject([{ msg: 'call failed', callSid: session.id }]);
    });

    it.each(['decode', 'encode', 'audio'] as const)(
      'ends one session, not the process, when its codec throws in %s',
      async (method) => {
        const fault = jest.spyOn(NativeCodec.prototype, method).mockImplementationOnce(() => {
          throw new Error('a fault of ours');
        });
        if (method === 'encode') call().output.event({ type: 'speech.started', audioMs: 1 });
        else ws.receive(Buffer.alloc(640));
        await settle();
        expect(fault).toHaveBeenCalled();
        expect(ws.errors).toEqual(['internal']);
        expect(ws.closedWith).toBe(1011);
        expect(call().endedBy).toBe('error');
        expect(logged.length + calls.faults.length).toBeGreaterThan(0);
      },
    );

    it.each([
      ['WebM', Buffer.from('1a45dfa39f4286810142f7810142f2810442f381', 'hex')],
      ['MP4', Buffer.concat([Buffer.from([0, 0, 0, 28]), Buffer.from('ftypiso5\x00\x00\x02\x00iso5iso6mp41')])],
      ['Ogg', Buffer.from('OggS\x00\x02\x00\x00\x00\x00\x00\x00')],
      ['WAV', Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt ', 'latin1')],
      ['JSON', Buffer.from('{"event":"media","payload":"AAAA"}')],
      ['text', Buffer.from('UklGRiQAAABXQVZFZm10IBAAAAABAAEA')],
    ])('names %s where raw PCM belongs, whole or cut at an odd place, and makes no turn of it', (name, bytes) => {
      const frame = Buffer.concat([bytes, Buffer.alloc(name === 'text' || name === 'JSON' ? 0 : 333, 7)]);
      ws.receive(frame.subarray(0, 7));
      ws.receive(frame.subarray(7));
      ws.receive(Buffer.alloc(640));
      const errors = ws.messages.filter(({ type }) => type === 'error');
      expect(errors.at(-1)).toMatchObject({
        code: 'unsupported_audio',
        fatal: true,
        message: expect.stringMatching(
          new RegExp(`^This is (an? )?${name}.*: send raw PCM16, mono, little-endian, at 16000 Hz`),
        ),
      });
      expect(ws.closedWith).toBe(1003);
      expect(call().audioBytes).toBe(0);
    });

    it('gives its slot back once, tells the call, and leaves nothing', async () => {
      ws.receive({ type: 'session.end' });
      ws.gone(1000);
      await session.ended;
      await settle();
      expect(releases).toBe(1);
      expect(closed).toMatchObject([{ sessionId: session.id, agent: 'julia', reason: 'client', closeCode: 1000 }]);
      expect(ws.eventNames()).toEqual([]);
      expect(ws.socket.eventNames()).toEqual([]);
    });

    it('ends the call when the socket breaks', async () => {
      ws.gone(1006);
      await session.ended;
      expect(call().endedBy).toBe('disconnected');
      expect(closed).toMatchObject([{ reason: 'disconnected', closeCode: 1006 }]);
      await settle();
      expect(releases).toBe(1);
    });

    it('logs ids, and neither words nor tokens', () => {
      ws.receive({ type: 'text.submit', text: 'my secret words' });
      ws.receive({ type: 'session.end' });
      ws.gone(1000);
      expect(logged).toHaveLength(2);
      expect(JSON.stringify(logged)).toContain(session.id);
      expect(JSON.stringify(logged)).not.toMatch(/secret/);
    });
  });

  it('ends with its token', async () => {
    ws.gone(1006);
    ws = new FakeWebSocket();
    maxSessionMs = 3_600_000;
    open();
    ws.receive(START);
    await written();
    at(TOKEN_TTL_MS - 10_000, { heard: true });
    expect(ws.errors).toEqual([]);
    at(TOKEN_TTL_MS + 1000, { heard: true });
    expect(ws.errors).toEqual(['token_expired']);
    expect(ws.messages.at(-1)).toMatchObject({ type: 'session.ended', reason: 'limit' });
    expect(ws.closedWith).toBe(4401);
  });
});
