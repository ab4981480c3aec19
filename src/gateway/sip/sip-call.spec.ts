import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { CLOSE } from '../../protocol/index.js';
import { Agreement } from './agreement.js';
import { toCall } from './line-messages.js';
import { MediaClock } from './media/media-clock.js';
import { RtpStream } from './media/rtp-stream.js';
import { readSdp } from './media/sdp.js';
import { SipCall } from './sip-call.js';
import { Dialog } from './signalling/dialog.js';
import type { Flow } from './signalling/flow.js';
import { readMessage } from './signalling/message.js';
import type { SipMessage, SipRequest } from './signalling/message.js';
import type { ServerTransaction } from './signalling/server-transaction.js';
import { refreshOf } from './signalling/session-timer.js';
import { UserAgent } from './signalling/user-agent.js';

const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.9',
  's=-',
  'c=IN IP4 192.0.2.9',
  't=0 0',
  'm=audio 4000 RTP/AVP 0',
  '',
].join('\r\n');

describe('a SIP call', () => {
  let got: SipMessage[];
  let invite: ServerTransaction;
  let agent: UserAgent;
  let call: SipCall;
  let closed: number[];
  let released: number;
  /** SIP_PEERS. */
  let peers: readonly string[];
  const flow: Flow = {
    transport: 'udp',
    address: '192.0.2.9',
    port: 5060,
    send: (text) => void got.push(readMessage(Buffer.from(text)) as SipMessage),
    at: () => flow,
    hold: () => () => undefined,
  };

  const receive = (
    method: string,
    number: number,
    more: readonly string[] = [],
    body = '',
    branch = String(Math.random()),
    from = flow,
  ): void => {
    const to = invite === undefined ? '<sip:desk@192.0.2.1>' : `<sip:desk@192.0.2.1>;tag=${invite.tag}`;
    const lines = [
      `${method} sip:desk@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK${branch}`,
      'From: <sip:ada@192.0.2.9>;tag=a',
      `To: ${to}`,
      'Call-ID: one',
      `CSeq: ${number} ${method}`,
      'Contact: <sip:ada@192.0.2.9>',
      'Supported: timer',
      ...more,
      '',
      body,
    ];
    agent.receive(Buffer.from(lines.join('\r\n')), from);
  };
  const cancel = (): void =>
    agent.receive(
      Buffer.from(
        'CANCEL sip:desk@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKfirst\r\nFrom: <sip:ada@192.0.2.9>;tag=a\r\nTo: <sip:desk@192.0.2.1>\r\nCall-ID: one\r\nCSeq: 1 CANCEL\r\n\r\n',
      ),
      flow,
    );
  const told = (): (number | string)[] => got.map((each) => ('status' in each ? each.status : each.method));

  const ring = (expires?: number): void => {
    receive('INVITE', 1, expires === undefined ? [] : [`Session-Expires: ${expires}`], SDP, 'first');
    const { request } = invite;
    const refresh = refreshOf(request);
    if (refresh === 'too small') throw new Error('too small');
    const socket = Object.assign(new EventEmitter(), { send: () => undefined });
    const rtp = new RtpStream(
      { socket: socket as never, port: 30_000, release: () => void (released += 1) },
      flow.address,
      0,
    );
    const dialog = new Dialog(request, invite.tag, flow, '192.0.2.1:5060', (address) => peers.includes(address));
    call = new SipCall({
      invite,
      dialog,
      rtp,
      agreement: new Agreement(readSdp(SDP), refresh, rtp, '192.0.2.1', '192.0.2.1:5060'),
      clock: new MediaClock(() => 0),
      clients: agent.clients,
      onOver: () => agent.leave(dialog.id),
    });
    agent.join(dialog.id, call);
    call.on('close', (code: number) => closed.push(code));
  };
  const answer = (): void => call.send(toCall({ do: 'answer' }));

  beforeEach(() => {
    jest.useFakeTimers();
    got = [];
    closed = [];
    released = 0;
    peers = [];
    invite = undefined as never;
    agent = new UserAgent({
      check: () => undefined,
      onInvite: (transaction) => void (invite = transaction),
      onFault: (error) => {
        throw error;
      },
      maxTransactions: 100,
    });
  });
  /** Nothing is left, and the session was told once. */
  const isOver = (code: number): void => {
    jest.advanceTimersByTime(1);
    expect([closed, released, agent.dialogCount]).toEqual([[code], 1, 0]);
  };
  afterEach(() => {
    agent.close();
    jest.useRealTimers();
  });

  it('is answered, acknowledged, and ended by its caller', () => {
    ring();
    answer();
    receive('ACK', 1);
    receive('BYE', 2);
    expect(told()).toEqual([200, 200]);
    isOver(1000);
  });

  it.each([
    ['another proxy of its trunk', [flow.address, '192.0.2.77'], true],
    ['a peer that has nothing to do with it', ['192.0.2.77'], false],
    ['anybody else', [flow.address], false],
  ])('hears of its end from %s: %j, %s', (_who, known, isHeard) => {
    peers = known;
    ring();
    answer();
    receive('ACK', 1);
    receive('BYE', 2, [], '', 'bye', { ...flow, address: '192.0.2.77' });
    expect(told()).toEqual([200, isHeard ? 200 : 500]);
    jest.advanceTimersByTime(1);
    expect(closed).toEqual(isHeard ? [1000] : []);
    if (!isHeard) receive('BYE', 3);
    isOver(1000);
  });

  it('is ended by the session with a BYE', () => {
    ring();
    answer();
    receive('ACK', 1);
    call.close(CLOSE.normal.code);
    expect(told()).toEqual([200, 'BYE']);
    expect((got[1] as SipRequest).uri).toBe('sip:ada@192.0.2.9');
    isOver(CLOSE.normal.code);
  });

  it('waits for the ACK with its BYE, and sends it in the end all the same', () => {
    for (const isAcknowledged of [true, false]) {
      got = [];
      closed = [];
      released = 0;
      invite = undefined as never;
      agent.close();
      ring();
      answer();
      call.close(CLOSE.normal.code);
      jest.advanceTimersByTime(400);
      expect(told()).toEqual([200]);
      expect([closed, released]).toEqual([[1000], 1]);
      if (isAcknowledged) receive('ACK', 1);
      else jest.advanceTimersByTime(32_000);
      expect(told().filter((each) => each === 'BYE')).toHaveLength(1);
      isOver(1000);
    }
  });

  it('is over when nobody acknowledges it', () => {
    ring();
    answer();
    jest.advanceTimersByTime(32_000);
    expect(told().at(-1)).toBe('BYE');
    isOver(1006);
  });

  it('is taken back before it is answered, and not after', () => {
    ring();
    cancel();
    expect(told()).toEqual([200, 487]);
    isOver(1000);
    // The session may still be about to answer.
    answer();
    expect(told()).toHaveLength(2);
  });

  it.each([
    [CLOSE.goingAway.code, 503],
    [CLOSE.overloaded.code, 503],
    [CLOSE.internal.code, 500],
    [CLOSE.normal.code, 480],
    [1006, 480],
  ])('is refused when its session ends first with %d: %d', (code, status) => {
    ring();
    if (code === 1006) call.terminate();
    else call.close(code);
    expect(told()).toEqual([status]);
    isOver(code);
  });

  it('ends when its caller stops to refresh it, and goes on as long as he does', () => {
    ring(90);
    answer();
    receive('ACK', 1);
    jest.advanceTimersByTime(80_000);
    receive('UPDATE', 2, ['Session-Expires: 90;refresher=uac']);
    jest.advanceTimersByTime(80_000);
    expect(closed).toEqual([]);
    receive('UPDATE', 3, ['Session-Expires: 20']);
    expect(told().at(-1)).toBe(422);
    jest.advanceTimersByTime(10_001);
    expect(told().at(-1)).toBe('BYE');
    isOver(1006);
  });

  it('hears keys that come by INFO', () => {
    ring();
    const heard: string[] = [];
    call.on('message', (frame: Buffer) => heard.push(String(frame)));
    answer();
    receive('ACK', 1);
    receive('INFO', 2, ['Content-Type: application/dtmf-relay'], 'Signal=5\r\nDuration=160\r\n');
    receive('INFO', 3, [], 'Signal=hello\r\n');
    receive('INFO', 4);
    expect(heard).toEqual(['{"is":"key","key":"5"}']);
    expect(told().slice(1)).toEqual([200, 200, 200]);
  });
});
