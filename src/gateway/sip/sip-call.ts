// One SIP call that has come in: the client's end for a session, as a WebSocket is one. Signalling and audio meet here.
import { EventEmitter } from 'node:events';
import { CLOSE } from '../../protocol/index.js';
import type { Frame } from '../transport/outbox.js';
import type { Peer } from '../transport/peer.js';
import type { Agreement } from './agreement.js';
import { fromCall, readToCall } from './line-messages.js';
import type { MediaClock } from './media/media-clock.js';
import type { RtpListener, RtpStream } from './media/rtp-stream.js';
import { ALLOWED } from './signalling/allowed.js';
import type { ClientTransactions } from './signalling/client-transactions.js';
import { sequenceOf } from './signalling/dialog.js';
import type { Dialog } from './signalling/dialog.js';
import type { Flow } from './signalling/flow.js';
import type { SipRequest } from './signalling/message.js';
import type { ServerTransaction } from './signalling/server-transaction.js';

/** Close codes of WebSockets, for how a call has ended: by its caller; nobody knows how. */
const HUNG_UP = 1000;
const VANISHED = 1006;

/** How a call that was not answered is refused, by the close code of its session. */
const REFUSALS: Readonly<Record<number, number>> = {
  [CLOSE.goingAway.code]: 503,
  [CLOSE.overloaded.code]: 503,
  [CLOSE.internal.code]: 500,
};

export interface SipCallDeps {
  readonly invite: ServerTransaction;
  readonly dialog: Dialog;
  readonly rtp: RtpStream;
  readonly agreement: Agreement;
  readonly clock: MediaClock;
  readonly clients: ClientTransactions;
  /** No request of the dialog is expected any more. */
  readonly onOver: () => void;
}

/**
 * `ringing` until the session has its call; `answered` until the caller has acknowledged that; then it `talks`. `closing`: it
 * has ended, and before the ACK no BYE may be sent (RFC 3261 section 15). `over`: nothing is left of it.
 */
type State = 'ringing' | 'answered' | 'talking' | 'closing' | 'over';

export class SipCall extends EventEmitter implements Peer, RtpListener {
  readonly OPEN = 1;
  readyState = 1;
  /** What is to be played waits in the playout, which has its own bound. */
  readonly bufferedAmount = 0;
  private state: State = 'ringing';
  private reinvite: ServerTransaction | undefined;
  private expiry: NodeJS.Timeout | undefined;

  constructor(private readonly deps: SipCallDeps) {
    super();
    const { invite, rtp } = deps;
    rtp.listen(this);
    invite.onCancel = () => this.hungUp();
    invite.onUnacknowledged = () => this.acknowledged(VANISHED);
  }

  /** A session listens: it is asked for its call. */
  ring(): void {
    this.emit('message', fromCall({ is: 'ringing' }), false);
  }

  // ---- the session speaks

  send(frame: Frame): void {
    if (typeof frame === 'string') this.obey(frame);
    else if (!this.deps.rtp.play(frame)) this.hangUp(CLOSE.internal.code);
  }

  close(code: number): void {
    this.hangUp(code);
  }

  terminate(): void {
    this.hangUp(VANISHED);
  }

  /** The audio of a line never pauses: as long as there is a call it is there. */
  ping(): void {
    this.emit('pong');
  }

  // ---- the audio speaks

