// Calls through Twilio's REST API to our own media stream.
import { twilioStatusAddress, twilioVoiceAddress } from '../../config/twilio-addresses.js';
import type { Dialler, DialRequest, Sought, VendorCall, VendorIds } from '../dialler.port.js';
import { asVendorCall, TWILIO } from './twilio-call.js';
import type { TwilioCall } from './twilio-call.js';
import { TwilioRest } from './twilio-rest.js';

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

/** Twilio tells whole seconds, by its own clock, ms. */
const SKEW_MS = 2_000;
/** A request that was sent before has arrived by then, ms. */
const ARRIVED_MS = 120_000;

export class TwilioDialler implements Dialler {
  readonly provider = TWILIO;
  readonly from: string;
  private readonly rest: TwilioRest;

  constructor(private readonly options: TwilioDiallerOptions) {
    this.from = `tel:${options.from}`;
    this.rest = new TwilioRest(options);
  }

  async dial({ callSid, to, agent, language }: DialRequest): Promise<VendorIds> {
    const { publicOrigin, from, maxCallMs } = this.options;
    const query = new URLSearchParams({ agent, call_sid: callSid, ...(language === undefined ? {} : { language }) });
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
    return { externalIds: [{ source: TWILIO, id: await this.rest.create(form) }] };
  }

  /**
   * By Twilio's id, or among the calls to the number by when they were made: Twilio's own filter looks at when a call
   * started, which one that is queued has not yet.
   */
  async find({ to, placedAt, externalIds }: Sought): Promise<readonly VendorCall[]> {
    const known = externalIds.find(({ source }) => source === TWILIO);
    if (known !== undefined) {
      const call = await this.rest.read(known.id);
      return call === undefined ? [] : [asVendorCall(call)];
    }
    const calls = await this.rest.callsTo(to);
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
}
