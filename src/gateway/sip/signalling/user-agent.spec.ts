import { jest } from '@jest/globals';
import fc from 'fast-check';
import { Dialog } from './dialog.js';
import type { Flow } from './flow.js';
import { readMessage } from './message.js';
import type { SipRequest, SipResponse } from './message.js';
import type { ServerTransaction } from './server-transaction.js';
import { UserAgent } from './user-agent.js';

/** A network of one caller, and what he gets. */
class Caller {
  readonly got: (SipRequest | SipResponse)[] = [];
  readonly ports: number[] = [];
  readonly flow: Flow;

  constructor(transport: 'udp' | 'tcp' = 'udp', address = '192.0.2.9', port = 5060) {
    const at = (to: number): Flow => ({
      transport,
      address,
      port: to,
      send: (text) => {
        const message = readMessage(Buffer.from(text));
        if (message === undefined) throw new Error(`the server writes what is no message: ${text}`);
        this.got.push(message);
        this.ports.push(to);
      },
      at,
      hold: () => () => undefined,
    });
    this.flow = at(port);
  }

  get statuses(): number[] {
    return this.got.flatMap((message) => ('status' in message ? [message.status] : []));
  }
}

const request = (
  method: string,
  more: readonly string[] = [],
  to = '<sip:desk@192.0.2.1>',
  branch = 'z9hG4bK1',
): Buffer =>
  Buffer.from(
    [
      `${method} sip:desk@192.0.2.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.9;branch=${branch}`,
      'From: <sip:ada@192.0.2.9>;tag=a',
      `To: ${to}`,
      'Call-ID: one',
      `CSeq: 1 ${method}`,
      ...more,
      '',
      '',
    ].join('\r\n'),
  );

