import { fakeProcess } from '../../../test/fakes/live-calls.js';
import { says } from '../../../test/fakes/providers.js';
import { FakeWebSocket } from '../../../test/support/fake-websocket.js';
import { MEDIA_WIRE } from '../../../test/support/media-wire.js';
import { CONTROL_BURST } from '../transport/transport-limits.js';
import { Ticker } from '../transport/ticker.js';
import { CallSession } from './call-session.js';
import { CallSlots } from './call-slots.js';

const RATE = 8000;
const FULL = 1_000_000;

type Sent = { event: string; name?: string; payload?: string };

/** A caller on the second wire, in a real call on scripted providers. */
function callByMedia() {
  const there = fakeProcess({ greeting: 'Good morning, this is Julia.', script: () => says('It is sunny.') });
  const ws = new FakeWebSocket();
  const ticker = new Ticker();
  const caller = { userId: 'ann', claims: {}, accessToken: '' };
  const session = new CallSession(
    ws.ws,
    {
      token: { caller, expiresAt: Date.now() + 60_000, agents: undefined },
      agent: 'julia',
      slot: { release: () => undefined },
      returning: false,
      address: '192.0.2.1',
      drain: ws.socket,
    },
    MEDIA_WIRE,
    {
      calls: there.calls,
      slots: new CallSlots(),
      ticker,
      observer: {
        traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
        handshake: () => undefined,
        sessionOpened: () => undefined,
        sessionStarted: () => undefined,
        sessionResumed: () => undefined,
        sessionClosed: () => undefined,
        errorSent: () => undefined,
      },
      limits: { maxSessionMs: 60_000, idleTimeoutMs: 60_000 },
      log: { log: () => undefined, warn: () => undefined, error: () => undefined },
    },
  );
  const sent = (event: string): Sent[] =>
    ws.texts.map((text) => JSON.parse(text) as Sent).filter((frame) => frame.event === event);
  const audioMs = (): number =>
    sent('media').reduce((sum, { payload = '' }) => sum + Buffer.from(payload, 'base64').length / 2 / (RATE / 1000), 0);
  /** The socket takes what waits. */
  const drain = (): void => {
    ws.bufferedAmount = 0;
    ws.socket.emit('drain');
  };
  return { ...there, ws, session, sent, audioMs, drain };
}

describe('a second wire', () => {
  it('carries a whole call: greeting, turn, reply, mark, hang-up', async () => {
    const { ws, stt, clock, sent, audioMs, session } = callByMedia();
    ws.receive({ event: 'connected' });
    ws.receive({ event: 'start', rate: RATE });
    await clock.advance(3000);
    const greeting = audioMs();
    expect(greeting).toBeGreaterThan(1000);
    const [mark] = sent('mark');
    ws.receive({ event: 'mark', name: mark?.name });
    await clock.advance(100);

    const frame = Buffer.alloc(RATE / 25, 1).toString('base64');
    for (let index = 0; index < 50; index += 1) ws.receive({ event: 'media', payload: frame });
    expect(stt.pushedBytes).toBe(50 * (RATE / 25));
    stt.say('how is the weather');
    await clock.advance(3000);
    expect(audioMs()).toBeGreaterThan(greeting);
    expect(sent('mark')).toHaveLength(2);

    ws.receive({ event: 'stop' });
    await clock.advance(100);
    expect(ws.closedWith).toBe(1000);
    ws.gone(1000);
    await session.ended;
  });

  it('takes audio in text frames back on barge-in, and tells the client so', async () => {
    const { ws, stt, clock, sent, drain, session } = callByMedia();
    ws.receive({ event: 'start', rate: RATE });
    ws.bufferedAmount = FULL;
    await clock.advance(1000);
    expect(sent('media')).toEqual([]);
    stt.emit({ type: 'speech.started', audioMs: 0 });
    stt.emit({ type: 'transcript.partial', text: 'wait a moment please' });
    await clock.advance(1000);
    drain();
    expect(sent('media')).toEqual([]);
    expect(sent('clear')).toHaveLength(1);
    ws.gone(1006);
    await session.ended;
    await clock.advance(60_000);
  });

  it('sends more audio than control messages would be allowed, and faults are control', async () => {
    const { ws, clock, session, stt } = callByMedia();
    ws.receive({ event: 'start', rate: RATE });
    await clock.advance(10);
    const frame = Buffer.alloc(32).toString('base64');
    for (let index = 0; index < 3 * CONTROL_BURST; index += 1) ws.receive({ event: 'media', payload: frame });
    expect(ws.closedWith).toBeUndefined();
    expect(stt.pushedBytes).toBe(3 * CONTROL_BURST * 32);
    for (let index = 0; index < 3 * CONTROL_BURST; index += 1) ws.receive({ event: 'mark', name: 'x' });
    await clock.advance(3000);
    expect(ws.closedWith).toBe(1000);
    ws.gone(1000);
    await session.ended;
  });
});
