import { VoiceClientError, type ClientClosed, type VoiceClientErrorCode } from './index.js';
import { probeRefusal } from './node/refusal-probe.js';
import { ScriptedServer, type ScriptedServerOptions } from './testing/scripted-server.js';
import { VoiceClient, type VoiceClientOptions } from './voice-client.js';

const TOKEN = 'aGVhZA.Ym9keQ.c2ln';

let server: ScriptedServer;
const clients: VoiceClient[] = [];

async function serve(options: ScriptedServerOptions = {}): Promise<void> {
  server = await ScriptedServer.start(options);
}

function newClient(options: VoiceClientOptions = {}): VoiceClient {
  const client = new VoiceClient(options);
  clients.push(client);
  return client;
}

async function connected(options: VoiceClientOptions = {}): Promise<VoiceClient> {
  const client = newClient(options);
  await client.connect({ url: server.url });
  return client;
}

async function failure(promise: Promise<unknown>): Promise<VoiceClientError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(VoiceClientError);
  return outcome as VoiceClientError;
}

const next = <Name extends Parameters<VoiceClient['once']>[0]>(client: VoiceClient, name: Name) =>
  new Promise<Parameters<Parameters<typeof client.once<Name>>[1]>[0]>((resolve) => {
    client.once(name, resolve);
  });

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.stop();
});

