// Calls through Twilio's REST API to our own media stream. Three requests of its documented wire are all that is needed: its
// library would add a second HTTP client and tries of its own, and a call must never be tried again by anybody but a person.
import { request } from 'undici';
import { z } from 'zod';
import { twilioStatusAddress, twilioVoiceAddress } from '../../config/twilio-addresses.js';
import { brokenOff, refusedWith, VENDOR_MS, wordOf } from '../ask-vendor.js';
import { DialError } from '../dialler.port.js';
import type { Dialler, DialRequest, Sought, VendorCall, VendorIds } from '../dialler.port.js';
import { asVendorCall, callSchema, callSidSchema, callsSchema, TWILIO } from './twilio-call.js';
import type { TwilioCall } from './twilio-call.js';

export interface TwilioDiallerOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** E.164: what the callee sees. */
  readonly from: string;
  /** Where Twilio reaches this server, https://host. */
  readonly publicOrigin: string;
  /** Longest call, ms: ends one at Twilio that no server of ours ends. */
  readonly maxCallMs: number;
  readonly baseUrl?: string | undefined;
}

const NAME = 'Twilio';
/** Twilio tells whole seconds, by its own clock, ms. */
const SKEW_MS = 2_000;
/** A request that was sent before has arrived by then, ms. */
const ARRIVED_MS = 120_000;
/** Of calls to one number. */
const MOST_CALLS = 50;
const MOST_BYTES = 1_048_576;

const createdSchema = z.object({ sid: callSidSchema });
const faultSchema = z.object({ code: z.number() });

export class TwilioDialler implements Dialler {
  readonly provider = TWILIO;
  readonly from: string;
  private readonly calls: string;

  constructor(private readonly options: TwilioDiallerOptions) {
    const { accountSid, baseUrl = 'https://api.twilio.com', from } = options;
    this.from = `tel:${from}`;
    this.calls = `${baseUrl.replace(/\/$/, '')}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Calls`;
  }

  async dial({ callSid, to, agent }: DialRequest): Promise<VendorIds> {
    const { publicOrigin, from, maxCallMs } = this.options;
    const query = new URLSearchParams({ agent, call_sid: callSid });
    const form = new URLSearchParams({
      To: to,
      From: from,
      Url: `${twilioVoiceAddress(publicOrigin)}?${query.toString()}`,
      Method: 'POST',
      StatusCallback: `${twilioStatusAddress(publicOrigin)}?call_sid=${callSid}`,
      StatusCallbackMethod: 'POST',
      TimeLimit: String(Math.ceil(maxCallMs / 1000)),
    });
    for (const event of ['initiated', 'ringing', 'answered', 'completed']) form.append('StatusCallbackEvent', event);
    const { sid } = readAs(createdSchema, await this.ask(`${this.calls}.json`, form));
    return { externalIds: [{ source: TWILIO, id: sid }] };
  }

  /**
   * By Twilio's id, or among the calls to the number by when they were made: Twilio's own filter looks at when a call
   * started, which one that is queued has not yet.
   */
  async find({ to, placedAt, externalIds }: Sought): Promise<readonly VendorCall[]> {
    const known = externalIds.find(({ source }) => source === TWILIO);
    if (known !== undefined) {
      const call = await this.ask(`${this.calls}/${encodeURIComponent(known.id)}.json`);
      return call === undefined ? [] : [asVendorCall(readAs(callSchema, call))];
    }
    const query = new URLSearchParams({ To: to, PageSize: String(MOST_CALLS) });
    const { calls } = readAs(callsSchema, await this.ask(`${this.calls}.json?${query.toString()}`));
    const sinceMs = ({ date_created: at }: TwilioCall): number =>
      at === null ? Number.NaN : at.getTime() - placedAt.getTime();
    return calls
      .filter((call) => call.from === this.options.from && call.direction === 'outbound-api')
      .filter((call) => sinceMs(call) >= -SKEW_MS && sinceMs(call) <= ARRIVED_MS)
      .toSorted((one, other) => sinceMs(one) - sinceMs(other))
      .map(asVendorCall);
  }

  async close(): Promise<void> {
    // Every request has its own connection.
  }

  /** The JSON of an answer; undefined for 404. A connection that is kept may just be closing: each request has its own. */
  private async ask(url: string, form?: URLSearchParams): Promise<unknown> {
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
        signal: AbortSignal.timeout(VENDOR_MS),
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
