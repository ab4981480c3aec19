import { randomBytes } from 'node:crypto';
import type { Flow } from './flow.js';
import { listItems, withParams } from './header-values.js';
import type { SipRequest } from './message.js';
import { replyFlow, responseTo } from './response.js';
import type { Reply } from './response.js';
import { GIVE_UP_MS, Resending, T4_MS } from './timers.js';

/**
 * One request and its responses (RFC 3261 section 17.2): a request that comes again gets the same response again, and a final
 * response to an INVITE is sent until it is acknowledged. A 200 is sent again here too, although the RFC has the core do it.
 */
export class ServerTransaction {
  /** Of To in every response; the dialog's, where there will be one. */
  readonly tag = randomBytes(12).toString('hex');
  /** The caller takes his INVITE back, and nothing final was said. */
  onCancel: (() => void) | undefined;
  /** Nobody has acknowledged the 200. */
  onUnacknowledged: (() => void) | undefined;
  private readonly to: Flow;
  private last: { readonly text: string; readonly status: number } | undefined;
  private resending: Resending | undefined;
  private timer: NodeJS.Timeout | undefined;
  private acknowledged = false;

  constructor(
    readonly request: SipRequest,
    readonly flow: Flow,
    private readonly onDone: () => void,
  ) {
    this.to = replyFlow(request, flow);
  }

  /** Whether the last word has been said. */
  get answered(): boolean {
    return this.last !== undefined && this.last.status >= 200;
  }

  /** Sends a response; nothing after the final one. */
  reply(reply: Reply): void {
    if (this.answered) return;
    this.last = { text: responseTo(this.request, this.flow, { tag: this.tag, ...reply }), status: reply.status };
    this.resend();
    if (reply.status >= 200) this.finalSent(reply.status);
  }

  /** The request has come again. */
  resend(): void {
    if (this.last !== undefined && !(this.acknowledged && this.last.status >= 300)) this.to.send(this.last.text);
  }

  /** The caller takes his INVITE back: too late when it was answered. */
  cancel(): void {
    if (!this.answered) this.onCancel?.();
  }

  /** An ACK has come. */
  acknowledge(): void {
    if (this.acknowledged || this.last === undefined || this.last.status < 200) return;
    this.acknowledged = true;
    this.resending?.stop();
    // Late copies of the INVITE still belong here (timers I and L).
    this.endAfter(this.last.status < 300 ? GIVE_UP_MS : this.isReliable ? 0 : T4_MS);
  }

  /** Forgets it: the server stops. */
  close(): void {
    this.resending?.stop();
    clearTimeout(this.timer);
  }

  private get isReliable(): boolean {
    return this.flow.transport === 'tcp';
  }

  private finalSent(status: number): void {
    if (this.request.method !== 'INVITE') {
      this.endAfter(this.isReliable ? 0 : GIVE_UP_MS);
      return;
    }
    if (status < 300 || !this.isReliable) this.resending = new Resending(() => this.resend());
    this.endAfter(GIVE_UP_MS);
  }

  private endAfter(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.resending?.stop();
      this.onDone();
      const { status = 0 } = this.last ?? {};
      if (this.request.method === 'INVITE' && status < 300 && !this.acknowledged) this.onUnacknowledged?.();
    }, ms).unref();
  }
}

const MAGIC_COOKIE = 'z9hG4bK';

/** What the copies of a request have in common, and no other request has (section 17.2.3). `method` is INVITE for its ACK and CANCEL. */
export function transactionId({ headers, uri }: SipRequest, method: string): string {
  const { main, params } = withParams(listItems(headers.all('via'))[0] ?? '');
  const sentBy = main.slice(main.lastIndexOf(' ') + 1).toLowerCase();
  const branch = params.get('branch') ?? '';
  if (branch.startsWith(MAGIC_COOKIE)) return [branch, sentBy, method].join('|');
  const from = withParams(headers.get('from') ?? '').params.get('tag');
  const number = headers.get('cseq')?.split(' ', 1)[0];
  return [headers.get('call-id'), from, number, uri, sentBy, branch, method].join('|');
}