describe('connecting', () => {
  it('offers the protocol and the token as subprotocols, and starts the session that was asked for', async () => {
    await serve();
    const client = newClient();
    const session = await client.connect({
      url: server.url,
      token: TOKEN,
      agent: 'max',
      audio: { input: { encoding: 'pcm16', sampleRate: 8000 }, output: { encoding: 'pcm16', sampleRate: 24_000 } },
      turnDetection: 'manual',
      variables: { name: 'Ann' },
    });
    expect(server.handshakes[0]?.headers['sec-websocket-protocol']).toBe(`parley.v1, bearer.${TOKEN}`);
    expect(server.of('session.start')).toEqual([
      {
        type: 'session.start',
        protocol: 1,
        agent: 'max',
        audio: { input: { encoding: 'pcm16', sampleRate: 8000 }, output: { encoding: 'pcm16', sampleRate: 24_000 } },
        turnDetection: 'manual',
        variables: { name: 'Ann' },
      },
    ]);
    expect(session.audio.output.sampleRate).toBe(24_000);
    expect(client.session).toBe(session);
    expect(client.state).toBe('open');
  });

  it('loses nothing that comes in the same packet as session.started', async () => {
    await serve({
      silentStart: true,
      onMessage: (message, current) => {
        if (message.type !== 'session.start') return;
        current.send(current.started(message), { type: 'response.started', responseId: 'greeting' });
        current.sendAudio(new Int16Array(8));
        current.close(1001);
      },
    });
    const client = await connected();
    const seen: string[] = [];
    client.on('response.started', ({ responseId }) => seen.push(responseId));
    client.on('audio', ({ chunk }) => seen.push(`${chunk.byteLength} bytes`));
    await next(client, 'closed');
    expect(seen).toEqual(['greeting', '16 bytes']);
  });

  it.each<[string, Parameters<VoiceClient['connect']>[0]]>([
    ['an address that is none', { url: 'nowhere' }],
    ['another scheme', { url: 'http://127.0.0.1/v1/stream' }],
    ['a token that is no JWT', { url: 'ws://127.0.0.1:1/', token: 'secret, other' }],
    [
      'a rate the protocol does not know',
      { url: 'ws://127.0.0.1:1/', audio: { input: { encoding: 'pcm16', sampleRate: 11_025 } } },
    ],
  ])('refuses %s without opening a socket', async (_what, options) => {
    await serve();
    const client = newClient({
      webSocket: () => {
        throw new Error('a socket was opened');
      },
    });
    expect((await failure(client.connect(options))).code).toBe('invalid_argument');
  });

  it('says with which status and words the server refused, when it can be found out', async () => {
    await serve({
      refuse: {
        status: 429,
        headers: { 'Retry-After': '7', 'Content-Type': 'application/json' },
        body: JSON.stringify({ error: 'too_many_sessions', message: 'Too many open sessions.' }),
      },
    });
    const error = await failure(newClient({ explainRefusal: probeRefusal }).connect({ url: server.url, token: TOKEN }));
    expect(error).toMatchObject({ code: 'refused', retryable: true, retryAfter: 7 });
    expect(error.refusal).toMatchObject({ status: 429, code: 'too_many_sessions', message: 'Too many open sessions.' });
    expect(server.handshakes[1]?.headers['sec-websocket-protocol']).toBe(`parley.v1, bearer.${TOKEN}`);
  });

  it('says that nothing listens there', async () => {
    await serve();
    const { url } = server;
    await server.stop();
    const error = await failure(newClient({ explainRefusal: probeRefusal }).connect({ url }));
    expect(error).toMatchObject({ code: 'unreachable', retryable: true });
    expect(error.message).toContain('nothing is listening there');
    await serve();
  });

  it.each<[string, ScriptedServerOptions, VoiceClientErrorCode]>([
    ['a handshake that is never answered', { hang: true }, 'connect_timeout'],
    ['a session.start that is never answered', { silentStart: true }, 'connect_timeout'],
    ['a server that picks the token as the protocol', { subprotocol: `bearer.${TOKEN}` }, 'wrong_protocol'],
  ])('gives up on %s', async (_what, options, code) => {
    await serve(options);
    const client = newClient();
    const connectTimeoutMs = code === 'connect_timeout' ? 200 : 10_000;
    const error = await failure(client.connect({ url: server.url, token: TOKEN, connectTimeoutMs }));
    expect(error.code).toBe(code);
    expect(client.state).toBe('closed');
  });

  it('passes the server’s refusal of the session on', async () => {
    await serve({
      silentStart: true,
      onMessage: (_message, current) => {
        current.send({ type: 'error', code: 'unknown_agent', message: 'No agent "bob".', fatal: true });
        current.close(1008);
      },
    });
    const error = await failure(newClient().connect({ url: server.url, agent: 'bob' }));
    expect(error).toMatchObject({ code: 'start_refused', serverCode: 'unknown_agent', message: 'No agent "bob".' });
  });

  it('tells of a socket that closes before the session started, and emits no closed for it', async () => {
    await serve({ silentStart: true, onMessage: (_message, current) => current.close(1001) });
    const client = newClient();
    const closed: ClientClosed[] = [];
    client.on('closed', (event) => closed.push(event));
    expect(await failure(client.connect({ url: server.url }))).toMatchObject({
      code: 'closed',
      closeCode: 1001,
      retryable: true,
    });
    expect(closed).toEqual([]);
  });

  it('gives up when the caller does, by signal or by end', async () => {
    await serve({ silentStart: true });
    const controller = new AbortController();
    const first = newClient().connect({ url: server.url, signal: controller.signal });
    await server.until(() => server.messages.length === 1);
    controller.abort();
    expect((await failure(first)).code).toBe('aborted');
    const client = newClient();
    const second = client.connect({ url: server.url });
    await client.end();
    expect((await failure(second)).code).toBe('aborted');
  });

  it('makes one session only', async () => {
    await serve();
    const client = await connected();
    expect((await failure(client.connect({ url: server.url }))).code).toBe('wrong_state');
  });
});

