// An INVITE on its way to a session: is there room, can we talk to each other, on whose behalf do tools run.
import { randomUUID } from 'node:crypto';
import type { Logger } from '@nestjs/common';
import type { CallLedger } from '../../calls/call-ledger.port.js';
import type { Config } from '../../config/config.token.js';
import type { SessionSlot, SessionSlots } from '../../limits/limits.port.js';
import type { Visitor } from '../door/door.js';
import type { Sessions } from '../session/sessions.js';
import { routeOf, telephoneCaller } from '../telephone/telephone-caller.js';
import { Agreement } from './agreement.js';
import type { MediaClock } from './media/media-clock.js';
import type { RtpPorts, RtpSocket } from './media/rtp-ports.js';
import { RtpStream } from './media/rtp-stream.js';
import { readSdp } from './media/sdp.js';
import type { Offer } from './media/sdp.js';
import { ownAddress } from './own-address.js';
import { SipCall } from './sip-call.js';
import { SIP_WIRE } from './sip.wire.js';
import { callIdOf, Dialog } from './signalling/dialog.js';
import { addressIn, sipAddress } from './signalling/header-values.js';
import type { SipRequest } from './signalling/message.js';
import type { ServerTransaction } from './signalling/server-transaction.js';
import { MIN_INTERVAL_S, refreshOf } from './signalling/session-timer.js';
import type { Refresh } from './signalling/session-timer.js';
import type { UserAgent } from './signalling/user-agent.js';

/** s, of whoever finds the server full or stopping. */
const RETRY_AFTER = [['Retry-After', 5]] as const;

export interface InvitationDeps {
  readonly config: Config;
  readonly sessions: Sessions;
  readonly slots: SessionSlots;
  readonly ports: RtpPorts;
  readonly clock: MediaClock;
  readonly agent: UserAgent;
  /** See Dialog. */
  readonly isPeer: (address: string) => boolean;
  /** Port of SIP. */
  readonly port: number;
  readonly ledger: CallLedger | undefined;
  readonly log: Pick<Logger, 'debug' | 'warn' | 'error'>;
}

export class Invitations {
  constructor(private readonly deps: InvitationDeps) {}

  /** Answers the INVITE in the end, whatever happens. Never rejects. */
  async accept(invite: ServerTransaction): Promise<void> {
    invite.onCancel = () => invite.reply({ status: 487 });
    try {
      const { request } = invite;
      const offer = request.body === '' ? undefined : readSdp(request.body);
      const refresh = refreshOf(request);
      if (this.refuses(invite, offer, refresh) || refresh === 'too small') return;
      invite.reply({ status: 100 });
      const slot = await this.deps.slots.acquire(`call:${randomUUID()}`, false);
      if (typeof slot === 'string') {
        invite.reply({ status: 486, headers: RETRY_AFTER });
        return;
      }
      const rtp = await this.deps.ports.take();
      if (rtp !== undefined && !invite.answered) {
        this.open(invite, offer, refresh, rtp, slot);
        return;
      }
      rtp?.release();
      slot.release();
      // A caller who has gone meanwhile has his answer already.
      invite.reply({ status: 503, headers: RETRY_AFTER });
    } catch (error) {
      this.deps.log.error({ msg: 'a SIP call could not be taken', err: error });
      invite.reply({ status: 500 });
    }
  }

  /** Whether it was refused at once. */
  private refuses(invite: ServerTransaction, offer: Offer | undefined, refresh: Refresh | 'too small'): boolean {
    const { headers, body } = invite.request;
    const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    const reply =
      body !== '' && type !== 'application/sdp'
        ? { status: 415, headers: [['Accept', 'application/sdp']] as const }
        : body !== '' && offer === undefined
          ? { status: 488 }
          : refresh === 'too small'
            ? { status: 422, headers: [['Min-SE', MIN_INTERVAL_S]] as const }
            : this.deps.sessions.isClosedTo(false)
              ? { status: 503, headers: RETRY_AFTER }
              : undefined;
    if (reply !== undefined) invite.reply(reply);
    return reply !== undefined;
  }

  private open(
    invite: ServerTransaction,
    offer: Offer | undefined,
    refresh: Refresh,
    socket: RtpSocket,
    slot: SessionSlot,
  ): void {
    const { config, sessions, clock, agent, isPeer, port, log } = this.deps;
    const { request, flow } = invite;
    const address = ownAddress(flow.address, config.SIP_ADDRESS, config.SIP_HOST);
    const contact = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    const rtp = new RtpStream(socket, flow.address, config.SIP_RTP_TIMEOUT_MS);
    const dialog = new Dialog(request, invite.tag, flow, contact, isPeer);
    const call = new SipCall({
      invite,
      dialog,
      rtp,
      agreement: new Agreement(offer, refresh, rtp, address, contact),
      clock,
      clients: agent.clients,
      onOver: () => agent.leave(dialog.id),
    });
    agent.join(dialog.id, call);
    call.once('close', flow.hold());
    const visitor = this.visitor(request);
    // How the line was: packets that came, that came too late, and samples that had to be made up.
    call.once('close', () => log.debug({ msg: 'audio of a SIP call', ...rtp.counts }));
    sessions.open(call, { ...visitor, slot, returning: false, address: flow.address, drain: call }, SIP_WIRE);
    call.ring();
  }

  private visitor(request: SipRequest): Visitor {
    const { config, ledger, log } = this.deps;
    const { SIP_USER: user, SIP_CLAIMS: claims, SIP_AGENT: agent } = config;
    const callId = callIdOf(request);
    const parties = {
      callSid: callId,
      from: partyOf(request.headers.get('from')),
      to: partyOf(request.headers.get('to')),
    };
    return {
      // The call's own clock ends it.
      token: {
        caller: telephoneCaller(config, { user, claims }, parties),
        expiresAt: Number.POSITIVE_INFINITY,
        agents: undefined,
      },
      agent,
      route: routeOf(parties),
      started: (id) => {
        ledger?.identify(id, 'sip', callId).catch((error: unknown) => {
          log.warn({ msg: 'the record of a call has no SIP id', sessionId: id, err: error });
        });
      },
    };
  }
}

/** Longest name of somebody that is written down. */
const MAX_PARTY = 200;

/** A number as it is dialled, or an address; empty for whoever does not want to be known (RFC 3323). */
function partyOf(header: string | undefined): string {
  const address = sipAddress(addressIn(header ?? ''));
  if (address === undefined || address.user.toLowerCase() === 'anonymous' || address.host === 'anonymous.invalid')
    return '';
  const { user, host } = address;
  const written = /^\+?\d+$/.test(user) ? user : `sip:${user === '' ? '' : `${user}@`}${host}`;
  return written.slice(0, MAX_PARTY);
}
