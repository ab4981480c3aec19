import type { CallRequest } from '../../calls/call.port.js';
import type { Config } from '../../config/config.token.js';
import type { Caller } from '../../identity/caller.port.js';
import { mintToken } from '../../identity/mint-token.js';

/** What a carrier says of a call. */
export interface TelephoneCall {
  /** The carrier's own name of the call. */
  readonly callSid: string;
  /** As the carrier writes them: `+4930123456`, a SIP address, or empty when it is withheld. */
  readonly from: string;
  readonly to: string;
  /** Of a call that we have placed: its `call_sid`. */
  readonly placed?: string | undefined;
}

/** On whose behalf the operator has tools run for everybody who rings; nobody's where there is no user. */
export interface FrontDesk {
  readonly user: string | undefined;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

/** The token is for the services behind the tools, and must outlive the call, s. */
const TOKEN_SLACK_S = 60;

/**
 * On whose behalf tools run for somebody on the telephone: the user that the operator has named, with the claims that he has
 * named, else nobody but the number itself (`tel:`, RFC 3966), who owns nothing. Numbers can be forged: a number alone is
 * never taken for a user. The claims `phone_number` (OpenID Connect) and `called_number` are the person's number and the
 * server's, whoever rang.
 */
export function telephoneCaller(
  config: Pick<Config, 'STREAM_MAX_SESSION_MS' | 'auth'>,
  { user, claims: given = {} }: FrontDesk,
  call: TelephoneCall,
): Caller {
  const { callSid } = call;
  const { theirs, ours } = partiesOf(call);
  const userId = user ?? addressOf(theirs) ?? 'tel:anonymous';
  const claims = {
    ...(user === undefined ? {} : given),
    role: user === undefined ? 'anon' : (given['role'] ?? 'authenticated'),
    phone_number: theirs,
    called_number: ours,
    call_sid: callSid,
  };
  return { userId, claims: { ...claims, sub: userId }, accessToken: accessTokenOf(config, userId, claims) };
}

/** Signed as the server's own tokens are, so that a Supabase project that shares the secret knows the caller. */
function accessTokenOf(
  { auth, STREAM_MAX_SESSION_MS }: Pick<Config, 'auth' | 'STREAM_MAX_SESSION_MS'>,
  userId: string,
  claims: Readonly<Record<string, unknown>>,
): string {
  if (auth.secret === undefined) return '';
  return mintToken(auth.secret, {
    userId,
    ttlSeconds: Math.ceil(STREAM_MAX_SESSION_MS / 1000) + TOKEN_SLACK_S,
    claims,
  });
}

/** Whoever has rung: the person's number, and the server's. */
const partiesOf = ({ from, to, placed }: TelephoneCall): { readonly theirs: string; readonly ours: string } =>
  placed === undefined ? { theirs: from, ours: to } : { theirs: to, ours: from };

/** The number of ours that the call came to, or goes out from, as the carrier writes it. */
export const ourNumberOf = (call: TelephoneCall): string => partiesOf(call).ours;

/** For the call's record. */
export function routeOf({ from, to, placed }: TelephoneCall): NonNullable<CallRequest['route']> {
  const [caller, called] = [from, to].map(addressOf);
  return {
    direction: placed === undefined ? 'inbound' : 'outbound',
    channel: 'phone',
    ...(caller === undefined ? {} : { from: caller }),
    ...(called === undefined ? {} : { to: called }),
  };
}

/** A number as `tel:` (RFC 3966); SIP addresses are ones already. */
const addressOf = (written: string): string | undefined =>
  written === '' ? undefined : /^\+?\d+$/.test(written) ? `tel:${written}` : written;