describe('an open session', () => {
  it('emits every server message under its name, and audio with the response that it belongs to', async () => {
    await serve();
    const client = await connected();
    const seen: string[] = [];
    client.on('message', ({ type }) => seen.push(type));
    const audio: [string, number][] = [];
    client.on('audio', ({ responseId, chunk }) => audio.push([responseId, chunk.byteLength]));
    server.send({ type: 'response.started', responseId: 'r1', turnId: 't1' });
    server.sendAudio(new Int16Array(160));
    server.send({ type: 'response.audio_done', responseId: 'r1', audioMs: 10 });
    server.send({ type: 'response.started', responseId: 'r2' });
    server.sendAudio(new Int16Array(80));
    server.send({ type: 'response.interrupted', responseId: 'r2', heardText: 'Hel' });
    const { heardText } = await next(client, 'response.interrupted');
    expect(heardText).toBe('Hel');
    expect(seen).toEqual(['response.started', 'response.audio_done', 'response.started', 'response.interrupted']);
    expect(audio).toEqual([
      ['r1', 320],
      ['r2', 160],
    ]);
  });

  it('ignores what it does not understand, says so, and goes on', async () => {
    await serve();
    const client = await connected();
    const ignored: string[] = [];
    client.on('message.ignored', ({ reason }) => ignored.push(reason));
    server.sendRaw('not json');
    server.sendRaw('{"type":"response.sung","responseId":"r1"}');
    server.sendRaw('{"type":"speech.started"}');
    server.sendRaw(new Uint8Array(4));
    server.send({ type: 'speech.stopped', audioMs: 5 });
    await next(client, 'speech.stopped');
    expect(ignored).toEqual([
      'text that is not JSON',
      'unknown message type response.sung',
      expect.stringContaining('malformed speech.started: audioMs'),
      '4 bytes of audio outside of a response',
    ]);
  });

  it('sends what is asked for, and refuses what cannot be sent', async () => {
    await serve();
    const client = await connected();
    client.submitText('  hello ');
    expect(client.sendTranscript('how are', false)).toBe(true);
    expect(client.sendTranscript('How are you?', true)).toBe(true);
    client.commit();
    client.clearInput();
    client.cancel();
    client.setConsent('refused', 'I pressed stop.');
    client.sendMessage('cart.updated', { items: 3 });
    client.reportPlayback('r1', 40);
    client.reportPlaybackFinished('r1');
    await server.until(() => server.of('playback.finished').length === 1);
    expect(server.messages.slice(1)).toEqual([
      { type: 'text.submit', text: 'hello' },
      { type: 'input.transcript', text: 'how are', final: false },
      { type: 'input.transcript', text: 'How are you?', final: true },
      { type: 'input.commit' },
      { type: 'input.clear' },
      { type: 'response.cancel' },
      { type: 'consent.set', state: 'refused', words: 'I pressed stop.' },
      { type: 'client.message', name: 'cart.updated', data: { items: 3 } },
      { type: 'playback.position', responseId: 'r1', playedMs: 40 },
      { type: 'playback.finished', responseId: 'r1' },
    ]);
    expect(() => client.submitText(' ')).toThrow('1 to 4000 characters');
    expect(() => client.setConsent('given', ' ')).toThrow('1 to 500 characters');
    expect(() => client.sendMessage('cart updated', 1)).toThrow('a letter first');
    expect(() => client.sendMessage('cart', undefined)).toThrow('0 characters of JSON');
    expect(() => client.sendMessage('cart', 'x'.repeat(4096))).toThrow('4098 characters of JSON');
    expect(() => client.sendTranscript('a'.repeat(1001), true)).toThrow('1000 characters');
    expect(() => client.sendAudio(new Uint8Array(3))).toThrow('whole 16-bit samples');
  });

  it('tells what a tool of the server tells the page', async () => {
    await serve();
    const client = await connected();
    const told = new Promise((resolve) => client.on('custom.message', resolve));
    server.send({ type: 'custom.message', name: 'cart.updated', data: { items: 3 } });
    expect(await told).toMatchObject({ name: 'cart.updated', data: { items: 3 } });
  });

  it('does not stop what nobody can stop, until it was heard', async () => {
    await serve();
    const client = await connected();
    const cancelling: unknown[] = [];
    client.on('response.cancelling', (event) => cancelling.push(event));
    const completed = new Promise((resolve) => client.on('response.completed', resolve));
    const sent = new Promise((resolve) => client.on('response.audio_done', resolve));
    server.send(
      { type: 'response.started', responseId: 'r1', interruptible: false },
      { type: 'response.audio_done', responseId: 'r1', audioMs: 100 },
    );
    await sent;
    client.cancel();
    expect(cancelling).toEqual([]);
    server.send({ type: 'response.completed', responseId: 'r1', text: 'You are talking to an AI.' });
    await completed;
    client.cancel();
    expect(cancelling).toHaveLength(1);
  });

  it('cuts audio to the server’s largest frame', async () => {
    await serve({ maxFrameBytes: 101 });
    const client = await connected();
    const chunk = Uint8Array.from({ length: 250 }, (_, index) => index);
    expect(client.sendAudio(chunk)).toBe(true);
    await server.until(() => server.frames.length === 3);
    expect(server.frames.map((frame) => frame.byteLength)).toEqual([100, 100, 50]);
    expect(Buffer.concat(server.frames)).toEqual(Buffer.from(chunk));
  });

  it('drops audio when the network does not take it, and says how much was lost', async () => {
    await serve();
    // 20 ms of 16 kHz audio are 640 bytes; the bound is 100 ms. The system's own buffers take several MB first.
    const client = await connected({ maxBufferedMs: 100 });
    const dropping = next(client, 'audio.dropping');
    server.stopReading();
    const chunk = new Uint8Array(640);
    let sent = 0;
    while (client.sendAudio(chunk)) {
      sent += 1;
      if (sent % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await dropping).bufferedBytes).toBeGreaterThan(0);
    expect(client.bufferedBytes).toBeLessThanOrEqual(3200 + 16);
    expect(client.sendAudio(chunk)).toBe(false);
  });

  it('pings a quiet server, and takes one that never answers for lost', async () => {
    await serve({ idleTimeoutMs: 300 });
    const client = await connected();
    await server.until(() => server.of('ping').length >= 5);
    expect(client.state).toBe('open');
    await server.stop();
    await serve({ idleTimeoutMs: 300, deaf: true });
    const other = await connected();
    expect(await next(other, 'closed')).toMatchObject({ code: 1006, retry: true, local: false });
  });
});

