// Requests find their transaction and their dialog here (RFC 3261 sections 8.2 and 12.2.2), responses the request of ours.
import { ALLOWED } from './allowed.js';
import { ClientTransactions } from './client-transactions.js';
import { callIdOf, dialogId, sequenceOf, tagOf } from './dialog.js';
import type { Flow } from './flow.js';
import { listItems } from './header-values.js';
import { readMessage } from './message.js';
import type { SipRequest } from './message.js';
import { replyFlow, responseTo } from './response.js';
import type { Reply } from './response.js';
import { ServerTransaction, transactionId } from './server-transaction.js';

/** What goes on in a dialog. */
export interface InDialog {
  acknowledge(ack: SipRequest, flow: Flow): void;
  request(transaction: ServerTransaction): void;
}

export interface UserAgentDeps {
  /** Undefined when the request is taken, else what its sender has to prove. */
  readonly check: (request: SipRequest, flow: Flow) => { readonly challenges: readonly string[] } | undefined;
  /** An INVITE that begins something. */
  readonly onInvite: (transaction: ServerTransaction) => void;
  readonly onFault: (error: unknown) => void;
  /** Requests that may be remembered at once; more are turned away. */
  readonly maxTransactions: number;
}

/** Extensions that may be required of us. */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set(['timer']);

export class UserAgent {
  readonly clients = new ClientTransactions();
  private readonly transactions = new Map<string, ServerTransaction>();
  private readonly dialogs = new Map<string, InDialog>();
  /** INVITEs by what their copies have in common that came another way: a call is taken once (section 8.2.2.2). */
  private readonly origins = new Map<string, ServerTransaction>();
  /** Packets that were no message at all. */
  unreadable = 0;

  constructor(private readonly deps: UserAgentDeps) {}

  /** Dialogs that are going on. */
  get dialogCount(): number {
    return this.dialogs.size;
  }

  join(id: string, call: InDialog): void {
    this.dialogs.set(id, call);
  }

  leave(id: string): void {
    this.dialogs.delete(id);
  }

  /** One message from the network. Never throws. */
  receive(bytes: Buffer, flow: Flow): void {
    try {
      const message = readMessage(bytes);
      if (message === undefined) this.unreadable += 1;
      else if ('status' in message) this.clients.receive(message);
      else if (message.method === 'ACK') this.acknowledge(message, flow);
      else this.request(message, flow);
    } catch (error) {
      this.deps.onFault(error);
    }
  }

  /** Forgets everything: the server stops. */
  close(): void {
    this.clients.close();
    for (const transaction of this.transactions.values()) transaction.close();
    this.transactions.clear();
    this.origins.clear();
  }

  private acknowledge(ack: SipRequest, flow: Flow): void {
    // That of a refusal belongs to the INVITE's transaction, that of a 200 to the dialog (section 17.1.1.3).
    const refused = this.transactions.get(transactionId(ack, 'INVITE'));
    if (refused !== undefined && refused.flow.address === flow.address) refused.acknowledge();
    else this.dialogOf(ack)?.acknowledge(ack, flow);
  }

  private request(request: SipRequest, flow: Flow): void {
    // Without a Via nobody knows where to answer.
    if (request.headers.get('via') === undefined) return;
    const id = transactionId(request, request.method);
    const known = this.transactions.get(id);
    if (known !== undefined) {
      known.resend();
      return;
    }
    const answer = this.turnAway(request, flow);
    if (answer === 'silence') return;
    if (answer !== undefined || this.transactions.size >= this.deps.maxTransactions) {
      // Without a state: it costs nothing to be asked again.
      const busy: Reply = { status: 503, headers: [['Retry-After', 5]] };
      replyFlow(request, flow).send(responseTo(request, flow, { tag: STATELESS_TAG, ...(answer ?? busy) }));
      return;
    }
    const origin = originOf(request);
    const transaction = new ServerTransaction(request, flow, () => {
      this.transactions.delete(id);
      if (this.origins.get(origin) === transaction) this.origins.delete(origin);
    });
    this.transactions.set(id, transaction);
    this.serve(transaction, origin);
  }

  /** What is wrong with a request, or with who sends it. */
  private turnAway(request: SipRequest, flow: Flow): Reply | 'silence' | undefined {
    const { method } = request;
    const inDialog = this.dialogOf(request);
    // Whoever knows a dialog's tags has proved himself when it began; the dialog looks at his address.
    if (inDialog === undefined && method !== 'CANCEL') {
      const challenge = this.deps.check(request, flow);
      if (challenge !== undefined) {
        const headers = challenge.challenges.map((each) => ['WWW-Authenticate', each] as const);
        return { status: 401, headers };
      }
    }
    if (method === 'CANCEL' && this.cancelled(request, flow) === undefined) return 'silence';
    if (isBroken(request)) return { status: 400 };
    const required = listItems(request.headers.all('require')).map((option) => option.toLowerCase());
    const unknown = required.filter((option) => !KNOWN_OPTIONS.has(option));
    if (unknown.length > 0 && method !== 'CANCEL') {
      return { status: 420, headers: [['Unsupported', unknown.join(', ')]] };
    }
    if (inDialog === undefined && tagOf(request.headers.get('to')) !== '' && method !== 'CANCEL')
      return { status: 481 };
    return undefined;
  }

  private serve(transaction: ServerTransaction, origin: string): void {
    const { request, flow } = transaction;
    const { method } = request;
    if (method === 'CANCEL') {
      transaction.reply({ status: 200 });
      this.cancelled(request, flow)?.cancel();
      return;
    }
    const dialog = this.dialogOf(request);
    if (dialog !== undefined) dialog.request(transaction);
    else if (method === 'INVITE' && this.origins.has(origin)) transaction.reply({ status: 482 });
    else if (method === 'INVITE') {
      this.origins.set(origin, transaction);
      this.deps.onInvite(transaction);
    } else {
      const headers = [
        ['Allow', ALLOWED],
        ['Accept', 'application/sdp'],
      ] as const;
      transaction.reply({ status: method === 'OPTIONS' ? 200 : method === 'BYE' ? 481 : 405, headers });
    }
  }

  /** The INVITE that a CANCEL takes back. */
  private cancelled(cancel: SipRequest, { address }: Flow): ServerTransaction | undefined {
    const invite = this.transactions.get(transactionId(cancel, 'INVITE'));
    return invite?.flow.address === address ? invite : undefined;
  }

  private dialogOf(request: SipRequest): InDialog | undefined {
    const { headers } = request;
    const ours = tagOf(headers.get('to'));
    return ours === '' ? undefined : this.dialogs.get(dialogId(callIdOf(request), ours, tagOf(headers.get('from'))));
  }
}

/** Of answers that nobody remembers having given: the same each time. */
const STATELESS_TAG = 'parley';

const originOf = (request: SipRequest): string =>
  [callIdOf(request), tagOf(request.headers.get('from')), sequenceOf(request)].join('|');

/** Section 8.1.1: what every request has to say. */
function isBroken(request: SipRequest): boolean {
  const { headers, method } = request;
  const [number = '', of] = (headers.get('cseq') ?? '').split(/[ \t]+/);
  const isNumber = /^\d{1,10}$/.test(number) && sequenceOf(request) < 2 ** 31;
  return (
    !isNumber ||
    of !== method ||
    tagOf(headers.get('from')) === '' ||
    callIdOf(request) === '' ||
    headers.get('to') === undefined
  );
}