  heard(pcm: Uint8Array): void {
    this.emit('message', Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength), true);
  }

  key(key: string): void {
    if (this.readyState === this.OPEN) this.emit('message', fromCall({ is: 'key', key }), false);
  }

  mark(name: string): void {
    this.emit('message', fromCall({ is: 'mark', name }), false);
  }

  silent(): void {
    this.hangUp(VANISHED);
  }

  // ---- the caller signals

  /** The ACK of a 200, to the INVITE or to a later one. */
  acknowledge(ack: SipRequest, flow: Flow): void {
    const { dialog, invite, agreement } = this.deps;
    if (!dialog.isFrom(flow)) return;
    const number = sequenceOf(ack);
    if (this.reinvite !== undefined && sequenceOf(this.reinvite.request) === number) this.reinvite.acknowledge();
    else if (sequenceOf(invite.request) === number) invite.acknowledge();
    else return;
    this.acknowledged(agreement.complete(ack) ? undefined : HUNG_UP);
  }

  /** A request in the dialog. */
  request(transaction: ServerTransaction): void {
    const { request, flow } = transaction;
    if (!this.deps.dialog.takes(request, flow)) {
      transaction.reply({ status: 500 });
    } else if (request.method === 'BYE') {
      transaction.reply({ status: 200 });
      this.hungUp();
    } else if (this.readyState !== this.OPEN) {
      transaction.reply({ status: 481 });
    } else if (request.method === 'INVITE' || request.method === 'UPDATE') {
      this.agreeAnew(transaction);
    } else {
      const key =
        request.method === 'INFO' ? /^Signal=[ \t]*([\d*#A-D])[ \t]*\r?$/im.exec(request.body)?.[1] : undefined;
      const known = request.method === 'INFO' || request.method === 'OPTIONS';
      transaction.reply({ status: known ? 200 : 405, headers: [['Allow', ALLOWED]] });
      if (key !== undefined) this.key(key.toUpperCase());
    }
  }

  private obey(text: string): void {
    const message = readToCall(text);
    if (message.do === 'mark') this.deps.rtp.mark(message.name);
    else if (message.do === 'clear') this.deps.rtp.clear();
    else this.answer();
  }

  /** The session has its call, and the call its record. */
  private answer(): void {
    if (this.state !== 'ringing') return;
    const { invite, agreement, clock, rtp } = this.deps;
    this.state = 'answered';
    invite.reply(agreement.accepted());
    clock.add(rtp);
    this.expectRefresh();
  }

  private agreeAnew(transaction: ServerTransaction): void {
    if (this.state === 'ringing') {
      // An offer inside of an offer (RFC 3261 section 14.2).
      transaction.reply({ status: 500, headers: [['Retry-After', 1]] });
      return;
    }
    if (transaction.request.method === 'INVITE') this.reinvite = transaction;
    const reply = this.deps.agreement.anew(transaction.request);
    transaction.reply(reply);
    // What was refused has refreshed nothing.
    if (reply.status === 200) this.expectRefresh();
  }

  /** The caller knows that we have answered, or never will; `code` when that is the end. */
  private acknowledged(code: number | undefined): void {
    if (this.state === 'closing') {
      this.over();
      this.sayBye();
    } else if (this.state === 'answered' || code !== undefined) {
      const isFirst = this.state === 'answered';
      this.state = this.state === 'answered' ? 'talking' : this.state;
      if (code !== undefined) this.hangUp(code);
      else if (isFirst) this.deps.rtp.start();
    }
  }

  private expectRefresh(): void {
    const { withinMs } = this.deps.agreement.refresh;
    clearTimeout(this.expiry);
    this.expiry = withinMs === undefined ? undefined : setTimeout(() => this.hangUp(VANISHED), withinMs).unref();
  }

  /** The caller ends it: a BYE, a CANCEL. */
  private hungUp(): void {
    this.deps.invite.reply({ status: 487 });
    this.over();
    this.silence(HUNG_UP);
  }

  /** We end it, for the reason that the code says. */
  private hangUp(code: number): void {
    if (this.state === 'ringing') {
      this.deps.invite.reply({ status: REFUSALS[code] ?? 480 });
      this.over();
    } else if (this.state === 'answered') {
      this.state = 'closing';
    } else if (this.state === 'talking') {
      this.over();
      this.sayBye();
    }
    this.silence(code);
  }

  private sayBye(): void {
    const { clients, invite, dialog } = this.deps;
    clients.send(invite.flow, (branch) => dialog.bye(branch));
  }

  private over(): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.deps.onOver();
  }

  /** No audio from here on, and the session hears of it. Idempotent. */
  private silence(code: number): void {
    if (this.readyState !== this.OPEN) return;
    this.readyState = 3;
    clearTimeout(this.expiry);
    this.deps.clock.remove(this.deps.rtp);
    this.deps.rtp.close();
    // Like a socket's: not while the session is still speaking.
    setImmediate(() => this.emit('close', code));
  }
}
