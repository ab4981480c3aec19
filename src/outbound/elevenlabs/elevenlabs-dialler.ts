// Calls that ElevenLabs places and carries, with an agent of its own: through a number of Twilio's, or a SIP trunk.
import { z } from 'zod';
import { pooledFetch } from '../../provider/pooled-fetch.js';
import { brokenOff, refusedWith, VENDOR_MS, wordOf } from '../ask-vendor.js';
import { DialError } from '../dialler.port.js';
import type { Dialler, DialRequest, Sought, VendorCall, VendorIds } from '../dialler.port.js';
import { asVendorCall, conversationSchema, conversationsSchema, createdSchema, faultSchema } from './conversation.js';

export interface ElevenLabsDiallerOptions {
  readonly apiKey: string;
  readonly agentId: string;
  readonly phoneNumberId: string;
  readonly over: 'twilio' | 'sip';
  readonly baseUrl?: string | undefined;
}

const NAME = 'ElevenLabs';
const PATHS = { twilio: 'twilio', sip: 'sip-trunk' } as const;
/** An idle connection may be closing just when it is used: none is kept, ms. */
const KEEP_ALIVE_MS = 1;
/** The variable that ElevenLabs gives back with all that it tells of the call (src/webhooks/elevenlabs). */
const CALL_SID = 'call_sid';

type Sdk = Pick<typeof import('@elevenlabs/elevenlabs-js/core/index.js'), 'fetcher'>;

/** Through the core of the SDK alone, as the voice does: the rest of it costs every call of the process 0.8 s and 120 MB. */
export class ElevenLabsDialler implements Dialler {
  readonly provider: string;
  /** ElevenLabs knows the number. */
  readonly from = undefined;
  private loaded: ReturnType<typeof load> | undefined;

  constructor(private readonly options: ElevenLabsDiallerOptions) {
    this.provider = options.over === 'twilio' ? 'elevenlabs' : 'elevenlabs_sip';
  }

  async dial({ callSid, to, userId }: DialRequest): Promise<VendorIds> {
    const { agentId, phoneNumberId, over } = this.options;
    const answer = await this.ask('POST', `/v1/convai/${PATHS[over]}/outbound-call`, {
      agent_id: agentId,
      agent_phone_number_id: phoneNumberId,
      to_number: to,
      conversation_initiation_client_data: { user_id: userId, dynamic_variables: { [CALL_SID]: callSid } },
    });
    const {
      success,
      message,
      conversation_id: conversationId,
      callSid: twilioSid,
      sip_call_id: sipId,
    } = readAs(createdSchema, answer);
    if (!success) throw new DialError('refused', `${NAME} did not place the call (${wordOf(message) ?? 'no reason'}).`);
    return {
      externalIds: [
        ...(twilioSid ? [{ source: 'twilio', id: twilioSid }] : []),
        ...(sipId ? [{ source: 'sip', id: sipId }] : []),
      ],
      ...(conversationId ? { conversationId } : {}),
    };
  }

  /** By the conversation, or by our own id, which it was given as a variable. */
  async find({ callSid, conversationId }: Sought): Promise<readonly VendorCall[]> {
    const id = conversationId ?? (await this.conversationOf(callSid));
    const conversation = id && (await this.ask('GET', `/v1/convai/conversations/${encodeURIComponent(id)}`));
    return conversation ? [asVendorCall(readAs(conversationSchema, conversation))] : [];
  }

  async close(): Promise<void> {
    const { loaded } = this;
    this.loaded = undefined;
    if (loaded !== undefined) await (await loaded).agent.destroy();
  }

  private async conversationOf(callSid: string): Promise<string | undefined> {
    const query = new URLSearchParams({
      agent_id: this.options.agentId,
      page_size: '10',
      dynamic_variable_params: `${CALL_SID}:eq:${callSid}`,
    });
    const { conversations } = readAs(
      conversationsSchema,
      await this.ask('GET', `/v1/convai/conversations?${query.toString()}`),
    );
    return conversations.at(0)?.conversation_id;
  }

  /** The JSON of an answer; undefined for 404 of a GET. */
  private async ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const { apiKey, baseUrl = 'https://api.elevenlabs.io' } = this.options;
    this.loaded ??= load();
    const { sdk, fetch, agent } = await this.loaded;
    const signal = AbortSignal.timeout(VENDOR_MS);
    const response = await sdk.fetcher({
      url: `${baseUrl.replace(/\/$/, '')}${path}`,
      method,
      headers: { 'xi-api-key': apiKey },
      ...(body === undefined ? {} : { contentType: 'application/json', body }),
      requestType: 'json',
      // The SDK would try again by itself, and ring twice.
      maxRetries: 0,
      abortSignal: signal,
      fetchFn: (input, init) => fetch(input, Object.assign({}, init, { dispatcher: agent })),
    });
    if (response.ok) return response.body;
    const { error } = response;
    if (error.reason !== 'status-code') throw brokenOff(NAME, 'cause' in error ? error.cause : signal.reason);
    if (error.statusCode === 404 && method === 'GET') return undefined;
    throw refusedWith(NAME, error.statusCode, wordOf(faultSchema.safeParse(error.body).data?.detail.status));
  }
}

async function load() {
  const [sdk, pool] = await Promise.all([
    import('@elevenlabs/elevenlabs-js/core/index.js') as Promise<Sdk>,
    pooledFetch({ keepAliveMs: KEEP_ALIVE_MS }),
  ]);
  return { sdk, ...pool };
}

/** What cannot be read has been answered, and nobody knows what. */
function readAs<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.infer<Schema> {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new DialError('unanswered', `${NAME} answered what is no part of its API.`);
}
