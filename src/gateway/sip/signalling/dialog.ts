import type { Flow } from './flow.js';
import { addressIn, listItems, withParams } from './header-values.js';
import { writeMessage } from './message.js';
import type { SipRequest } from './message.js';

/** What names a dialog for the one who was called: Call-ID, his tag, the caller's tag. */
export const dialogId = (callId: string, ourTag: string, theirTag: string): string =>
  [callId, ourTag, theirTag].join('|');

export const callIdOf = ({ headers }: SipRequest): string => headers.get('call-id') ?? '';
export const tagOf = (value: string | undefined): string => withParams(value ?? '').params.get('tag') ?? '';
/** NaN when there is none. */
export const sequenceOf = ({ headers }: SipRequest): number => Number.parseInt(headers.get('cseq') ?? '', 10);

/** The dialog that an INVITE has begun, as the called side has it (RFC 3261 section 12). */
export class Dialog {
  readonly id: string;
  private readonly local: string;
  private readonly remote: string;
  private readonly callId: string;
  private readonly routes: readonly string[];
  private target: string;
  private theirs: number;
  private ours = 0;

  constructor(
    invite: SipRequest,
    ourTag: string,
    private readonly flow: Flow,
    /** Where we are reached: `host:port`. */
    private readonly contact: string,
    /** Whether whoever is there may speak for any caller, as the proxies of a trunk do for one another. */
    private readonly isPeer: (address: string) => boolean,
  ) {
    const { headers } = invite;
    this.callId = callIdOf(invite);
    this.remote = headers.get('from') ?? '';
    this.local = `${headers.get('to') ?? ''};tag=${ourTag}`;
    this.routes = listItems(headers.all('record-route'));
    this.target = addressIn(headers.get('contact') ?? this.remote);
    this.theirs = sequenceOf(invite);
    this.id = dialogId(this.callId, ourTag, tagOf(this.remote));
  }

  /**
   * Takes note of a request in this dialog. False: it is older than what has come, or comes from somebody else's address,
   * whatever it knows.
   */
  takes(request: SipRequest, flow: Flow): boolean {
    const number = sequenceOf(request);
    if (!this.isFrom(flow) || !(number > this.theirs)) return false;
    this.theirs = number;
    const contact = request.headers.get('contact');
    if (contact !== undefined && (request.method === 'INVITE' || request.method === 'UPDATE')) {
      this.target = addressIn(contact);
    }
    return true;
  }

  /** Whether this comes from the caller, or from a proxy that both sides trust. */
  isFrom({ address }: Flow): boolean {
    return address === this.flow.address || (this.isPeer(address) && this.isPeer(this.flow.address));
  }

  /** A BYE of ours. It goes where the INVITE came from: that peer is let in, and nothing has to be looked up. */
  bye(branch: string): string {
    this.ours += 1;
    const { transport } = this.flow;
    return writeMessage(`BYE ${this.target} SIP/2.0`, [
      ['Via', `SIP/2.0/${transport.toUpperCase()} ${this.contact};branch=${branch};rport`],
      ['Max-Forwards', 70],
      ...this.routes.map((route) => ['Route', route] as const),
      ['From', this.local],
      ['To', this.remote],
      ['Call-ID', this.callId],
      ['CSeq', `${this.ours} BYE`],
    ]);
  }
}
