// A simulator of Twilio's REST API for calls, on its real wire: `POST` and `GET /2010-04-01/Accounts/{sid}/Calls.json`, `GET
// .../Calls/{sid}.json`, basic authentication, errors in Twilio's shape, status callbacks signed by Twilio's own library. A
// call that is answered opens the media stream that its webhook names (test/simulators/twilio.ts).
//
// Not implemented: other resources, pages, `StartTime` filters, TwiML in the request.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { HttpSimulator } from './http-simulator.js';
import { sid, TwilioCall } from './twilio.js';

export const SIMULATED_ACCOUNT = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'f00d'.repeat(8) };

export interface DialKnobs {
  /** Before the answer, ms. */
  readonly delayMs?: number;
  /** The connection is reset: the request was not taken (`before`), or was (`after`). */
  readonly reset?: 'before' | 'after';
  /** Answered instead: HTTP status and Twilio's code. */
  readonly fault?: { readonly status: number; readonly code: number };
  /** The call is there, and the answer is not sent yet. */
  readonly beforeAnswer?: (call: SimulatedCall) => Promise<void> | void;
}

type Status = 'queued' | 'ringing' | 'in-progress' | 'completed' | 'busy' | 'failed' | 'no-answer' | 'canceled';

/** One call of the account. */
export interface SimulatedCall {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly created: Date;
  readonly form: URLSearchParams;
  status: Status;
  ended: Date | undefined;
  seconds: number;
}

const CALLS = new RegExp(`^/2010-04-01/Accounts/${SIMULATED_ACCOUNT.accountSid}/Calls(?:/(CA[0-9a-f]{32}))?\\.json$`);
const AUTHORIZATION = `Basic ${Buffer.from(`${SIMULATED_ACCOUNT.accountSid}:${SIMULATED_ACCOUNT.authToken}`).toString('base64')}`;

export class TwilioRestSimulator extends HttpSimulator {
  readonly counts = { connections: 0, finished: 0, aborted: 0 };
  /** All that were ever placed, by requests and by hand. */
  readonly calls: SimulatedCall[] = [];
  knobs: DialKnobs = {};
  /** Lists know nothing of any call. */
  forgetful = false;
  /** Reads are answered with 503. */
  down = false;

  static async start(port = 0): Promise<TwilioRestSimulator> {
    const simulator = new TwilioRestSimulator();
    await simulator.listen(port);
    return simulator;
  }

  private constructor() {
    super();
  }

  /** For TWILIO_BASE_URL. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A call of somebody else's program, or of a number that was called before. */
  add(call: Partial<SimulatedCall> & Pick<SimulatedCall, 'to' | 'from'>): SimulatedCall {
    const made = {
      sid: sid('CA'),
      created: new Date(),
      form: new URLSearchParams(),
      status: 'queued' as const,
      ended: undefined,
      seconds: 0,
      ...call,
    };
    this.calls.push(made);
    return made;
  }

  /** What became of it, as Twilio tells it to the status callback, which reaches the server at `server`. */
  async tell(call: SimulatedCall, status: Status, server: string, seconds = 0): Promise<number> {
    call.status = status;
    if (!['queued', 'ringing', 'in-progress'].includes(status)) {
      call.ended = new Date();
      call.seconds = seconds;
    }
    const address = call.form.get('StatusCallback') ?? '';
    const form = {
      AccountSid: SIMULATED_ACCOUNT.accountSid,
      CallSid: call.sid,
      CallStatus: status === 'queued' ? 'initiated' : status,
      Direction: 'outbound-api',
      From: call.from,
      To: call.to,
      Timestamp: rfc2822(new Date()),
      ...(call.ended === undefined ? {} : { CallDuration: String(seconds) }),
    };
    const { pathname, search } = new URL(address);
    const answer = await fetch(server + pathname + search, {
      method: 'POST',
      headers: {
        connection: 'close',
        'x-twilio-signature': getExpectedTwilioSignature(SIMULATED_ACCOUNT.authToken, address, form),
      },
      body: new URLSearchParams(form),
    });
    await answer.text();
    return answer.status;
  }

  /** Somebody takes the call: the webhook is asked, and the line is open. */
  pickUp(call: SimulatedCall, server: string): Promise<TwilioCall> {
    call.status = 'in-progress';
    const { origin, pathname, search } = new URL(call.form.get('Url') ?? '');
    const account = { server, publicOrigin: origin, authToken: SIMULATED_ACCOUNT.authToken };
    return TwilioCall.dial(account, { callSid: call.sid, from: call.from, to: call.to, webhook: pathname + search });
  }

  protected answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const [path, id] = CALLS.exec(url.pathname) ?? [];
    if (request.headers.authorization !== AUTHORIZATION) fail(response, 401, 20003);
    else if (path === undefined) fail(response, 404, 20404);
    else if (request.method === 'POST') void this.dial(new URLSearchParams(body.toString()), response);
    else if (this.down) fail(response, 503, 20503);
    else if (id === undefined) this.list(url.searchParams, response);
    else this.read(id, response);
  }

  private async dial(form: URLSearchParams, response: ServerResponse): Promise<void> {
    const { knobs } = this;
    if (knobs.reset === 'before') response.socket?.resetAndDestroy();
    if (knobs.reset === 'before') return;
    if (knobs.fault !== undefined) return fail(response, knobs.fault.status, knobs.fault.code);
    const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
    if (!/^\+[1-9]\d{6,14}$/.test(to)) return fail(response, 400, 21211);
    if (form.get('Url') === null) return fail(response, 400, 21205);
    const call = this.add({ to, from, form });
    await new Promise((resolve) => setTimeout(resolve, knobs.delayMs ?? 0));
    await knobs.beforeAnswer?.(call);
    if (knobs.reset === 'after') response.socket?.resetAndDestroy();
    else send(response, 201, written(call));
  }

  private list(query: URLSearchParams, response: ServerResponse): void {
    const to = query.get('To');
    const calls = this.forgetful ? [] : this.calls.filter((call) => to === null || call.to === to).toReversed();
    const size = Number(query.get('PageSize') ?? 50);
    send(response, 200, { calls: calls.slice(0, size).map(written), page: 0, page_size: size, next_page_uri: null });
  }

  private read(id: string, response: ServerResponse): void {
    const call = this.calls.find((one) => one.sid === id);
    if (call === undefined) fail(response, 404, 20404);
    else send(response, 200, written(call));
  }
}

/** As Twilio writes a call. */
function written({ sid: id, to, from, created, status, ended, seconds }: SimulatedCall): object {
  return {
    sid: id,
    account_sid: SIMULATED_ACCOUNT.accountSid,
    api_version: '2010-04-01',
    answered_by: null,
    date_created: rfc2822(created),
    date_updated: rfc2822(ended ?? created),
    direction: 'outbound-api',
    duration: ended === undefined ? null : String(seconds),
    end_time: ended === undefined ? null : rfc2822(ended),
    from,
    price: null,
    price_unit: 'USD',
    start_time: status === 'queued' ? null : rfc2822(created),
    status,
    to,
    uri: `/2010-04-01/Accounts/${SIMULATED_ACCOUNT.accountSid}/Calls/${id}.json`,
  };
}

const rfc2822 = (date: Date): string => date.toUTCString().replace('GMT', '+0000');

function fail(response: ServerResponse, status: number, code: number): void {
  send(response, status, {
    code,
    message: 'Simulated',
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
