import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { QUEUED_CALL_LEDGER } from '../../calls/call-ledger.port.js';
import type { CallLedger } from '../../calls/call-ledger.port.js';
import { ConfigError } from '../../config/config-error.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { readPorts } from '../../config/port-range.js';
import { HANDSHAKE_LIMITER, SESSION_SLOTS } from '../../limits/limits.port.js';
import type { HandshakeLimiter, SessionSlots } from '../../limits/limits.port.js';
import { RefusalLog } from '../door/refusal-log.js';
import { Sessions } from '../session/sessions.js';
import { Access } from './access.js';
import { Invitations } from './invitations.js';
import { MediaClock } from './media/media-clock.js';
import { RtpPorts } from './media/rtp-ports.js';
import { SipSockets } from './signalling/sockets.js';
import type { SocketOptions } from './signalling/sockets.js';
import { UserAgent } from './signalling/user-agent.js';

/** Requests that are remembered for each call that may go on: its INVITE, re-INVITEs, keys, and the one before it. */
const TRANSACTIONS_PER_CALL = 8;
const MIN_TRANSACTIONS = 2000;
/** How long the last BYEs may take to be answered when the server stops, ms. */
const LAST_WORDS_MS = 1000;
const LOOK_EVERY_MS = 20;

/** SIP as a wire beside the others, on sockets of its own: docs/sip.md. Does nothing without SIP_PORT. */
@Injectable()
export class SipEndpoint implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('SIP');
  private readonly ports: RtpPorts;
  private agent: UserAgent | undefined;
  private sockets: SipSockets | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(SESSION_SLOTS) private readonly slots: SessionSlots,
    @Inject(HANDSHAKE_LIMITER) private readonly limiter: HandshakeLimiter,
    @Inject(RefusalLog) private readonly refusals: RefusalLog,
    @Optional() @Inject(QUEUED_CALL_LEDGER) private readonly ledger?: CallLedger,
  ) {
    // The configuration has been checked: an empty range is nobody's.
    const { first, last } = readPorts(config.SIP_RTP_PORTS) ?? { first: 0, last: 0 };
    this.ports = new RtpPorts(config.SIP_HOST, first, last);
  }

  /** Dialogs, RTP ports and requests that are held now: nothing, when nobody calls. */
  get held(): { readonly dialogs: number; readonly ports: number; readonly requests: number } {
    const { agent, ports } = this;
    return { dialogs: agent?.dialogCount ?? 0, ports: ports.inUse, requests: agent?.clients.size ?? 0 };
  }

  /** Rejects when the port cannot be had: then the server does not start. */
  async onApplicationBootstrap(): Promise<void> {
    const { config, log } = this;
    if (config.SIP_PORT === 0) return;
    const access = new Access(config, this.limiter, this.refusals);
    const agent = new UserAgent({
      check: (request, flow) => access.check(request, flow),
      onInvite: (invite) => void invitations.accept(invite),
      onFault: (error) => log.error({ msg: 'a SIP message could not be served', err: error }),
      maxTransactions: Math.max(MIN_TRANSACTIONS, TRANSACTIONS_PER_CALL * config.STREAM_MAX_SESSIONS),
    });
    const { sessions, slots, ledger, ports } = this;
    const invitations = new Invitations({
      config,
      agent,
      isPeer: (address) => access.isPeer(address),
      log,
      sessions,
      slots,
      ledger,
      ports,
      clock: new MediaClock(),
      port: config.SIP_PORT,
    });
    this.agent = agent;
    const options: SocketOptions = {
      host: config.SIP_HOST,
      port: config.SIP_PORT,
      allows: (address) => access.listensTo(address),
      onMessage: (bytes, flow) => {
        if (flow.transport === 'tcp' || access.listensTo(flow.address)) agent.receive(bytes, flow);
      },
      log,
    };
    this.sockets = await SipSockets.bind(options).catch((error: unknown) => {
      throw notBound(options, error);
    });
    log.log(`SIP calls are taken at ${config.SIP_HOST}:${config.SIP_PORT}, UDP and TCP`);
  }

  /** After the sessions have ended, and said BYE. */
  async onApplicationShutdown(): Promise<void> {
    const until = Date.now() + LAST_WORDS_MS;
    while (this.held.requests > 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    this.agent?.close();
    await this.sockets?.close();
  }
}

/** What an operator can put right, in a line. */
function notBound({ host, port }: SocketOptions, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new ConfigError([`SIP_PORT: ${port} is in use at ${host}: set another one.`]);
  if (code === 'EACCES') return new ConfigError([`SIP_PORT: ${port} may not be used: set one above 1023.`]);
  if (code === 'EADDRNOTAVAIL') return new ConfigError([`SIP_HOST: ${host} is no address of this machine.`]);
  return error;
}
