import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { QUEUED_CALL_LEDGER } from '../../calls/call-ledger.port.js';
import type { CallLedger } from '../../calls/call-ledger.port.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { clientAddress } from '../../limits/client-address.js';
import type { Door, Visitor } from '../door/door.js';
import { Refusal } from '../door/refusal.js';
import { RefusalLog } from '../door/refusal-log.js';
import { ourNumberOf, routeOf, telephoneCaller } from '../telephone/telephone-caller.js';
import { Capabilities } from './capability.js';
import { isSignedByTwilio, SIGNATURE_HEADER } from '../../identity/twilio-signature.js';
import { TWILIO_PATH, twilioStreamAddress } from '../../config/twilio-addresses.js';

/**
 * Lets in the streams of calls that this server has answered: Twilio's signature in the handshake, which is the same for every
 * call, and the call's own capability in its first message, because an address of a stream can have no query.
 */
@Injectable()
export class TwilioDoor implements Door {
  readonly vouched = true;
  private readonly log = new Logger('Telephone');

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Capabilities) private readonly capabilities: Capabilities,
    @Inject(RefusalLog) private readonly refusals: RefusalLog,
    @Optional() @Inject(QUEUED_CALL_LEDGER) private readonly ledger?: CallLedger,
  ) {}

  isReturning(): boolean {
    return false;
  }

  async identify(request: IncomingMessage): Promise<Visitor> {
    const { TWILIO_AUTH_TOKEN: authToken, PUBLIC_ORIGIN: origin } = this.config;
    if (authToken === undefined || origin === undefined) {
      throw new Refusal('not_found', 'There is no telephone here.', {}, 'TWILIO_AUTH_TOKEN is not set');
    }
    const signature = [request.headers[SIGNATURE_HEADER]].flat()[0];
    const address = twilioStreamAddress(origin);
    if (!isSignedByTwilio(authToken, signature, address)) {
      const why =
        signature === undefined ? 'there is no X-Twilio-Signature' : `not signed by TWILIO_AUTH_TOKEN for ${address}`;
      throw new Refusal('token_invalid', 'This stream is not signed by Twilio.', {}, why);
    }
    const from = clientAddress(request, this.config.TRUST_PROXY);
    return { ...someCall(), agent: undefined, introduce: (proof) => this.introduce(proof, from) };
  }

  private async introduce(
    { callSid = '', capability = '' }: Readonly<Record<string, string>>,
    address: string,
  ): Promise<Visitor | undefined> {
    const allowed = await this.capabilities.redeem(capability, callSid);
    if (typeof allowed !== 'string') {
      const { TWILIO_USER: user, TWILIO_CLAIMS: claims } = this.config;
      return {
        ...unlimited(telephoneCaller(this.config, { user, claims }, allowed)),
        agent: allowed.agent,
        ...(allowed.language === undefined ? {} : { language: allowed.language }),
        route: routeOf(allowed),
        leg: { provider: 'twilio', id: allowed.callSid, ours: ourNumberOf(allowed) },
        ...(allowed.placed === undefined ? {} : { callSid: allowed.placed }),
        started: (id) => this.nameInRecords(id, allowed.callSid),
      };
    }
    const why = `the capability of the stream is ${allowed}`;
    this.refusals.refused({ code: 'capability_refused', status: 403, address, path: TWILIO_PATH, why });
    return undefined;
  }

  /** So that the call's record is found by Twilio's name of it. */
  private nameInRecords(id: string, callSid: string): void {
    this.ledger?.identify(id, 'twilio', callSid).catch((error: unknown) => {
      this.log.warn({ msg: 'the record of a call has no Twilio id', sessionId: id, err: error });
    });
  }
}

/** The call's own clock ends it: what let it in need not last so long. */
const unlimited = (caller: Visitor['token']['caller']): Pick<Visitor, 'token'> => ({
  token: { caller, expiresAt: Number.POSITIVE_INFINITY, agents: undefined },
});

/** A caller without a name and without rights, and with a place of his own. */
const someCall = (): Pick<Visitor, 'token'> =>
  unlimited({ userId: `call:${randomUUID()}`, claims: {}, accessToken: '' });
