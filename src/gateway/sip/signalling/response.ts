import { writeMessage } from './message.js';
import type { HeaderLines, SipRequest } from './message.js';
import type { Flow } from './flow.js';
import { listItems, withParams } from './header-values.js';

export interface Reply {
  readonly status: number;
  /** Of To, where the request has none. */
  readonly tag?: string;
  readonly headers?: HeaderLines;
  readonly body?: string;
}

/** RFC 3261 section 21, as far as this endpoint says them. */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  415: 'Unsupported Media Type',
  420: 'Bad Extension',
  422: 'Session Interval Too Small',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  500: 'Server Internal Error',
  503: 'Service Unavailable',
};

/** The response to a request that came over `flow`: what identifies it is echoed as it was written (section 8.2.6). */
export function responseTo({ method, headers }: SipRequest, flow: Flow, reply: Reply): string {
  const { status, tag, headers: more = [], body } = reply;
  const [top = '', ...others] = listItems(headers.all('via'));
  const to = headers.get('to') ?? '';
  const withTag = tag === undefined || status === 100 || withParams(to).params.has('tag') ? to : `${to};tag=${tag}`;
  const lines: HeaderLines = [
    ['Via', received(top, flow)],
    ...others.map((via) => ['Via', via] as const),
    ['From', headers.get('from')],
    ['To', withTag],
    ['Call-ID', headers.get('call-id')],
    ['CSeq', headers.get('cseq')],
    // Proxies that want to see the rest of the dialog: its ACK and BYE go through them (section 12.1.1).
    ...(method === 'INVITE' && status > 100 && status < 300 ? headers.all('record-route') : []).map(
      (route) => ['Record-Route', route] as const,
    ),
    ...more,
  ];
  return writeMessage(`SIP/2.0 ${status} ${REASONS[status] ?? 'Unknown'}`, lines, body);
}

/** Where the request really came from (section 18.2.1, RFC 3581). */
function received(via: string, { address, port }: Flow): string {
  const withPort = via.replace(/;\s*rport(?=\s*(?:;|$))/i, `;rport=${port}`);
  return withParams(via).params.has('received') ? withPort : `${withPort};received=${address}`;
}

/** Section 18.2.2: by UDP to the port that the Via names, unless its sender asks for the one it came from. */
export function replyFlow(request: SipRequest, flow: Flow): Flow {
  const [top = ''] = listItems(request.headers.all('via'));
  const { main, params } = withParams(top);
  if (params.has('rport')) return flow;
  const written = Number(/:(\d{1,5})$/.exec(main)?.[1] ?? 5060);
  return written === flow.port || written === 0 || written > 65_535 ? flow : flow.at(written);
}