describe('the user agent', () => {
  let caller: Caller;
  let invites: ServerTransaction[];
  let faults: unknown[];
  let known: boolean;
  let agent: UserAgent;

  beforeEach(() => {
    jest.useFakeTimers();
    caller = new Caller();
    invites = [];
    faults = [];
    known = true;
    agent = new UserAgent({
      check: () => (known ? undefined : { challenges: ['Digest realm="parley"'] }),
      onInvite: (invite) => void invites.push(invite),
      onFault: (error) => void faults.push(error),
      maxTransactions: 3,
    });
  });
  afterEach(() => {
    agent.close();
    jest.useRealTimers();
    expect(faults).toEqual([]);
  });

  const invite = (): ServerTransaction => {
    agent.receive(request('INVITE'), caller.flow);
    return invites[0] as ServerTransaction;
  };

  it('sends the same answer again to a request that comes again, and makes one call of it', () => {
    invite().reply({ status: 100 });
    agent.receive(request('INVITE'), caller.flow);
    invites[0]?.reply({ status: 486 });
    agent.receive(request('INVITE'), caller.flow);
    expect(invites).toHaveLength(1);
    expect(caller.statuses).toEqual([100, 100, 486, 486]);
    invites[0]?.reply({ status: 200 });
    expect(caller.statuses).toHaveLength(4);
  });

  it('repeats a refusal by UDP until it is acknowledged, twice as slowly each time', () => {
    invite().reply({ status: 486 });
    jest.advanceTimersByTime(500 + 1000 + 2000 + 4000);
    expect(caller.statuses).toEqual([486, 486, 486, 486, 486]);
    agent.receive(request('ACK'), caller.flow);
    jest.advanceTimersByTime(60_000);
    expect(caller.statuses).toHaveLength(5);
    // And it is forgotten: the same INVITE would be a new one.
    agent.receive(request('INVITE'), caller.flow);
    expect(invites).toHaveLength(2);
  });

  it('has the rest of a dialog come through the proxies that ask for it', () => {
    const routes = ['<sip:edge.example;lr>, <sip:core.example;lr>', '<sip:last.example;lr>'];
    agent.receive(
      request(
        'INVITE',
        routes.map((route) => `Record-Route: ${route}`),
      ),
      caller.flow,
    );
    for (const status of [100, 180, 200]) invites[0]?.reply({ status });
    const echoed = caller.got.map(({ headers }) => headers.all('record-route'));
    expect(echoed).toEqual([[], routes, routes]);
  });

  it('takes a call once that comes by two ways', () => {
    invite().reply({ status: 100 });
    agent.receive(request('INVITE', [], undefined, 'z9hG4bKanother'), caller.flow);
    expect(invites).toHaveLength(1);
    expect(caller.statuses).toEqual([100, 482]);
    invites[0]?.reply({ status: 486 });
    jest.advanceTimersByTime(60_000);
    agent.receive(request('INVITE', [], undefined, 'z9hG4bKlater'), caller.flow);
    expect(invites).toHaveLength(2);
  });

  it('repeats no refusal by TCP, but a 200 by both', () => {
    const [udp, tcp] = [caller, new Caller('tcp')];
    const another = (name: string, { flow }: Caller): void => {
      const whole = String(request('INVITE', [], undefined, `z9hG4bK${name}`));
      agent.receive(Buffer.from(whole.replace('Call-ID: one', `Call-ID: ${name}`)), flow);
    };
    another('refused', tcp);
    invites[0]?.reply({ status: 486 });
    jest.advanceTimersByTime(40_000);
    expect(tcp.statuses).toEqual([486]);
    another('udp', udp);
    another('tcp', tcp);
    for (const each of invites.slice(1)) each.reply({ status: 200 });
    jest.advanceTimersByTime(1500);
    expect([udp.statuses, tcp.statuses.slice(1)]).toEqual([Array(3).fill(200), Array(3).fill(200)]);
  });

  it('gives up a 200 that nobody acknowledges', () => {
    const transaction = invite();
    const lost = jest.fn();
    transaction.onUnacknowledged = lost;
    transaction.reply({ status: 200 });
    jest.advanceTimersByTime(31_999);
    expect(lost).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(lost).toHaveBeenCalledTimes(1);
    const sent = caller.statuses.length;
    jest.advanceTimersByTime(60_000);
    expect(caller.statuses).toHaveLength(sent);
  });

  it('takes back what is not answered, for the one who has asked', () => {
    const transaction = invite();
    transaction.onCancel = () => transaction.reply({ status: 487 });
    const stranger = new Caller('udp', '203.0.113.6');
    agent.receive(request('CANCEL'), stranger.flow);
    expect(stranger.got).toEqual([]);
    agent.receive(request('CANCEL'), caller.flow);
    agent.receive(request('CANCEL'), caller.flow);
    expect(caller.statuses).toEqual([200, 487, 200]);
  });

  it('answers where the caller is: at the port of its Via, or behind a NAT at the one it asks for', () => {
    const behind = new Caller('udp', '192.0.2.9', 40_000);
    agent.receive(request('OPTIONS'), behind.flow);
    const asks = Buffer.from(String(request('OPTIONS', [], undefined, 'z9hG4bK2;rport')));
    agent.receive(asks, behind.flow);
    expect(behind.ports).toEqual([5060, 40_000]);
    const via = (behind.got[1] as SipResponse).headers.get('via');
    expect(via).toBe('SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2;rport=40000;received=192.0.2.9');
  });

  it('asks whom it does not know for a proof, and keeps nothing of him', () => {
    known = false;
    for (let knock = 0; knock < 10; knock += 1) {
      agent.receive(request('INVITE', [], undefined, `z9hG4bK${knock}`), caller.flow);
      agent.receive(request('REGISTER', [], undefined, `z9hG4bKr${knock}`), caller.flow);
    }
    expect(caller.statuses).toEqual(Array(20).fill(401));
    expect(invites).toEqual([]);
    known = true;
    invite();
    expect(invites).toHaveLength(1);
  });

  it('turns away more requests than it remembers, until it has forgotten some', () => {
    for (let count = 0; count < 5; count += 1) {
      agent.receive(request('OPTIONS', [], undefined, `z9hG4bK${count}`), caller.flow);
    }
    expect(caller.statuses).toEqual([200, 200, 200, 503, 503]);
    jest.advanceTimersByTime(32_000);
    agent.receive(request('OPTIONS', [], undefined, 'z9hG4bKlater'), caller.flow);
    expect(caller.statuses.at(-1)).toBe(200);
  });

  it.each([
    ['an extension that it does not know', 'INVITE', ['Require: 100rel'], undefined, 420],
    ['a dialog that it does not know', 'BYE', [], '<sip:desk@x>;tag=none', 481],
    ['a BYE of no call', 'BYE', [], undefined, 481],
    ['a method that it does not know', 'PUBLISH', [], undefined, 405],
    ['no Call-ID', 'OPTIONS', 'Call-ID: one', undefined, 400],
    ['no tag', 'OPTIONS', ';tag=a', undefined, 400],
    ['a sequence of another method', 'OPTIONS', '1 OPTIONS', undefined, 400],
  ])('answers %s', (_, method, change, to, status) => {
    const whole = request(method, typeof change === 'string' ? [] : change, to);
    agent.receive(typeof change === 'string' ? Buffer.from(String(whole).replace(change, '')) : whole, caller.flow);
    expect(caller.statuses).toEqual([status]);
    expect(invites).toEqual([]);
  });

  it('sends a BYE of ours until it is answered', () => {
    const transaction = invite();
    const dialog = new Dialog(
      { ...transaction.request, uri: 'sip:desk@192.0.2.1' },
      transaction.tag,
      caller.flow,
      '192.0.2.1:5060',
      () => false,
    );
    agent.clients.send(caller.flow, (branch) => dialog.bye(branch));
    jest.advanceTimersByTime(1500);
    const byes = caller.got as SipRequest[];
    expect(byes.map(({ method }) => method)).toEqual(['BYE', 'BYE', 'BYE']);
    const { headers } = byes[0] as SipRequest;
    expect([headers.get('from'), headers.get('to'), headers.get('cseq')]).toEqual([
      `<sip:desk@192.0.2.1>;tag=${transaction.tag}`,
      '<sip:ada@192.0.2.9>;tag=a',
      '1 BYE',
    ]);
    agent.receive(Buffer.from(`SIP/2.0 200 OK\r\nVia: ${headers.get('via')}\r\n\r\n`), caller.flow);
    expect(agent.clients.size).toBe(0);
    jest.advanceTimersByTime(60_000);
    expect(byes).toHaveLength(3);
  });

  it('lets nothing of what it gets out of its socket', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
      fc.array(fc.string(), { maxLength: 6 }).map((lines) => request('INVITE', lines)),
      fc.tuple(fc.nat(), fc.string({ maxLength: 4 })).map(([at, text]) => {
        const whole = String(request('INVITE'));
        return Buffer.from(whole.slice(0, at % whole.length) + text + whole.slice((at % whole.length) + text.length));
      }),
    );
    fc.assert(
      fc.property(bytes, (each) => agent.receive(each, caller.flow)),
      { numRuns: 500 },
    );
  });
});
