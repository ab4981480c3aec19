import { BlockList, isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { addressKey } from '../../limits/client-address.js';
import type { HandshakeLimiter } from '../../limits/limits.port.js';
import type { RefusalLog } from '../door/refusal-log.js';
import { Digest } from './signalling/digest.js';
import type { DigestAlgorithm } from './signalling/digest.js';
import type { Flow } from './signalling/flow.js';
import type { SipRequest } from './signalling/message.js';

/** Addresses that are remembered for wrong passwords. */
const MAX_BLOCKED = 10_000;

export interface AccessSettings {
  /** Addresses and networks. */
  readonly SIP_PEERS: readonly string[];
  /** `name:password` of each. */
  readonly SIP_USERS: readonly string[];
  readonly SIP_DIGEST: readonly DigestAlgorithm[];
}

/** Why a request is not taken, with the challenges that it may answer. */
export interface Challenge {
  readonly challenges: readonly string[];
}

/** Who may call: known addresses without more, everybody else by a password. Whoever is not let in learns nothing. */
export class Access {
  private readonly peers = new BlockList();
  private readonly digest: Digest | undefined;
  /** Until when an address is not listened to, ms since the epoch. */
  private readonly blocked = new LRUCache<string, number>({ max: MAX_BLOCKED });

  constructor(
    { SIP_PEERS, SIP_USERS, SIP_DIGEST }: AccessSettings,
    private readonly limiter: HandshakeLimiter,
    private readonly refusals: Pick<RefusalLog, 'refused'>,
  ) {
    for (const written of SIP_PEERS) {
      const [address = '', prefix] = written.split('/', 2);
      const family = familyOf(address);
      if (prefix === undefined) this.peers.addAddress(address, family);
      else this.peers.addSubnet(address, Number(prefix), family);
    }
    const users = SIP_USERS.map(
      (each) => [each.slice(0, each.indexOf(':')), each.slice(each.indexOf(':') + 1)] as const,
    );
    this.digest = users.length === 0 ? undefined : new Digest(new Map(users), SIP_DIGEST);
  }

  /** Whether it is one of SIP_PEERS. */
  isPeer(address: string): boolean {
    return this.peers.check(address, familyOf(address));
  }

  /** Whether anything that comes from there is read at all. */
  listensTo(address: string): boolean {
    if (this.isPeer(address)) return true;
    if (this.digest !== undefined) return (this.blocked.get(addressKey(address)) ?? 0) <= Date.now();
    this.refuse(address, 'not in SIP_PEERS');
    return false;
  }

  /** Looks at a request that begins something: undefined when it is taken, else what its caller has to prove. */
  check({ method, headers }: SipRequest, { address }: Flow): Challenge | undefined {
    if (this.digest === undefined || this.isPeer(address)) return undefined;
    const verdict = this.digest.verify(method, headers.all('authorization'));
    if (typeof verdict === 'object') return undefined;
    if (verdict === 'wrong') this.wrong(address);
    return { challenges: this.digest.challenges(verdict === 'stale') };
  }

  private wrong(address: string): void {
    this.refuse(address, 'wrong name or password');
    const key = addressKey(address);
    this.limiter.hit('address', `sip:${key}`).then(
      (waitSeconds) => {
        if (waitSeconds !== undefined) this.blocked.set(key, Date.now() + waitSeconds * 1000);
      },
      // Where nobody can count, passwords are still looked at.
      () => undefined,
    );
  }

  private refuse(address: string, why: string): void {
    this.refusals.refused({ code: 'sip_refused', status: 401, address, path: 'sip', why });
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
