import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { WebSocketServer } from 'ws';
import { CONFIG } from '../../config/config.token.js';
import type { Config } from '../../config/config.token.js';
import { untilAborted } from '../../deadline/until-aborted.js';
import { clientAddress } from '../../limits/client-address.js';
import { GATEWAY_OBSERVER } from '../gateway-observer.port.js';
import type { GatewayObserver } from '../gateway-observer.port.js';
import { Admission } from './admission.js';
import type { Wire } from '../session/wire.js';
import type { Admitted } from './admitted.js';
import { Refusal, writeRefusal } from './refusal.js';
import { RefusalLog, withoutQuery } from './refusal-log.js';

/** What listens on a path. */
export interface Listener {
  readonly server: WebSocketServer;
  readonly wire: Wire;
}

/** How long a handshake may take, ms: fetching the issuer's keys is the slowest part of one. */
const HANDSHAKE_TIMEOUT_MS = 5000;
/** Handshakes that may be going on at once; each holds a socket and up to a socket buffer of early bytes. */
const MAX_PENDING = 1000;

const vanished = new Error('the client left during the handshake');

/**
 * From the `upgrade` event to the open WebSocket. The bytes that a client sends early stay in the kernel and in the
 * socket's own buffer, which Node stops filling at its high-water mark, because nobody reads the socket until the 101.
 */
@Injectable()
export class Handshakes {
  private readonly log = new Logger('Handshakes');
  private waiting = 0;

  constructor(
    @Inject(Admission) private readonly admission: Admission,
    @Inject(GATEWAY_OBSERVER) private readonly observer: GatewayObserver,
    @Inject(RefusalLog) private readonly refusals: RefusalLog,
    @Inject(CONFIG) private readonly config: Pick<Config, 'TRUST_PROXY'>,
  ) {}

  /** Handshakes that are going on. */
  get pending(): number {
    return this.waiting;
  }

  /** Answers one upgrade request; `listener` is that of its path. Never rejects, and always gets rid of the socket. */
  async handle(request: IncomingMessage, socket: Socket, head: Buffer, listener: Listener | undefined): Promise<void> {
    const abort = new AbortController();
    const onGone = (): void => abort.abort(vanished);
    const timer = setTimeout(() => abort.abort(TIMED_OUT), HANDSHAKE_TIMEOUT_MS);
    // Without a listener a reset during the handshake would be an uncaught exception. `close` follows every `error`.
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    socket.once('close', onGone);
    this.waiting += 1;
    try {
      if (listener === undefined) throw new Refusal('not_found', 'There is no WebSocket at this path.');
      if (this.waiting > MAX_PENDING)
        throw new Refusal('server_full', 'Too many handshakes at once.', { 'Retry-After': '1' });
      const admitted = await untilAborted(this.admission.admit(request, listener.wire, abort.signal), abort.signal);
      open(listener.server, request, socket, head, admitted);
      this.observer.handshake('accepted');
      socket.off('error', onError);
    } catch (error) {
      this.refuse(request, socket, error);
    } finally {
      this.waiting -= 1;
      clearTimeout(timer);
      socket.off('close', onGone);
    }
  }

  private refuse(request: IncomingMessage, socket: Socket, error: unknown): void {
    if (error === vanished) {
      this.observer.handshake('vanished');
      socket.destroy();
      return;
    }
    if (!(error instanceof Refusal)) this.log.error({ msg: 'handshake failed', err: error });
    const refusal = error instanceof Refusal ? error : new Refusal('internal', 'The server failed.');
    this.observer.handshake(refusal.code);
    const { code, status, why } = refusal;
    const address = clientAddress(request, this.config.TRUST_PROXY);
    this.refusals.refused({ code, status, address, path: withoutQuery(request.url), why });
    writeRefusal(socket, refusal);
  }
}

const TIMED_OUT = new Refusal('handshake_timeout', 'The handshake took too long; try again.', { 'Retry-After': '5' });

/** Sends the 101. `ws` may still find the socket dead or the request wrong; then there is no connection, and no slot. */
function open(
  server: WebSocketServer,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  admitted: Admitted,
): void {
  let opened = false;
  try {
    server.handleUpgrade(request, socket, head, (ws) => {
      opened = true;
      ws.on('error', ignore);
      server.emit('connection', ws, request, admitted);
    });
  } finally {
    if (!opened) admitted.slot.release();
  }
  if (opened) return;
  throw socket.destroyed ? vanished : new Refusal('bad_upgrade', 'The handshake headers are not valid.');
}

/** Every error of a WebSocket is followed by its `close`, with the code that RFC 6455 gives a broken frame. */
const ignore = (): void => undefined;
