// A simulator of Twilio's REST API for calls, on its real wire: `POST` and `GET /2010-04-01/Accounts/{sid}/Calls.json`, `GET
// .../Calls/{sid}.json`, basic authentication, errors in Twilio's shape, status callbacks signed by Twilio's own library. A
// call that is answered opens the media stream that its webhook names (test/simulators/twilio.ts).
//
// A call that goes on can be changed (`POST .../Calls/{sid}.json`): ended, sent to another address, or into a conference. A person
// who is called answers, or a machine does, and presses a key when the TwiML asks for one.
//
// Not implemented: other resources, pages, `StartTime` filters, other TwiML in a request than a conference.
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
  /** The same for changes of calls. */
  readonly updateFault?: { readonly status: number; readonly code: number };
  /** The call is there, and the answer is not sent yet. */
  readonly beforeAnswer?: (call: SimulatedCall) => Promise<void> | void;
  /** The same for changes of calls. */
  readonly beforeUpdateAnswer?: (call: SimulatedCall) => Promise<void> | void;
  /** A call was looked at, and what was seen is not sent yet. */
  readonly beforeReadAnswer?: (call: SimulatedCall) => Promise<void> | void;
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
  /** Where it is connected: whoever else is in the same hears it. */
  conference?: string | undefined;
  /** The webhook that it was sent to. */
  sentTo?: string | undefined;
}

const CALLS = new RegExp(`^/2010-04-01/Accounts/${SIMULATED_ACCOUNT.accountSid}/Calls(?:/(CA[0-9a-f]{32}))?\\.json$`);
const AUTHORIZATION = `Basic ${Buffer.from(`${SIMULATED_ACCOUNT.accountSid}:${SIMULATED_ACCOUNT.authToken}`).toString('base64')}`;

export class TwilioRestSimulator extends HttpSimulator {
  readonly counts = { connections: 0, finished: 0, aborted: 0 };
  /** All that were ever placed, by requests and by hand. */
  readonly calls: SimulatedCall[] = [];
  knobs: DialKnobs = {};
  /** Changes that `updateFault` has answered. */
  refusedUpdates = 0;
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
  async tell(call: SimulatedCall, status: Status, server: string, seconds = 0, sip?: string): Promise<number> {
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
      ...(sip === undefined ? {} : { SipResponseCode: sip }),
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

  /** A person or a machine answers; resolves with the TwiML that the webhook gives. */
  answered(call: SimulatedCall, server: string, by: 'human' | 'machine_start' | 'unknown' | 'fax'): Promise<string> {
    call.status = 'in-progress';
    return this.ask(call, server, call.form.get('Url') ?? '', { AnsweredBy: by });
  }

  /** A key is pressed where the TwiML asks for one; '' when none is. */
  press(call: SimulatedCall, server: string, twiml: string, digits: string): Promise<string> {
    const action = /<Gather[^>]* action="([^"]+)"/.exec(twiml)?.[1];
    if (action === undefined) throw new Error(`no key is asked for in ${twiml}`);
    const { origin } = new URL(call.form.get('Url') ?? '');
    return this.ask(call, server, origin + action.replaceAll('&amp;', '&'), { Digits: digits });
  }

  private async ask(
    call: SimulatedCall,
    server: string,
    address: string,
    more: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { accountSid, authToken } = SIMULATED_ACCOUNT;
    const form = {
      AccountSid: accountSid,
      CallSid: call.sid,
      CallStatus: call.status,
      From: call.from,
      To: call.to,
      ...more,
    };
    const { pathname, search } = new URL(address);
    const answer = await fetch(server + pathname + search, {
      method: 'POST',
      headers: { connection: 'close', 'x-twilio-signature': getExpectedTwilioSignature(authToken, address, form) },
      body: new URLSearchParams(form),
    });
    const twiml = await answer.text();
    if (!answer.ok) throw new Error(`the webhook answered ${answer.status}: ${twiml}`);
    obey(call, twiml);
    return twiml;
  }

  protected answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const [path, id] = CALLS.exec(url.pathname) ?? [];
    if (request.headers.authorization !== AUTHORIZATION) fail(response, 401, 20003);
    else if (path === undefined) fail(response, 404, 20404);
    else if (request.method === 'POST' && id !== undefined)
      void this.update(id, new URLSearchParams(body.toString()), response);
    else if (request.method === 'POST') void this.dial(new URLSearchParams(body.toString()), response);
    else if (this.down) fail(response, 503, 20503);
    else if (id === undefined) this.list(url.searchParams, response);
    else void this.read(id, response);
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

  /** Only what rings or is talked on can be changed. */
  private async update(id: string, form: URLSearchParams, response: ServerResponse): Promise<void> {
    const { updateFault, beforeUpdateAnswer } = this.knobs;
    const call = this.calls.find((one) => one.sid === id);
    if (updateFault !== undefined) this.refusedUpdates += 1;
    if (updateFault !== undefined) return fail(response, updateFault.status, updateFault.code);
    if (call === undefined) return fail(response, 404, 20404);
    if (call.ended !== undefined) return fail(response, 400, 21220);
    const [status, twiml, url] = ['Status', 'Twiml', 'Url'].map((name) => form.get(name));
    if (status === 'completed') end(call);
    else if (call.status !== 'in-progress') return fail(response, 400, 21220);
    else if (typeof twiml === 'string') obey(call, twiml);
    else if (typeof url === 'string') Object.assign(call, { sentTo: url, conference: undefined });
    await beforeUpdateAnswer?.(call);
    send(response, 200, written(call));
  }

  private list(query: URLSearchParams, response: ServerResponse): void {
    const to = query.get('To');
    const calls = this.forgetful ? [] : this.calls.filter((call) => to === null || call.to === to).toReversed();
    const size = Number(query.get('PageSize') ?? 50);
    send(response, 200, { calls: calls.slice(0, size).map(written), page: 0, page_size: size, next_page_uri: null });
  }

  private async read(id: string, response: ServerResponse): Promise<void> {
    const call = this.calls.find((one) => one.sid === id);
    if (call === undefined) return fail(response, 404, 20404);
    const seen = written(call);
    await this.knobs.beforeReadAnswer?.(call);
    send(response, 200, seen);
  }
}

/** What TwiML does with a call, as far as it matters here. */
function obey(call: SimulatedCall, twiml: string): void {
  call.conference = /<Conference[^>]*>([^<]+)<\/Conference>/.exec(twiml)?.[1];
  if (twiml.includes('<Hangup/>')) end(call);
}

function end(call: SimulatedCall): void {
  call.status = call.status === 'in-progress' ? 'completed' : 'canceled';
  call.ended = new Date();
  call.conference = undefined;
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
