import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { mayUseAgent } from '../../auth/claims.js';
import { MISSING_TOKEN_HELP } from '../../auth/jwt.guard.js';
import { findToken } from '../../auth/token-source.js';
import { AuthError, TOKEN_VERIFIER } from '../../auth/token-verifier.port.js';
import type { TokenVerifier, VerifiedToken } from '../../auth/token-verifier.port.js';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { addressKey, clientAddress } from '../../limits/client-address.js';
import { HANDSHAKE_LIMITER, SESSION_SLOTS } from '../../limits/limits.port.js';
import type { HandshakeKind, HandshakeLimiter, SessionSlot, SessionSlots } from '../../limits/limits.port.js';
import { SUBPROTOCOL } from '../../protocol/index.js';
import { Sessions } from '../session/sessions.js';
import type { Admitted } from './admitted.js';
import { Refusal } from './refusal.js';

/** What a client that met a full server, or one that stops, is told to wait, s. */
const RETRY_AFTER_S = 5;
const retryAfter = (seconds: number) => ({ 'Retry-After': String(seconds) });

/** RFC 6455 section 4.1: the base64 of 16 bytes. */
const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;

/** The door: everything that is decided before the 101. Cheap checks come first, and none is skipped for a known user. */
@Injectable()
export class Admission {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier,
    @Inject(HANDSHAKE_LIMITER) private readonly limiter: HandshakeLimiter,
    @Inject(SESSION_SLOTS) private readonly slots: SessionSlots,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  /**
   * Lets the client in or throws a Refusal. Takes the slot last; when `signal` has aborted meanwhile (the client is gone, or
   * was answered already), the slot is given back and the signal's reason is thrown.
   */
  async admit(request: IncomingMessage, signal: AbortSignal): Promise<Admitted> {
    if (this.sessions.draining) {
      throw new Refusal('shutting_down', 'The server is stopping; connect again.', retryAfter(RETRY_AFTER_S));
    }
    checkUpgrade(request);
    this.checkOrigin(request.headers.origin);
    const address = clientAddress(request, this.config.TRUST_PROXY);
    await this.checkRate('address', addressKey(address));
    if (this.slots.active >= this.slots.capacity) throw serverFull();
    const token = await this.authenticate(request);
    const agent = agentInQuery(request.url);
    if (agent !== undefined && !mayUseAgent(token, agent)) {
      throw new Refusal('agent_not_allowed', 'Your token does not allow this agent.');
    }
    await this.checkRate('user', token.caller.userId);
    const slot = await this.takeSlot(token.caller.userId);
    if (signal.aborted) {
      slot.release();
      throw signal.reason;
    }
    return { token, slot, agent, address, socket: request.socket };
  }

  private checkOrigin(origin: string | undefined): void {
    const allowed = this.config.STREAM_CORS_ORIGIN;
    // Only browsers send an Origin, and only browsers need to be told apart by it.
    if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return;
    throw new Refusal('origin_not_allowed', 'Pages of this origin may not connect to this server.');
  }

  private async checkRate(kind: HandshakeKind, key: string): Promise<void> {
    const waitSeconds = await this.limiter.hit(kind, key);
    if (waitSeconds === undefined) return;
    throw new Refusal('too_many_handshakes', `Too many connections of this ${kind}; wait.`, retryAfter(waitSeconds));
  }

  private async authenticate(request: IncomingMessage): Promise<VerifiedToken> {
    try {
      const token = findToken(request);
      if (token === undefined) throw new AuthError('token_missing', MISSING_TOKEN_HELP);
      return await this.verifier.verify(token);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      throw error.code === 'auth_unavailable'
        ? new Refusal(error.code, error.message, retryAfter(RETRY_AFTER_S))
        : new Refusal(error.code, error.message, { 'WWW-Authenticate': 'Bearer' });
    }
  }

  private async takeSlot(userId: string): Promise<SessionSlot> {
    const slot = await this.slots.acquire(userId);
    if (slot === 'server_full') throw serverFull();
    if (slot === 'user_full') {
      throw new Refusal(
        'too_many_sessions',
        `You have ${this.config.STREAM_MAX_CONCURRENT_SESSIONS} open sessions, which is the most allowed.`,
        retryAfter(RETRY_AFTER_S),
      );
    }
    return slot;
  }
}

const serverFull = () => new Refusal('server_full', 'The server has no room; try again.', retryAfter(RETRY_AFTER_S));

/** RFC 6455 section 4.2.1, before anything is spent on the client. */
function checkUpgrade({ method, headers }: IncomingMessage): void {
  if (method !== 'GET') throw new Refusal('bad_upgrade', 'A WebSocket handshake is a GET request.');
  if (headers.upgrade?.toLowerCase() !== 'websocket') {
    throw new Refusal('bad_upgrade', 'Only an upgrade to "websocket" is possible here.');
  }
  if (!WEBSOCKET_KEY.test(headers['sec-websocket-key'] ?? '')) {
    throw new Refusal('bad_upgrade', 'Sec-WebSocket-Key is missing or is not 16 bytes in base64.');
  }
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
  if (offered !== undefined && !offered.includes(SUBPROTOCOL)) {
    // A client that offers protocols gives up unless one of them is chosen, and a token is not for choosing.
    throw new Refusal('bad_upgrade', `Offer the subprotocol "${SUBPROTOCOL}" beside the others, or none.`);
  }
  if (headers['sec-websocket-version'] !== '13') {
    throw new Refusal('upgrade_required', 'Speak WebSocket version 13.', {
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
    });
  }
}

function agentInQuery(url = ''): string | undefined {
  const query = url.indexOf('?');
  if (query === -1) return undefined;
  const agent = new URLSearchParams(url.slice(query)).get('agent');
  return agent === null || agent === '' ? undefined : agent.slice(0, 64);
}
