// A page's call against a server that speaks the protocol, with a browser whose devices the spec holds.
import { waitFor } from '../../test/support/wait-for.js';
import { samplesOf } from '../audio/pcm.js';
import { ScriptedBrowser } from '../testing/browser-audio.js';
import { ScriptedServer, type ScriptedServerOptions } from '../testing/scripted-server.js';
import { PLAYBACK_WORKLET } from './playback.worklet.js';
import { VoiceCall, type CallEnded, type VoiceCallOptions } from './voice-call.js';

let server: ScriptedServer;
const calls: VoiceCall[] = [];

async function ready(options: Partial<VoiceCallOptions> = {}, script: ScriptedServerOptions = {}) {
  server = await ScriptedServer.start(script);
  const browser = new ScriptedBrowser();
  const call = new VoiceCall({ url: server.url, audio: browser, ...options });
  calls.push(call);
  const states: string[] = [];
  const ends: CallEnded[] = [];
  call.on('state', ({ state }) => states.push(state));
  call.on('ended', (ended) => ends.push(ended));
  return { browser, call, states, ends };
}

/** 20 ms of the device. */
const frame = (value: number): Float32Array => new Float32Array(960).fill(value);

const ofDevices = (browser: ScriptedBrowser) =>
  browser.log.filter((line) => /track stopped|context closed/.test(line)).toSorted();
const ALL_LET_GO = ['context closed', 'context closed', 'track stopped'];

afterEach(async () => {
  for (const call of calls.splice(0)) await call.stop();
  await server.stop();
});