describe('the end', () => {
  it('says goodbye, waits for the answer and closes', async () => {
    await serve();
    const client = await connected();
    const closed = next(client, 'closed');
    const [ended, again] = await Promise.all([client.end(), client.end()]);
    expect(ended).toEqual({ type: 'session.ended', reason: 'client', durationMs: 1 });
    expect(again).toBe(ended);
    expect(await closed).toEqual({
      code: 1000,
      reason: 'session ended',
      meaning: 'The session ended as it should.',
      retry: false,
      local: true,
    });
    expect(client.state).toBe('closed');
    expect(client.sendAudio(new Uint8Array(2))).toBe(false);
    expect(() => client.submitText('hello')).toThrow('text.submit while closed');
  });

  it('tells what a close code means and whether to come back', async () => {
    await serve();
    const client = await connected();
    server.close(4408);
    expect(await next(client, 'closed')).toMatchObject({ code: 4408, retry: true, local: false });
  });

  it('keeps a listener that throws from hiding the event from the others', async () => {
    await serve();
    const client = await connected();
    const heard: string[] = [];
    const thrown: unknown[] = [];
    const nativeQueue = globalThis.queueMicrotask;
    globalThis.queueMicrotask = (task) => {
      try {
        task();
      } catch (error) {
        thrown.push(error);
      }
    };
    try {
      client.on('pong', () => {
        throw new Error('listener');
      });
      client.on('pong', () => heard.push('second'));
      server.send({ type: 'pong' });
      await next(client, 'pong');
    } finally {
      globalThis.queueMicrotask = nativeQueue;
    }
    expect(heard).toEqual(['second']);
    expect(thrown).toEqual([new Error('listener')]);
  });
});
