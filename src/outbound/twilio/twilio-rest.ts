// Twilio's REST API for calls, as far as it is used here (twilio.com/docs/voice/api/call-resource). A few requests of its
// documented wire are all that is needed: its library would add a second HTTP client and tries of its own, and a call must never
// be tried again by anybody but a person.
import { request } from 'undici';
import { z } from 'zod';
import { brokenOff, refusedWith, VENDOR_MS, wordOf } from '../ask-vendor.js';
import { DialError } from '../dialler.port.js';
import { callSchema, callSidSchema, callsSchema } from './twilio-call.js';
import type { TwilioCall } from './twilio-call.js';

export interface TwilioRestOptions {
  readonly accountSid: string;
  readonly authToken: string;
  readonly baseUrl?: string | undefined;
}

const NAME = 'Twilio';
/** Of calls to one number. */
const MOST_CALLS = 50;
const MOST_BYTES = 1_048_576;

const createdSchema = z.object({ sid: callSidSchema });
const faultSchema = z.object({ code: z.number() });

/** Every method throws a DialError and nothing else, within `withinMs` (15 s). */
export class TwilioRest {
  private readonly calls: string;

  constructor(private readonly options: TwilioRestOptions) {
    const { accountSid, baseUrl = 'https://api.twilio.com' } = options;
    this.calls = `${baseUrl.replace(/\/$/, '')}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Calls`;
  }

  /** Places a call, once. Resolves with Twilio's id of it. */
  async create(form: URLSearchParams): Promise<string> {
    return readAs(createdSchema, await this.ask(`${this.calls}.json`, { form })).sid;
  }

  /** Changes a call that goes on. DialError `refused` when it does not any more, or there is none. */
  async update(sid: string, form: URLSearchParams, withinMs?: number): Promise<void> {
    await this.ask(this.addressOf(sid), { form, ...(withinMs === undefined ? {} : { withinMs }) });
  }

  /** Undefined when there is no such call. */
  async read(sid: string, withinMs = VENDOR_MS): Promise<TwilioCall | undefined> {
    const call = await this.ask(this.addressOf(sid), { withinMs });
    return call === undefined ? undefined : readAs(callSchema, call);
  }

  /** The latest calls to a number, E.164. */
  async callsTo(to: string): Promise<readonly TwilioCall[]> {
    const query = new URLSearchParams({ To: to, PageSize: String(MOST_CALLS) });
    return readAs(callsSchema, await this.ask(`${this.calls}.json?${query.toString()}`)).calls;
  }

  private addressOf(sid: string): string {
    return `${this.calls}/${encodeURIComponent(sid)}.json`;
  }

  /** The JSON of an answer; undefined for 404. A connection that is kept may just be closing: each request has its own. */
  private async ask(
    url: string,
    { form, withinMs = VENDOR_MS }: { readonly form?: URLSearchParams; readonly withinMs?: number } = {},
  ): Promise<unknown> {
    const { accountSid, authToken } = this.options;
    try {
      const { statusCode, body } = await request(url, {
        method: form === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
          accept: 'application/json',
          ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(form === undefined ? {} : { body: form.toString() }),
        reset: true,
        signal: AbortSignal.timeout(withinMs),
      });
      const text = await textWithin(body);
      if (statusCode >= 200 && statusCode < 300) return parsed(text);
      if (statusCode === 404 && form === undefined) return undefined;
      throw refusedWith(NAME, statusCode, wordOf(faultSchema.safeParse(parsed(text)).data?.code));
    } catch (error) {
      throw error instanceof DialError ? error : brokenOff(NAME, error);
    }
  }
}

/** What cannot be read has been answered, and nobody knows what. */
function readAs<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.infer<Schema> {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new DialError('unanswered', `${NAME} answered what is no part of its API.`);
}

async function textWithin(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new DialError('unanswered', `${NAME} answered more than it should.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