describe('VoiceCall', () => {
  it('opens the microphone before the session, which is told whether it cancels echo', async () => {
    const { browser, call, states } = await ready({ agent: 'max', outputRate: 16_000 });
    browser.echoCancellation = false;
    const session = await call.start();
    expect(session.sessionId).not.toBe('');
    expect(server.of('session.start')).toMatchObject([
      {
        agent: 'max',
        audio: { input: { sampleRate: 16_000 }, output: { sampleRate: 16_000 }, echoCancellation: false },
      },
    ]);
    browser.say(frame(0.5));
    await server.until(() => server.frames.length > 0);
    expect(call.microphoneLevel).toBeCloseTo(0.5, 1);
    expect(states).toEqual(['connecting', 'talking']);
  });

  it('does without Opus where the browser has no codec, and nobody notices', async () => {
    const { browser, call } = await ready({ codec: 'opus' });
    const { audio } = await call.start();
    expect(server.of('session.start')).toMatchObject([
      { audio: { input: { encoding: 'pcm16' }, output: { encoding: 'pcm16' } } },
    ]);
    expect([audio.input.encoding, audio.output.encoding]).toEqual(['pcm16', 'pcm16']);
    browser.say(frame(0.5));
    await server.until(() => server.frames.length > 0);
    expect(server.frames[0]?.length).toBeGreaterThan(500);
  });

  it('asks for no microphone where the caller types, and opens one when it is asked to', async () => {
    const { browser, call } = await ready({ microphone: false });
    browser.denied = new Error('no');
    await call.start();
    expect(server.of('session.start')).toMatchObject([{ audio: { echoCancellation: true } }]);
    call.sendText('hello');
    await server.until(() => server.of('text.submit').length === 1);
    await expect(call.useMicrophone()).rejects.toMatchObject({ code: 'microphone_unavailable' });
    browser.denied = undefined;
    await call.useMicrophone();
    browser.say(frame(0.5));
    await server.until(() => server.frames.length > 0);
  });

  it('sends silence while it is muted, also when it was muted before', async () => {
    const { browser, call } = await ready();
    call.muted = true;
    await call.start();
    browser.say(frame(0.5));
    await server.until(() => server.frames.length === 1);
    call.muted = false;
    browser.say(frame(0.5));
    await server.until(() => server.frames.length === 2);
    const loudest = server.frames.map((pcm) => Math.max(...samplesOf(Uint8Array.from(pcm))));
    expect([loudest[0], call.muted]).toEqual([0, false]);
    expect(loudest[1]).toBeGreaterThan(10_000);
  });

  it('hangs up, lets go of everything, and says so once', async () => {
    const { browser, call, states, ends } = await ready();
    await call.start();
    await Promise.all([call.stop(), call.stop()]);
    await call.stop();
    expect(states).toEqual(['connecting', 'talking', 'ending', 'ended']);
    expect(ends).toMatchObject([{ local: true }]);
    expect(ofDevices(browser)).toEqual(ALL_LET_GO);
    browser.say(frame(0.5));
    expect(server.frames).toEqual([]);
    await expect(call.start()).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('ends with the server’s goodbye', async () => {
    const { browser, call, ends } = await ready();
    await call.start();
    server.send({ type: 'session.ended', reason: 'agent', durationMs: 1 });
    server.close(1000, 'session ended');
    await waitFor(() => ends.length > 0);
    expect(ends).toMatchObject([{ local: false, retry: false }]);
    expect(ofDevices(browser)).toEqual(ALL_LET_GO);
  });

  it('is hung up at once while its goodbye waits for a browser that plays nothing', async () => {
    const { browser, call, states, ends } = await ready();
    await call.start();
    server.send({ type: 'response.started', responseId: 'r1' });
    server.sendAudio(new Int16Array(24_000));
    server.send({ type: 'response.audio_done', responseId: 'r1', audioMs: 1000 });
    server.send({ type: 'session.ended', reason: 'agent', durationMs: 1 });
    server.close(1000, 'session ended');
    await waitFor(() => states.includes('ending'));
    expect(ends).toEqual([]);
    await call.stop();
    expect(ends).toMatchObject([{ local: false }]);
    expect(ofDevices(browser)).toEqual(ALL_LET_GO);
  });

  it.each<readonly [string, (browser: ScriptedBrowser) => void, Partial<VoiceCallOptions>, string]>([
    ['the microphone is denied', (browser) => void (browser.denied = new Error('no')), {}, 'microphone_unavailable'],
    [
      'a policy forbids the worklets',
      (browser) => void (browser.brokenModule = new Error('no')),
      {},
      'audio_unavailable',
    ],
    ['nobody answers', () => undefined, { url: 'ws://127.0.0.1:9/v1/stream' }, 'unreachable'],
  ])('rejects, and lets go of everything, when %s', async (_what, spoil, options, code) => {
    const { browser, call, states, ends } = await ready(options);
    spoil(browser);
    await expect(call.start()).rejects.toMatchObject({ code });
    expect(states).toEqual(['connecting', 'ended']);
    expect(ends).toMatchObject([{ local: false }]);
    const opened = browser.log.filter((line) => line.startsWith('context at')).length;
    expect(browser.log.filter((line) => line === 'context closed')).toHaveLength(opened);
  });

  it('is hung up at once while the browser asks for the microphone; what comes late is let go of', async () => {
    const { browser, call, states } = await ready();
    let allow: () => void = () => undefined;
    const ask = browser.getUserMedia.bind(browser);
    browser.getUserMedia = async (constraints) => {
      await new Promise<void>((resolve) => (allow = resolve));
      return ask(constraints);
    };
    const started = expect(call.start()).rejects.toMatchObject({ code: 'aborted' });
    await call.stop();
    await started;
    expect(states).toEqual(['connecting', 'ending', 'ended']);
    allow();
    await waitFor(() => browser.log.includes('track stopped'));
    expect(server.of('session.start')).toEqual([]);
  });

  it('is hung up at once while the session is being opened', async () => {
    const { browser, call, ends } = await ready({}, { silentStart: true });
    const started = expect(call.start()).rejects.toMatchObject({ code: 'aborted' });
    await server.until(() => server.of('session.start').length > 0);
    await call.stop();
    await started;
    expect(ends).toMatchObject([{ local: true }]);
    expect(ofDevices(browser)).toEqual(ALL_LET_GO);
  });

  it('never begins when it was stopped before', async () => {
    const { call, states } = await ready();
    await call.stop();
    expect(states).toEqual(['ended']);
    await expect(call.start()).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('tells once of a microphone that gives nothing but silence, and not of one that is muted', async () => {
    const { browser, call } = await ready();
    const silent: number[] = [];
    call.on('microphone.silent', ({ forMs }) => silent.push(forMs));
    await call.start();
    call.muted = true;
    for (let n = 0; n < 300; n += 1) browser.say(frame(0));
    expect(silent).toEqual([]);
    call.muted = false;
    for (let n = 0; n < 600; n += 1) browser.say(frame(0));
    expect(silent).toHaveLength(1);
    expect(silent[0]).toBeGreaterThanOrEqual(5000);
    await call.useMicrophone('other');
    expect(browser.constraints?.audio.deviceId).toBe('other');
    browser.say(frame(0.1));
    for (let n = 0; n < 300; n += 1) browser.say(frame(0));
    expect(silent).toHaveLength(1);
  });

  it('passes on what the browser does to a device', async () => {
    const { browser, call } = await ready();
    const told: string[] = [];
    call.on('audio.interrupted', ({ device, reason, remedy }) => told.push(`${device} ${reason}: ${remedy}`));
    await call.start();
    browser.unplug();
    expect(told).toEqual(['microphone ended: reopen']);
  });

  it('listens by the browser’s own recogniser where the server says so, and listens again when asked to', async () => {
    type Listener = (event: never) => void;
    const made: Map<string, Listener>[] = [];
    const scope = globalThis as { SpeechRecognition?: unknown };
    scope.SpeechRecognition = class {
      readonly listeners = new Map<string, Listener>();
      constructor() {
        made.push(this.listeners);
      }
      addEventListener(type: string, listener: Listener): void {
        this.listeners.set(type, listener);
      }
      start(): void {}
      abort(): void {}
    };
    try {
      const { browser, call } = await ready(
        {},
        {
          silentStart: true,
          onMessage: (message, scripted) => {
            if (message.type === 'session.start') {
              scripted.sendRaw(JSON.stringify({ ...scripted.started(message), recognition: 'client' }));
            }
          },
        },
      );
      const told: string[] = [];
      call.on('audio.interrupted', ({ remedy }) => told.push(remedy));
      await call.start();
      expect(ofDevices(browser)).toEqual(['context closed', 'track stopped']);
      const hear = (said: string) =>
        made.at(-1)?.get('result')?.({
          resultIndex: 0,
          results: [Object.assign([{ transcript: said }], { isFinal: true })],
        } as never);
      hear('hello');
      made[0]?.get('error')?.({ error: 'not-allowed' } as never);
      made[0]?.get('end')?.({} as never);
      expect(told).toEqual(['reopen']);
      await call.useMicrophone();
      expect(made).toHaveLength(2);
      hear('again');
      await server.until(() => server.of('input.transcript').length === 2);
      expect(server.of('input.transcript').map(({ text }) => text)).toEqual(['hello', 'again']);
    } finally {
      delete scope.SpeechRecognition;
    }
  });

  it('changes volume and loudspeaker before the call and in it', async () => {
    const { browser, call } = await ready();
    const told: unknown[] = [];
    call.on('speaker.unavailable', ({ code }) => told.push(code));
    call.volume = 0.5;
    await call.useSpeaker('headphones');
    await call.start();
    call.volume = 0.25;
    await call.useSpeaker();
    expect(browser.posted).toEqual([
      { type: 'volume', volume: 0.5 },
      { type: 'volume', volume: 0.25 },
    ]);
    expect(browser.log.filter((line) => line.startsWith('plays on'))).toEqual([
      'plays on headphones',
      'plays on the system’s',
    ]);
    await expect(call.useSpeaker('gone')).rejects.toMatchObject({ code: 'speaker_unavailable' });
    expect(() => (call.volume = 2)).toThrow(/0 to 1/);
    browser.say({ epoch: 0, played: 480, at: 0.02, level: 0.3 }, PLAYBACK_WORKLET);
    expect([call.speakerLevel, call.volume, call.state, told]).toEqual([0.3, 0.25, 'talking', []]);
  });

  it('begins on the system’s loudspeaker where the one that was wished for is gone, and says so', async () => {
    const { call } = await ready();
    const told: string[] = [];
    call.on('speaker.unavailable', ({ code, message }) => told.push(`${code}: ${message}`));
    await call.useSpeaker('gone');
    await call.start();
    expect(call.state).toBe('talking');
    expect(told).toEqual(['speaker_unavailable: the loudspeaker cannot be used (NotFoundError: no such device)']);
  });

  describe('where the browser speaks', () => {
    type Listener = (event: { readonly charIndex: number }) => void;
    const scope = globalThis as { speechSynthesis?: unknown; SpeechSynthesisUtterance?: unknown };
    let spoken: { readonly text: string; readonly volume: number; tell(type: string): void }[];
    beforeEach(() => {
      spoken = [];
      scope.SpeechSynthesisUtterance = class {
        readonly listeners = new Map<string, Listener>();
        volume = 1;
        constructor(readonly text: string) {}
        addEventListener(type: string, listener: Listener): void {
          this.listeners.set(type, listener);
        }
        tell(type: string): void {
          this.listeners.get(type)?.({ charIndex: 0 });
        }
      };
      const nothing = (): void => undefined;
      scope.speechSynthesis = {
        speak: (utterance: (typeof spoken)[number]) => spoken.push(utterance),
        cancel: nothing,
        pause: nothing,
        resume: nothing,
        getVoices: () => [],
      };
    });
    afterEach(() => {
      delete scope.speechSynthesis;
      delete scope.SpeechSynthesisUtterance;
    });

    it('hears its goodbye to the end before it lets go, as loudly as it was told to', async () => {
      const { call, states, ends } = await ready({ voice: 'browser' });
      call.volume = 0.5;
      await call.start();
      const goodbye = { responseId: 'r1', language: 'en-US' };
      server.send(
        { type: 'response.started', responseId: 'r1' },
        { type: 'response.speak', ...goodbye, segment: 0, text: 'Thank you.' },
        { type: 'response.speak', ...goodbye, segment: 1, text: 'Goodbye.' },
        { type: 'session.ended', reason: 'agent', durationMs: 1 },
      );
      server.close(1000, 'session ended');
      await waitFor(() => states.includes('ending'));
      spoken[0]?.tell('end');
      expect(spoken.map(({ text, volume }) => `${text} ${volume}`)).toEqual(['Thank you. 0.5', 'Goodbye. 0.5']);
      expect(ends).toEqual([]);
      spoken[1]?.tell('end');
      await waitFor(() => ends.length > 0);
      expect(ends).toMatchObject([{ local: false }]);
      await expect(call.useSpeaker('headphones')).rejects.toMatchObject({ code: 'not_supported' });
    });
  });

  describe('keeps the screen on', () => {
    const locks = (browser: ScriptedBrowser) => browser.log.filter((line) => line.startsWith('wake lock'));

    it('while it goes on, again when somebody comes back to the page, and not beyond its end', async () => {
      const { browser, call } = await ready();
      await call.start();
      expect(locks(browser)).toEqual(['wake lock']);
      browser.user();
      browser.hide();
      browser.user();
      expect(locks(browser)).toEqual(['wake lock']);
      browser.show();
      expect(locks(browser)).toEqual(['wake lock', 'wake lock']);
      await call.stop();
      browser.hide();
      browser.show();
      expect(locks(browser)).toEqual(['wake lock', 'wake lock', 'wake lock released']);
    });

    it('unless it is told not to', async () => {
      const { browser, call } = await ready({ keepAwake: false });
      await call.start();
      browser.user();
      expect(locks(browser)).toEqual([]);
    });

    it('where the browser lets it: it is asked again with the next click', async () => {
      const { browser, call } = await ready();
      browser.noWakeLock = true;
      await call.start();
      expect(call.state).toBe('talking');
      browser.noWakeLock = false;
      await waitFor(() => {
        browser.user();
        return locks(browser).length === 1;
      });
    });
  });

  it('types, and stops the agent', async () => {
    const { call } = await ready();
    await call.start();
    call.sendText(' Hello ');
    call.interrupt();
    await server.until(() => server.of('response.cancel').length === 1);
    expect(server.of('text.submit')).toMatchObject([{ text: 'Hello' }]);
    expect(() => call.sendText('')).toThrow(/1 to 4000/);
  });
});
