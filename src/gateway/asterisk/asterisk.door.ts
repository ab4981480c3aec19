import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { z } from 'zod';
import { QUEUED_CALL_LEDGER } from '../../calls/call-ledger.port.js';
import type { CallLedger } from '../../calls/call-ledger.port.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import type { Caller } from '../../identity/caller.port.js';
import type { Door, Visitor } from '../door/door.js';
import { Refusal } from '../door/refusal.js';
import { routeOf, telephoneCaller } from '../telephone/telephone-caller.js';

/** What the dial string's `v(...)` says of a call. */
const querySchema = z.object({
  agent: z.string().min(1).max(64).optional(),
  from: z.string().max(256).default(''),
  to: z.string().max(256).default(''),
});

/** Lets an Asterisk in that knows the password; the caller is who it says. */
@Injectable()
export class AsteriskDoor implements Door {
  readonly vouched = true;
  private readonly log = new Logger('Telephone');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(QUEUED_CALL_LEDGER) private readonly ledger?: CallLedger,
  ) {}

  isReturning(): boolean {
    return false;
  }

  identify(request: IncomingMessage): Promise<Visitor> {
    const { ASTERISK_PASSWORD: password } = this.config;
    if (password === undefined) {
      throw new Refusal('not_found', 'No Asterisk is expected here.', {}, 'ASTERISK_PASSWORD is not set');
    }
    const given = passwordIn(request.headers.authorization);
    if (given === undefined || !same(given, password)) {
      const why = given === undefined ? 'there is no username and password' : 'the password is not ASTERISK_PASSWORD';
      throw new Refusal('token_invalid', 'This connection does not know the password.', BASIC, why);
    }
    const query = querySchema.safeParse(Object.fromEntries(new URL(request.url ?? '', 'ws://x').searchParams));
    if (!query.success) throw new Refusal('bad_upgrade', 'agent, from or to in the address is too long.');
    const { agent, from, to } = query.data;
    const introduce = ({ channelId = '' }: Readonly<Record<string, string>>): Promise<Visitor> => {
      const call = { callSid: channelId, from, to };
      const { ASTERISK_USER: user, ASTERISK_CLAIMS: claims } = this.config;
      return Promise.resolve({
        ...unlimited(telephoneCaller(this.config, { user, claims }, call)),
        agent,
        route: routeOf(call),
        started: (callSid) => this.nameInRecords(callSid, channelId),
      });
    };
    // Without a name until Asterisk says which of its calls it is, and with a place of its own.
    const somebody = { userId: `call:${randomUUID()}`, claims: {}, accessToken: '' };
    return Promise.resolve({ ...unlimited(somebody), agent, introduce });
  }

  /** So that the call's record is found by Asterisk's name of it. */
  private nameInRecords(callSid: string, channelId: string): void {
    if (channelId === '') return;
    this.ledger?.identify(callSid, 'asterisk', channelId).catch((error: unknown) => {
      this.log.warn({ msg: 'the record of a call has no Asterisk id', sessionId: callSid, err: error });
    });
  }
}

const BASIC = { 'WWW-Authenticate': 'Basic realm="parley"' };

/** The call's own clock ends it: what let it in need not last so long. */
const unlimited = (caller: Caller): Pick<Visitor, 'token'> => ({
  token: { caller, expiresAt: Number.POSITIVE_INFINITY, agents: undefined },
});

/** Of RFC 7617; the name before it says nothing. */
function passwordIn(authorization: string | undefined): string | undefined {
  const [, encoded = ''] = /^basic ([\w+/=]+)$/i.exec(authorization ?? '') ?? [];
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return password;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
