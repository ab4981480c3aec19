import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { isAllowedOrigin } from '../../config/origins.js';
import { addressKey, clientAddress } from '../../limits/client-address.js';
import { HANDSHAKE_LIMITER, SESSION_SLOTS } from '../../limits/limits.port.js';
import type {
  HandshakeKind,
  HandshakeLimiter,
  RoomRefusal,
  SessionSlot,
  SessionSlots,
} from '../../limits/limits.port.js';
import { Sessions } from '../session/sessions.js';
import type { Wire } from '../session/wire.js';
import type { Admitted } from './admitted.js';
import { Refusal, RETRY_NOW, RETRY_SOON } from './refusal.js';

/** RFC 6455 section 4.1: the base64 of 16 bytes. */
const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;

/**
 * Everything that is decided before the 101, on every path; who the client is, is the wire's own Door to say. Cheap checks come
 * first, and none is skipped for a known user.
 */
@Injectable()
export class Admission {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
    @Inject(HANDSHAKE_LIMITER) private readonly limiter: HandshakeLimiter,
    @Inject(SESSION_SLOTS) private readonly slots: SessionSlots,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  /**
   * Lets the client in or throws a Refusal. Takes the slot last; when `signal` has aborted meanwhile (the client is gone, or
   * was answered already), the slot is given back and the signal's reason is thrown.
   */
  async admit(request: IncomingMessage, wire: Wire, signal: AbortSignal): Promise<Admitted> {
    checkUpgrade(request, wire);
    return this.letIn(request, wire, signal);
  }

  /** Throws the Refusal that a handshake with the same headers would meet, if any. Counts as one. */
  async probe(request: IncomingMessage, wire: Wire): Promise<void> {
    const { slot } = await this.letIn(request, wire, NEVER);
    slot.release();
  }

  private async letIn(request: IncomingMessage, wire: Wire, signal: AbortSignal): Promise<Admitted> {
    const door = this.modules.get(wire.door, { strict: false });
    const returning = door.isReturning(request);
    if (this.sessions.isClosedTo(returning)) {
      // Whose call goes on in another process need not wait for one to boot.
      throw new Refusal('shutting_down', 'The server is stopping; connect again.', returning ? RETRY_NOW : RETRY_SOON);
    }
    this.checkOrigin(request.headers.origin);
    const address = clientAddress(request, this.config.TRUST_PROXY);
    const { closed } = this.slots;
    if (closed !== undefined && !returning) throw noRoom(closed);
    if (door.vouched !== true) await this.checkRate('address', addressKey(address));
    const visitor = await door.identify(request);
    if (door.vouched !== true) await this.checkRate('user', visitor.token.caller.userId);
    const slot = await this.takeSlot(visitor.token.caller.userId, returning);
    if (signal.aborted) {
      slot.release();
      throw signal.reason;
    }
    return { ...visitor, slot, returning, address, drain: request.socket };
  }

  private checkOrigin(origin: string | undefined): void {
    const allowed = this.config.STREAM_CORS_ORIGIN;
    // Only browsers send an Origin, and only browsers need to be told apart by it.
    if (origin === undefined || isAllowedOrigin(allowed, origin)) return;
    throw new Refusal(
      'origin_not_allowed',
      'Pages of this origin may not connect to this server.',
      {},
      `${origin} is not in STREAM_CORS_ORIGIN`,
    );
  }

  private async checkRate(kind: HandshakeKind, key: string): Promise<void> {
    const waitSeconds = await this.limiter.hit(kind, key);
    if (waitSeconds === undefined) return;
    throw new Refusal('too_many_handshakes', `Too many connections of this ${kind}; wait.`, {
      'Retry-After': String(waitSeconds),
    });
  }

  private async takeSlot(userId: string, returning: boolean): Promise<SessionSlot> {
    const slot = await this.slots.acquire(userId, returning);
    if (slot === 'user_full') {
      throw new Refusal(
        'too_many_sessions',
        `You have ${this.config.STREAM_MAX_CONCURRENT_SESSIONS} open sessions, which is the most allowed.`,
        RETRY_SOON,
      );
    }
    if (typeof slot === 'string') throw noRoom(slot);
    return slot;
  }
}

/** Of a request that is answered whatever becomes of its client. */
const NEVER = new AbortController().signal;

const noRoom = (why: RoomRefusal): Refusal => new Refusal(why, NO_ROOM[why], RETRY_SOON);
const NO_ROOM: Readonly<Record<RoomRefusal, string>> = {
  server_full: 'The server has no room; try again.',
  server_busy: 'The server is busy with the calls that it has; try again.',
};

/** RFC 6455 section 4.2.1, before anything is spent on the client. */
function checkUpgrade({ method, headers }: IncomingMessage, { subprotocol }: Wire): void {
  if (method !== 'GET') throw new Refusal('bad_upgrade', 'A WebSocket handshake is a GET request.');
  if (headers.upgrade?.toLowerCase() !== 'websocket') {
    throw new Refusal('bad_upgrade', 'Only an upgrade to "websocket" is possible here.');
  }
  if (!WEBSOCKET_KEY.test(headers['sec-websocket-key'] ?? '')) {
    throw new Refusal('bad_upgrade', 'Sec-WebSocket-Key is missing or is not 16 bytes in base64.');
  }
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
  if (offered !== undefined && (subprotocol === undefined || !offered.includes(subprotocol))) {
    // A client that offers protocols gives up unless one of them is chosen, and a token is not for choosing.
    const help =
      subprotocol === undefined
        ? 'Offer no subprotocol.'
        : `Offer the subprotocol "${subprotocol}" beside the others, or none.`;
    throw new Refusal('bad_upgrade', help);
  }
  if (headers['sec-websocket-version'] !== '13') {
    throw new Refusal('upgrade_required', 'Speak WebSocket version 13.', {
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
    });
  }
}
