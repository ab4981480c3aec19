import { randomBytes } from 'node:crypto';
import { CLOSE } from '../../src/protocol/index.js';
import type { Call, ResumeRequest } from '../../src/calls/call.port.js';
import { RESUME_TIMEOUT_MS } from '../../src/gateway/session/session-limits.js';
import { EchoCalls } from '../support/echo-calls.js';
import type { EchoCall } from '../support/echo-calls.js';
import { startGatewayApp } from '../support/gateway-app.js';
import type { GatewayApp } from '../support/gateway-app.js';
import { WireClient } from '../support/wire-client.js';

const FRAME = Buffer.alloc(640, 3);

describe('a call and its sockets', () => {
  let gateway: GatewayApp;
  let client: WireClient;
  let call: EchoCall;
  let session: { sessionId: string; resumeToken: string };

  beforeAll(async () => {
    gateway = await startGatewayApp({ STREAM_MAX_CONCURRENT_SESSIONS: '2' }, new EchoCalls({ resumeGraceMs: 30_000 }));
  });
  beforeEach(async () => {
    client = await WireClient.start(gateway.stream, gateway.token());
    call = gateway.calls.calls.at(-1) as EchoCall;
    const { sessionId, resumeToken = '' } = await client.next('session.started');
    session = { sessionId, resumeToken };
  });
  afterEach(async () => {
    call.conversation.end('client');
    await client.until(() => gateway.sessions.active === 0, 'the places to be free', true);
  });
  afterAll(async () => gateway.close());

  /** Says and hears something, so that there is something to go on with. */
  const talk = async (): Promise<void> => {
    client.send({ type: 'text.submit', text: 'one' });
    for (let index = 0; index < 3; index += 1) client.ws.send(FRAME);
    await client.until(() => client.audio.length === 3 && client.lastSeq > 1, 'the echo');
  };
  const cut = async (): Promise<void> => {
    client.ws.terminate();
    await client.until(() => call.lines.at(-1) === 'held', 'the call to wait', true);
  };
  const resume = async (fields: object = {}, token = gateway.token()): Promise<WireClient> =>
    WireClient.resume(gateway.stream, token, { ...session, lastSeq: client.lastSeq, ...fields });

  it('goes on over the next socket: nothing lost, nothing twice, and more may be said', async () => {
    await talk();
    await cut();
    call.output.event({ type: 'response.text', responseId: 'r1', delta: 'while you were away' });
    call.output.audio(FRAME);
    const again = await resume({ heard: { responseId: 'r1', playedMs: 40 } });
    const resumed = await again.next('session.resumed');
    expect(resumed).toMatchObject({ ...session, resumeToken: expect.any(String), receivedSamples: 960, missed: false });
    expect(resumed.resumeToken).not.toBe(session.resumeToken);
    expect(call.lines).toEqual(['held', { responseId: 'r1', playedMs: 40 }]);
    const missed = await again.next('response.text');
    expect(missed).toMatchObject({ delta: 'while you were away', seq: client.lastSeq + 1 });
    expect(again.messages.map(({ type }) => type)).toEqual(['session.resumed', 'response.text']);
    expect(again.audio).toEqual([]);

    again.ws.send(FRAME);
    await again.until(() => again.audio.length === 1, 'the echo');
    again.send({ type: 'ping', id: 'p' });
    expect(await again.next('pong')).toMatchObject({ receivedSamples: 1280 });
    again.send({ type: 'session.end' });
    expect(await again.next('session.ended')).toMatchObject({
      reason: 'client',
      seq: missed.seq === undefined ? 0 : missed.seq + 1,
    });
    expect((await again.closing()).code).toBe(1000);
    expect(gateway.calls.calls.filter(({ request }) => request.sessionId === session.sessionId)).toHaveLength(1);
  });

  it('takes a message that is sent again once', async () => {
    client.send({ type: 'text.submit', text: 'pay', clientSeq: 1 });
    await client.next('response.text');
    await cut();
    const again = await resume();
    expect(await again.next('session.resumed')).toMatchObject({ lastClientSeq: 1 });
    again.send({ type: 'text.submit', text: 'pay', clientSeq: 1 });
    again.send({ type: 'text.submit', text: 'thanks', clientSeq: 2 });
    await again.until(() => call.texts.length === 2, 'the second');
    expect(call.texts).toEqual(['pay', 'thanks']);
  });

  it('takes the call from a socket that is still open, which is told', async () => {
    const again = await resume();
    await again.next('session.resumed');
    expect(await client.closing()).toEqual({ code: CLOSE.taken.code, reason: 'taken' });
    expect(client.messages.some(({ type }) => type === 'session.ended')).toBe(false);
    again.ws.send(FRAME);
    await again.until(() => again.audio.length === 1, 'the echo');
    expect(call.endedBy).toBeUndefined();
  });

  it('gives the call to one of two that come at once, and the other one is told', async () => {
    await cut();
    const both = await Promise.all([resume(), resume()]);
    await both[0]?.until(() => both.some(({ closed }) => closed !== undefined), 'one to lose', true);
    const losers = both.filter(({ closed }) => closed !== undefined);
    expect(losers).toHaveLength(1);
    expect([CLOSE.taken.code, CLOSE.notResumable.code]).toContain(losers[0]?.closed?.code);
    const winner = both.find(({ closed }) => closed === undefined);
    winner?.ws.send(FRAME);
    await winner?.until(() => winner.audio.length === 1, 'the echo');
  });

  it('takes the token before again, when the answer to it was lost', async () => {
    await cut();
    const lost = await resume();
    lost.ws.terminate();
    await lost.until(() => call.lines.filter((line) => line === 'held').length === 2, 'the call to wait', true);
    const again = await resume();
    expect(await again.next('session.resumed')).toMatchObject({ sessionId: session.sessionId });
  });

  it('ends with a client that hangs up, and waits for one whose page was left', async () => {
    client.ws.close(1001);
    await client.until(() => call.lines.length === 1, 'the call to wait', true);
    const again = await resume();
    await again.next('session.resumed');
    again.ws.close(1000);
    await again.until(() => call.endedBy === 'client', 'the call to end', true);
  });

  it('keeps its place among the sessions of its user, and needs no second one to come back', async () => {
    const other = await WireClient.start(gateway.stream, gateway.token());
    await cut();
    expect(gateway.sessions.active).toBe(2);
    await expect(WireClient.connect(gateway.stream, gateway.token())).rejects.toThrow('429');
    const again = await resume();
    await again.next('session.resumed');
    await again.until(() => gateway.sessions.active === 2, 'the second place to be free');
    await expect(WireClient.connect(gateway.stream, gateway.token())).rejects.toThrow('429');
    other.send({ type: 'session.end' });
    await other.closing();
  });

  it('lets a socket that says it comes back do nothing else', async () => {
    const guest = await WireClient.connect(`${gateway.stream}?resume=anything`, gateway.token());
    guest.send({ type: 'session.start', protocol: 1 });
    expect(await guest.next('error')).toMatchObject({ code: 'wrong_state', fatal: true });
    expect((await guest.closing()).code).toBe(4409);
  });

  describe('is closed to', () => {
    const strange = () => randomBytes(32).toString('base64url');

    it.each([
      ['a wrong token', { resumeToken: strange() }],
      ['an empty guess', { resumeToken: 'x' }],
      ['a session that never was', { sessionId: strange() }],
      ['a name of the prototype', { sessionId: '__proto__' }],
    ])('%s', async (_what, fields) => {
      await cut();
      const thief = await resume(fields);
      expect(await thief.next('error')).toMatchObject({ code: 'resume_failed', fatal: true });
      expect(await thief.closing()).toEqual({ code: CLOSE.notResumable.code, reason: 'not resumable' });
      expect(call.lines).toEqual(['held']);
      await (await resume()).next('session.resumed');
    });

    it('another user who has the token', async () => {
      await cut();
      const thief = await resume({}, gateway.token('mallory'));
      expect(await thief.next('error')).toMatchObject({ code: 'resume_failed' });
      await (await resume()).next('session.resumed');
    });

    it('whoever shows a token that was followed by another', async () => {
      await cut();
      const second = await resume();
      const { resumeToken } = await second.next('session.resumed');
      const third = await resume({ resumeToken });
      await third.next('session.resumed');
      const replayed = await resume();
      expect(await replayed.next('error')).toMatchObject({ code: 'resume_failed' });
      expect(third.closed).toBeUndefined();
    });

    it('a call that is over', async () => {
      await cut();
      call.conversation.end('agent');
      const late = await resume();
      expect(await late.next('error')).toMatchObject({ code: 'resume_failed' });
    });

    it.each([
      ['a negative number', { lastSeq: -1 }],
      ['a number beyond all numbers', { lastSeq: 1e300 }],
      ['no number', { lastSeq: null }],
      ['a position that never was', { heard: { responseId: 'r1', playedMs: 1e12 } }],
    ])('%s, which is no message', async (_what, fields) => {
      await cut();
      const odd = await resume(fields);
      expect(await odd.next('error')).toMatchObject({ code: 'bad_message', fatal: true });
      expect((await odd.closing()).code).toBe(4400);
    });
  });

  it('has nothing to tell a client that claims to know the future', async () => {
    await talk();
    await cut();
    const prophet = await resume({ lastSeq: Number.MAX_SAFE_INTEGER });
    expect(await prophet.next('session.resumed')).toMatchObject({ missed: false });
    prophet.send({ type: 'text.submit', text: 'and now?' });
    expect(await prophet.next('response.text')).toMatchObject({ delta: 'and now?' });
  });

  it('answers a session that has one already, and audio before the answer', async () => {
    client.send({ type: 'session.resume', protocol: 1, ...session, lastSeq: 0 });
    expect(await client.next('error')).toMatchObject({ code: 'wrong_state', fatal: false });
    await cut();
    const hasty = await WireClient.connect(`${gateway.stream}?resume=x`, gateway.token());
    hasty.ws.send(FRAME);
    expect(await hasty.next('error')).toMatchObject({ code: 'audio_before_start', fatal: true });
  });
});

