import type { HandshakeLimiter } from '../../limits/limits.port.js';
import { waitFor } from '../../../test/support/wait-for.js';
import type { Refused } from '../door/refusal-log.js';
import { Access } from './access.js';
import type { AccessSettings } from './access.js';
import { digestResponse } from './signalling/digest.js';
import type { Flow } from './signalling/flow.js';
import { Headers } from './signalling/message.js';

const from = (address: string): Flow => ({
  transport: 'udp',
  address,
  port: 5060,
  send: () => undefined,
  at: () => from(address),
  hold: () => () => undefined,
});
const invite = (authorization?: string) => ({
  method: 'INVITE',
  uri: 'sip:desk@x',
  headers: new Headers(authorization === undefined ? [] : [['authorization', authorization]]),
  body: '',
});

describe('who may call', () => {
  let refused: Refused[];
  let hits: string[];
  /** s that the next hit has to wait. */
  let wait: number | undefined;

  const access = (settings: Partial<AccessSettings>): Access => {
    const limiter: HandshakeLimiter = {
      hit: async (_kind, key) => {
        hits.push(key);
        return wait;
      },
    };
    const all = { SIP_PEERS: [], SIP_USERS: [], SIP_DIGEST: ['MD5'] as const, ...settings };
    return new Access(all, limiter, { refused: (each) => void refused.push(each) });
  };
  beforeEach(() => {
    refused = [];
    hits = [];
    wait = undefined;
  });

  it.each([
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['198.51.100.200', true],
    ['198.51.101.1', false],
    ['2001:db8::9', true],
    ['2001:db9::9', false],
  ])('listens to %s: %s', (address, isLetIn) => {
    const peers = access({ SIP_PEERS: ['192.0.2.7', '198.51.100.0/24', '2001:db8::/32'] });
    expect(peers.listensTo(address)).toBe(isLetIn);
    expect(refused).toHaveLength(isLetIn ? 0 : 1);
    if (isLetIn) expect(peers.check(invite(), from(address))).toBeUndefined();
  });

  it('asks strangers for a password, and known addresses for none', () => {
    const both = access({ SIP_PEERS: ['192.0.2.7'], SIP_USERS: ['desk:pass:with:colons'] });
    expect(both.check(invite(), from('192.0.2.7'))).toBeUndefined();
    const { challenges = [] } = both.check(invite(), from('203.0.113.5')) ?? {};
    const nonce = /nonce="([^"]+)"/.exec(challenges[0] ?? '')?.[1] ?? '';
    const answer = {
      username: 'desk',
      realm: 'parley',
      nonce,
      uri: 'sip:x',
      nc: '00000001',
      cnonce: 'c',
      method: 'INVITE',
    };
    const response = digestResponse('MD5', 'pass:with:colons', answer);
    const said = `Digest username="desk", realm="parley", nonce="${nonce}", uri="sip:x", nc=00000001, cnonce="c", qop=auth, response="${response}"`;
    expect(both.check(invite(said), from('203.0.113.5'))).toBeUndefined();
    // Somebody who has heard it and says it again is asked anew, and is no guesser.
    expect(both.check(invite(said), from('203.0.113.5'))?.challenges[0]).toContain('stale=true');
    expect([refused, hits]).toEqual([[], []]);
  });

  it('does not listen to whoever guesses too often, and says so without the password', async () => {
    const users = access({ SIP_USERS: ['desk:correct-horse'] });
    const guess =
      'Digest username="desk", realm="parley", nonce="x", uri="sip:x", nc=00000001, cnonce="c", qop=auth, response="0"';
    users.check(invite(guess), from('203.0.113.5'));
    expect(users.listensTo('203.0.113.5')).toBe(true);
    wait = 60;
    users.check(invite(guess), from('203.0.113.5'));
    await waitFor(() => !users.listensTo('203.0.113.5'));
    expect(users.listensTo('203.0.113.6')).toBe(true);
    expect(hits).toEqual(['sip:203.0.113.5', 'sip:203.0.113.5']);
    expect(refused).toMatchObject([{ why: 'wrong name or password' }, { why: 'wrong name or password' }]);
    expect(JSON.stringify(refused)).not.toContain('horse');
  });
});
