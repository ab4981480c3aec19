import { createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { UsedOnce } from '../../identity/used-once.js';
import type { TelephoneCall } from '../telephone/telephone-caller.js';

/** How long the stream of an answered call may take to come, s: Twilio opens it within one or two. */
const TTL_S = 60;
/** Twilio takes names and values of 500 characters together: no address in a capability may be longer. */
const MAX_ADDRESS_CHARS = 40;

/** What an answered call is allowed: one stream, with this agent. */
export interface Capability extends TelephoneCall {
  /** The default one when absent. */
  readonly agent: string | undefined;
  /** The caller's, BCP-47; what his number says of it when absent. */
  readonly language?: string | undefined;
}

const claimsSchema = z.object({
  sub: z.string(),
  jti: z.string(),
  from: z.string(),
  to: z.string(),
  agent: z.string().optional(),
  lang: z.string().optional(),
  placed: z.string().optional(),
});

/** Why a capability does not count: for the operator. */
export type CapabilityFault = 'missing' | 'not one of ours, or changed' | 'expired' | 'of another call' | 'used before';

/**
 * Lets one call's stream in: a JSON Web Token of ours that is good once, for a minute, for the call that it names. Its key
 * is made of the auth token, so that it opens nothing else and every worker knows it.
 */
@Injectable()
export class Capabilities {
  private readonly jwt: JwtService;

  constructor(
    @Inject(CONFIG) { TWILIO_AUTH_TOKEN: authToken }: Config,
    @Inject(UsedOnce) private readonly used: UsedOnce,
  ) {
    this.jwt = new JwtService({ secret: keyOf(authToken ?? randomBytes(32).toString('hex')) });
  }

  issue({ callSid, from, to, agent, language, placed }: Capability): string {
    const shown = { from: from.slice(0, MAX_ADDRESS_CHARS), to: to.slice(0, MAX_ADDRESS_CHARS) };
    return this.jwt.sign(
      {
        ...shown,
        ...(agent === undefined ? {} : { agent }),
        ...(language === undefined ? {} : { lang: language }),
        ...(placed === undefined ? {} : { placed }),
      },
      {
        algorithm: 'HS256',
        subject: callSid,
        jwtid: randomBytes(12).toString('base64url'),
        expiresIn: TTL_S,
        noTimestamp: true,
      },
    );
  }

  /** Uses it up. Resolves with what it allows, or why it does not count. */
  async redeem(token: string, callSid: string): Promise<Capability | CapabilityFault> {
    if (token === '') return 'missing';
    const claims = this.claimsOf(token);
    if (typeof claims === 'string') return claims;
    const { sub, jti, from, to, agent, lang, placed } = claims;
    if (sub !== callSid) return 'of another call';
    if (!(await this.used.claim(`twilio:${jti}`, TTL_S * 1000))) return 'used before';
    return { callSid, from, to, agent, placed, ...(lang === undefined ? {} : { language: lang }) };
  }

  private claimsOf(token: string): z.infer<typeof claimsSchema> | CapabilityFault {
    try {
      const claims = claimsSchema.safeParse(this.jwt.verify(token, { algorithms: ['HS256'] }));
      return claims.success ? claims.data : 'not one of ours, or changed';
    } catch (error) {
      return (error as Error).name === 'TokenExpiredError' ? 'expired' : 'not one of ours, or changed';
    }
  }
}

const keyOf = (authToken: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', authToken, '', 'parley twilio stream', 32)));