describe('resuming', () => {
  it('is over when nobody came in time', async () => {
    const gateway = await startGatewayApp({}, new EchoCalls({ resumeGraceMs: 100 }));
    try {
      const client = await WireClient.start(gateway.stream, gateway.token());
      const { sessionId, resumeToken = '' } = await client.next('session.started');
      client.ws.terminate();
      const [call] = gateway.calls.calls;
      await client.until(() => call?.endedBy === 'disconnected', 'the call to end', true);
      await client.until(() => gateway.sessions.active === 0, 'the place to be free', true);
      const late = await WireClient.resume(gateway.stream, gateway.token(), { sessionId, resumeToken, lastSeq: 1 });
      expect((await late.closing()).code).toBe(CLOSE.notResumable.code);
    } finally {
      await gateway.close();
    }
  });

  it('works while the server leaves its calls time to finish', async () => {
    const gateway = await startGatewayApp({}, new EchoCalls({ resumeGraceMs: 30_000 }));
    try {
      const staying = await WireClient.start(gateway.stream, gateway.token());
      const client = await WireClient.start(gateway.stream, gateway.token());
      const { sessionId, resumeToken = '' } = await client.next('session.started');
      const drained = gateway.sessions.drain(20_000);
      client.ws.terminate();
      await expect(WireClient.connect(gateway.stream, gateway.token())).rejects.toThrow('503');
      const again = await WireClient.resume(gateway.stream, gateway.token(), { sessionId, resumeToken, lastSeq: 1 });
      await again.next('session.resumed');
      for (const one of [again, staying]) one.send({ type: 'session.end' });
      await drained;
      expect((await again.closing()).code).toBe(1000);
    } finally {
      await gateway.close();
    }
  });

  it('is left to another process by one that stops, where they share their calls', async () => {
    class Shared extends EchoCalls {
      override get shared(): boolean {
        return true;
      }
    }
    const gateway = await startGatewayApp({}, new Shared({ resumeGraceMs: 30_000 }));
    try {
      const client = await WireClient.start(gateway.stream, gateway.token());
      const { sessionId, resumeToken = '' } = await client.next('session.started');
      const drained = gateway.sessions.drain(20_000);
      client.ws.terminate();
      const again = WireClient.resume(gateway.stream, gateway.token(), { sessionId, resumeToken, lastSeq: 1 });
      await expect(again).rejects.toThrow('503');
      await drained;
    } finally {
      await gateway.close();
    }
  });

  it('is limited like every other handshake', async () => {
    const gateway = await startGatewayApp({ STREAM_RATE_LIMIT_MAX: '50' }, new EchoCalls({ resumeGraceMs: 30_000 }));
    try {
      const outcomes = new Map<string, number>();
      const guess = async (): Promise<void> => {
        const from = { sessionId: 'x', resumeToken: randomBytes(32).toString('base64url'), lastSeq: 0 };
        const outcome = await WireClient.resume(gateway.stream, gateway.token(), from).then(
          async (client) => String((await client.closing()).code),
          (error: Error) => error.message,
        );
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      };
      for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 50 }, guess));
      expect(Object.fromEntries(outcomes)).toEqual({ '4404': 50, 'Unexpected server response: 429': 950 });
      expect(gateway.sessions.active).toBe(0);
    } finally {
      await gateway.close();
    }
  }, 180_000);

  it.each([
    ['cannot be found in time', () => new Promise<Call>(() => undefined), 'overloaded', 1013],
    ['cannot be looked for', () => Promise.reject(new Error('the store is away')), 'internal', 1011],
  ])(
    'may be tried again when the call %s',
    async (_what, find, code, close) => {
      class Unsure extends EchoCalls {
        override async resume(_request: ResumeRequest): Promise<Call> {
          return find();
        }
      }
      const gateway = await startGatewayApp({}, new Unsure());
      try {
        const from = { sessionId: 'x', resumeToken: 'y', lastSeq: 0 };
        const client = await WireClient.resume(gateway.stream, gateway.token(), from);
        await client.until(() => client.closed !== undefined, 'the answer', true);
        expect(client.messages).toMatchObject([{ type: 'error', code, fatal: true }]);
        expect(JSON.stringify(client.messages)).not.toContain('store');
        expect(client.closed?.code).toBe(close);
        expect(Object.values(CLOSE).find((entry) => entry.code === close)?.retry).toBe(true);
      } finally {
        await gateway.close();
      }
    },
    RESUME_TIMEOUT_MS + 20_000,
  );
});
